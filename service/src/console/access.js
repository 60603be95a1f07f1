// Whether the user may train, why, and what they hold.

import { call, get, path } from "./api.js";
import { element, rowButton } from "./element.js";
import { openForm } from "./form.js";
import { capital, chip, counted, number, time, words } from "./format.js";
import { list, pages } from "./list.js";
import { part } from "./loading.js";

export function access({ id, signal, refresh }) {
  const changed = () => refresh("access", "ledger");
  const ask = () =>
    Promise.all([
      get(`users/${id}/access`, signal),
      list({
        caption: "Subscriptions",
        columns: subscriptionColumns(id, changed),
        next: pages(`users/${id}/subscriptions`, signal, { limit: "5" }),
        empty: "None.",
      }),
      list({
        caption: "Free trainings",
        columns: freeColumns(id, changed),
        next: pages(`users/${id}/free-trainings`, signal, { limit: "5" }),
        empty: "None.",
      }),
    ]);
  const draw = ([held, subscriptions, free]) => [
    explanation(held),
    element("h3", {}, "Subscriptions and credits"),
    subscriptions,
    element("h3", {}, "Free trainings"),
    free,
  ];
  return part("Access", { ask, draw, wide: true });
}

// In the words of the rules: what is used next, and why.
function explanation({ has_access: may, access_type: type, details, holdings }) {
  const why = {
    subscription: () => [
      "a ",
      details.subscription_type,
      " plan runs, and nothing is used up. The last plan ends ",
      time(details.end_date),
      `, in ${counted(details.days_left, "day")}.`,
    ],
    credits: () => [`${counted(details.credits_left, "credit")} left; a training takes one.`],
    free_trainings: () => [
      `${counted(details.trainings_left, "free training")} left; the next one comes from ${details.source}.`,
    ],
  }[type]?.() ?? ["there is no running plan, no credit and no free training."];
  const verdict = may ? chip("May train", "good") : chip("May not train", "bad");
  const order =
    holdings.length > 1 &&
    element(
      "div",
      {},
      element(
        "p",
        { class: "hint" },
        "Used in this order: a running plan, then credits, then free trainings; of a kind, what ends first.",
      ),
      element(
        "ol",
        { class: "holdings" },
        holdings.map((one) => element("li", {}, holding(one))),
      ),
    );
  return element(
    "div",
    { "data-testid": "may-train" },
    element("p", {}, verdict, " ", capital(why[0]), why.slice(1)),
    order,
  );
}

function holding({
  access_type: type,
  subscription_type: plan,
  source,
  start_date: start,
  end_date: end,
  total,
  left,
}) {
  const until = end ? [" until ", time(end)] : null;
  if (type === "subscription") return [capital(plan), " plan from ", time(start), until];
  const what = type === "credits" ? "credits" : `free trainings from ${source}`;
  return [`${number(left)} of ${number(total)} ${what}`, until];
}

function subscriptionColumns(id, changed) {
  const actions = (one) => {
    const isPlan = one.subscription_type !== "credits";
    const change = (text, what) =>
      rowButton(text, one.subscription_type, () => openChange(id, one, what, changed));
    return (
      one.is_active &&
      element(
        "div",
        { class: "actions" },
        isPlan &&
          (one.auto_renew
            ? change("Cancel renewal", "cancel")
            : change("Resume renewal", "resume")),
        change("Revoke", "revoke"),
      )
    );
  };
  return [
    { title: "Kind", cell: (one) => capital(one.subscription_type) },
    { title: "From", cell: (one) => time(one.start_date) },
    { title: "Until", cell: (one) => time(one.end_date) },
    {
      title: "Left",
      number: true,
      cell: (one) =>
        one.credits_total === null
          ? null
          : `${number(one.credits_left)} of ${number(one.credits_total)}`,
    },
    {
      title: "State",
      cell: (one) => [
        chip(one.is_active ? "active" : "over", one.is_active ? "good" : ""),
        one.is_active && one.auto_renew && chip("renews"),
      ],
    },
    { title: "Action", cell: actions },
  ];
}

function freeColumns(id, changed) {
  const revoke = (one) =>
    rowButton("Revoke", `free trainings from ${one.source}`, () =>
      openRevokeFree(id, one, changed),
    );
  return [
    { title: "Source", cell: (one) => capital(words(one.source)) },
    { title: "For", cell: (one) => one.reference },
    { title: "Given", cell: (one) => time(one.created_at) },
    {
      title: "Left",
      number: true,
      cell: (one) => `${number(one.trainings_left)} of ${number(one.trainings_total)}`,
    },
    { title: "Action", cell: (one) => one.trainings_left > 0 && revoke(one) },
  ];
}

const CHANGES = {
  cancel: {
    title: "Cancel the renewal?",
    text: "What is paid stays until its end. Only the record here changes: a subscription that Telegram renews is stopped by its user, or by the bot.",
    said: "The renewal is cancelled.",
  },
  resume: {
    title: "Resume the renewal?",
    text: "Only the record here changes: a subscription of Telegram is resumed by its user, in Telegram.",
    said: "The renewal is resumed.",
  },
  revoke: {
    title: "Revoke this subscription?",
    text: "What is left of it is taken away: a plan ends now and later plans move forward, credits are lost. This cannot be undone.",
    said: "What was left is taken away.",
    danger: true,
  },
};

function openChange(id, subscription, what, changed) {
  const { title, text, said, danger } = CHANGES[what];
  openForm({
    title,
    text,
    danger,
    submit: title.replace("?", ""),
    send: (_, once) =>
      call("POST", path`users/${id}/subscriptions/${subscription.id}/${what}`, { once }),
    done: () => {
      changed();
      return said;
    },
  });
}

function openRevokeFree(id, { id: grant, trainings_left: left }, changed) {
  openForm({
    title: "Revoke these free trainings?",
    text: `${counted(left, "training")} will be taken away; what was used stays used. This cannot be undone.`,
    submit: "Revoke",
    danger: true,
    send: (_, once) => call("POST", path`users/${id}/free-trainings/${grant}/revoke`, { once }),
    done: () => {
      changed();
      return `${counted(left, "free training")} taken away.`;
    },
  });
}
