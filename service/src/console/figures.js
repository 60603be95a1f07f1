// What happened by day: totals, charts, and a table of the same.

import { get, query as queryOf } from "./api.js";
import { chart } from "./chart.js";
import { element } from "./element.js";
import { counted, day, money, number, shortDay, smallest } from "./format.js";
import { list, slices } from "./list.js";
import { load } from "./loading.js";
import { tile } from "./tile.js";

const sum = (values) => values.reduce((total, value) => total + value, 0);

export function figures({ root, query, signal }) {
  const chosen = Object.fromEntries(
    ["from", "to", "bot_name"].map((name) => [name, query.get(name) ?? ""]),
  );
  const form = range(chosen);
  const body = element("div", { class: "stack", "data-testid": "figures" });
  root.append(element("h1", { tabindex: "-1" }, "Figures"), form, body);
  get("bots?limit=100", signal).then(
    ({ items }) => addBots(form, items, chosen.bot_name),
    () => {
      // The figures of all bots are there without.
    },
  );
  const ask = async () => {
    const days = (await get(`figures${queryOf(chosen)}`, signal)).items;
    return { days, table: await byDay(days) };
  };
  return load(body, ask, ({ days, table }) => {
    // The days that were not chosen.
    form.elements.from.value ||= days[0].date;
    form.elements.to.value ||= days.at(-1).date;
    return [
      totals(days),
      charts(days),
      element("details", { class: "card" }, element("summary", {}, "By day, as a table"), table),
    ];
  });
}

// Which days and which bot.
function range({ from, to }) {
  const date = (name, label, value) =>
    element(
      "label",
      {},
      label,
      element("input", { type: "date", name, value, "data-testid": name }),
    );
  const form = element(
    "form",
    { class: "search" },
    date("from", "From", from),
    date("to", "To", to),
    element(
      "label",
      {},
      "Bot",
      element(
        "select",
        { name: "bot_name", "data-testid": "bot_name" },
        element("option", { value: "" }, "All bots"),
      ),
    ),
    element("button", { class: "primary", "data-testid": "show" }, "Show"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    location.hash = `#/figures${queryOf(Object.fromEntries(new FormData(form)))}`;
  });
  return form;
}

function addBots(form, bots, chosen) {
  form.elements.bot_name.append(
    ...bots.map(({ bot_name: name, title }) =>
      element("option", { value: name, selected: name === chosen }, title || name),
    ),
  );
}

// The currencies that were paid or refunded in these days.
const currenciesOf = (days) =>
  [
    ...new Set(
      days.flatMap((one) => [...one.payments, ...one.refunds]).map((turnover) => turnover.currency),
    ),
  ].sort();

const amountOf = (turnovers, currency) =>
  turnovers.find((one) => one.currency === currency)?.amount ?? 0;

function totals(days) {
  const active = days.map((one) => one.active_users);
  const last = days.at(-1);
  const ofMoney = (currency) => {
    const of = (what) => sum(days.map((one) => amountOf(one[what], currency)));
    const refunded = of("refunds");
    return tile(
      `Paid in ${currency === "XTR" ? "Stars" : currency}`,
      money(of("payments"), currency),
      refunded > 0 ? `${money(refunded, currency)} refunded` : "nothing refunded",
    );
  };
  return element(
    "div",
    { class: "tiles card" },
    tile("New users", number(sum(days.map((one) => one.new_users))), counted(days.length, "day")),
    tile(
      "Active users a day",
      number(Math.round(sum(active) / days.length)),
      `at most ${number(Math.max(...active))}`,
    ),
    tile("Trainings", number(sum(days.map((one) => one.trainings)))),
    tile("Running plans", number(last.active_subscriptions), `on ${day(last.date)}`),
    currenciesOf(days).map(ofMoney),
  );
}

function charts(days) {
  const points = days.map(({ date }) => ({ title: day(date), tick: shortDay(date) }));
  const counts = (label, kind, name) => {
    const values = days.map((one) => one[name]);
    return card({
      label,
      kind,
      points,
      series: [{ name: label, values }],
      summary: `at most ${number(Math.max(...values))} a day`,
    });
  };
  const ofMoney = (currency) => {
    const unit = smallest(currency);
    const values = (what) => days.map((one) => amountOf(one[what], currency) / unit);
    return card({
      label: `Payments in ${currency === "XTR" ? "Stars" : currency}`,
      kind: "columns",
      points,
      series: [
        { name: "Paid", values: values("payments") },
        { name: "Refunded", values: values("refunds") },
      ],
      format: (value) => money(Math.round(value * unit), currency),
    });
  };
  return element(
    "div",
    { class: "parts" },
    counts("New users", "columns", "new_users"),
    counts("Active users", "line", "active_users"),
    counts("Trainings", "columns", "trainings"),
    counts("Running plans", "line", "active_subscriptions"),
    currenciesOf(days).map(ofMoney),
  );
}

const card = (of) => element("div", { class: "card" }, chart(of));

function byDay(days) {
  const turnover = (all) =>
    all.map((one) =>
      element("div", {}, `${money(one.amount, one.currency)} in ${number(one.count)}`),
    );
  const columns = [
    { title: "Day (UTC)", cell: (one) => day(one.date) },
    { title: "New users", number: true, cell: (one) => number(one.new_users) },
    { title: "Active users", number: true, cell: (one) => number(one.active_users) },
    { title: "Trainings", number: true, cell: (one) => number(one.trainings) },
    { title: "Running plans", number: true, cell: (one) => number(one.active_subscriptions) },
    { title: "Paid", number: true, cell: (one) => turnover(one.payments) },
    { title: "Refunded", number: true, cell: (one) => turnover(one.refunds) },
  ];
  return list({ caption: "Figures by day", columns, next: slices(days.toReversed(), 31) });
}
