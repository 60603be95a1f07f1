// What the user has earned, paid and left behind: XP, badges, payments, sessions.

import { call, get, path } from "./api.js";
import { element, rowButton } from "./element.js";
import { openForm } from "./form.js";
import { chip, json, money, number, signed, time, words } from "./format.js";
import { list, pages } from "./list.js";
import { part } from "./loading.js";

const same = (drawn) => drawn;

const XP = [
  { title: "Time", cell: (event) => time(event.created_at) },
  { title: "XP", number: true, cell: (event) => element("b", {}, signed(event.amount)) },
  { title: "Total", number: true, cell: (event) => number(event.total_after) },
  { title: "Level", number: true, cell: (event) => number(event.level_after) },
  {
    title: "Reason",
    cell: (event) => [
      event.reason,
      event.bot_name && element("span", { class: "faint handle" }, event.bot_name),
    ],
  },
];

export function xp({ id, signal }) {
  const ask = () =>
    list({
      caption: "XP events",
      columns: XP,
      next: pages(`users/${id}/xp`, signal, { limit: "10" }),
      empty: "No XP yet.",
    });
  return part("XP events", { ask, draw: same });
}

export function badges({ id, signal }) {
  const ask = async () => {
    const catalogue = (await get("badges?limit=100", signal)).items;
    const next = pages(`users/${id}/badges`, signal);
    return list({
      caption: "Badges",
      columns: badgeColumns(new Map(catalogue.map((badge) => [badge.badge_type, badge]))),
      next,
      empty: "No badges yet.",
    });
  };
  return part("Badges", { ask, draw: same });
}

function badgeColumns(catalogue) {
  const name = ({ badge_type: type }) => {
    const { icon, titles } = catalogue.get(type) ?? {};
    const title = titles && (titles.en ?? Object.values(titles)[0]);
    return [
      icon && `${icon} `,
      title ?? words(type),
      title && element("span", { class: "faint handle" }, type),
    ];
  };
  const about = ({ metadata }) =>
    metadata && element("div", {}, element("code", { class: "faint" }, JSON.stringify(metadata)));
  return [
    { title: "Badge", cell: (badge) => [name(badge), about(badge)] },
    { title: "Earned", cell: (badge) => time(badge.earned_at) },
    { title: "Bot", cell: (badge) => badge.earned_in_bot },
  ];
}

export function sessions({ id, signal }) {
  const columns = [
    {
      title: "Session",
      cell: (one) =>
        element(
          "details",
          { class: "session", "data-testid": `session-${one.bot_name}` },
          element(
            "summary",
            {},
            element("b", {}, one.bot_name),
            ` version ${number(one.version)}, `,
            time(one.updated_at),
          ),
          element("h3", {}, "session"),
          json(one.session),
          element("h3", {}, "stats"),
          json(one.stats),
          element("p", { class: "hint" }, "Created ", time(one.created_at)),
        ),
    },
  ];
  const ask = () =>
    list({
      caption: "Sessions",
      columns,
      next: pages(`users/${id}/sessions`, signal),
      empty: "No bot remembers anything of this user.",
    });
  return part("Sessions", { ask, draw: same, wide: true });
}

const STATUS = { completed: "good", refunded: "", pending: "warn", failed: "bad" };

export function payments({ id, signal, refresh }) {
  const refund = (one) =>
    rowButton("Refund", one.charge_id, () =>
      openRefund(id, one, () => refresh("payments", "access", "ledger")),
    );
  const grant = ({ grant: given }) =>
    given &&
    (given.left === null
      ? `plan, ${number(given.used)} used`
      : `${number(given.left)} left, ${number(given.used)} used`);
  const columns = [
    { title: "Time", cell: (one) => time(one.created_at) },
    { title: "Tariff", cell: (one) => one.tariff },
    { title: "Amount", number: true, cell: (one) => money(one.amount, one.currency) },
    {
      title: "State",
      cell: (one) => [
        chip(one.status, STATUS[one.status]),
        one.is_recurring && chip("renews"),
        one.mismatches.map((what) => chip(words(what), "warn")),
      ],
    },
    { title: "Gave", cell: (one) => grant(one) },
    { title: "Bot", cell: (one) => one.bot_name },
    {
      title: "Charge",
      cell: (one) => element("code", { class: "whole" }, `${one.provider} ${one.charge_id}`),
    },
    { title: "Action", cell: (one) => one.status === "completed" && refund(one) },
  ];
  const ask = () =>
    list({
      caption: "Payments",
      columns,
      next: pages(`users/${id}/payments`, signal, { limit: "10" }),
      empty: "Nothing was paid.",
    });
  return part("Payments", { ask, draw: same, wide: true });
}

function openRefund(id, { provider, charge_id: charge, amount, currency, grant }, changed) {
  openForm({
    title: `Refund ${money(amount, currency)}?`,
    text: [
      `The payment is marked as refunded${grant ? ", and what is left of its grant is taken back" : ""}. This cannot be undone.`,
      element(
        "p",
        { class: "note" },
        "No money moves: it is given back at the provider. For Stars, /admin refund in the bot does both.",
      ),
      element("p", {}, element("code", { class: "whole" }, `${provider} ${charge}`)),
    ],
    submit: "Mark as refunded",
    danger: true,
    send: (_, once) =>
      call("POST", path`users/${id}/payments/${provider}/${charge}/refund`, { once }),
    done: () => {
      changed();
      return `${money(amount, currency)} is marked as refunded.`;
    },
  });
}
