// What only the export tells: the access ledger, who invited the user, codes and days of activity.

import { get } from "./api.js";
import { element } from "./element.js";
import { capital, day, number, shortId, signed, time, words } from "./format.js";
import { list, slices } from "./list.js";
import { part } from "./loading.js";

const EVENTS = { grant: "Granted", consume: "Used", return: "Given back", revoke: "Taken away" };
const SECONDS_OF_DAY = 86400;

// Plans are counted in seconds, of which none is used by a training.
function amount({ access_type: type, amount: value }) {
  if (type !== "subscription") return signed(value);
  const days = Math.round((value / SECONDS_OF_DAY) * 10) / 10;
  return value !== 0 && `${signed(days)} ${Math.abs(days) === 1 ? "day" : "days"}`;
}

const LEDGER = [
  { title: "Time", cell: (event) => time(event.created_at) },
  { title: "What", cell: (event) => EVENTS[event.event] ?? event.event },
  { title: "Kind", cell: (event) => capital(words(event.access_type)) },
  { title: "Amount", number: true, cell: amount },
  { title: "Left of the kind", number: true, cell: (event) => number(event.remaining) },
  { title: "Bot", cell: (event) => event.bot_name },
  { title: "Holding", cell: (event) => shortId(event.holding_id) },
  { title: "Consumption", cell: (event) => shortId(event.consumption_id) },
];

export function ledger({ id, signal }) {
  const ask = async () => {
    const held = await get(`users/${id}/export`, signal);
    const table = await list({
      caption: "Access ledger",
      columns: LEDGER,
      next: slices(held.access_events.reverse(), 10),
      empty: "Nothing was ever granted or used.",
    });
    return { held, table };
  };
  return part("Ledger", {
    ask,
    draw: ({ held, table }) => [table, element("dl", { class: "facts" }, facts(held))],
    wide: true,
  });
}

function facts({ referrer, promocodes, activity }) {
  const codes = promocodes.map(({ code, used_at: used }) =>
    element("li", {}, element("code", {}, code), " ", time(used)),
  );
  const last = activity
    .map((one) => one.day)
    .sort()
    .at(-1);
  const days = new Set(activity.map((one) => one.day)).size;
  return [
    [
      "Invited by",
      referrer ? element("a", { href: `#/users/${referrer}` }, `User ${referrer}`) : "nobody",
    ],
    ["Promo codes used", codes.length ? element("ul", { class: "plain-list" }, codes) : "none"],
    ["Days of activity", last ? `${number(days)}, the last on ${day(last)} (UTC)` : "none"],
  ].map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)));
}
