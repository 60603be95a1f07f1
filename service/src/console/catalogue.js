// What is for sale, the badges, and the level table.

import { call, get, path } from "./api.js";
import { element, headButton, rowButton } from "./element.js";
import { openForm } from "./form.js";
import { capital, chip, counted, money, number, words } from "./format.js";
import { list, pages, slices } from "./list.js";
import { part } from "./loading.js";

const PLANS = [
  ["month", "Month plan"],
  ["year", "Year plan"],
  ["credits", "Credits"],
];

export function catalogue({ root, signal }) {
  const parts = [tariffs(signal), badges(signal), levels(signal)];
  root.append(element("h1", { tabindex: "-1" }, "Catalogue"), ...parts.map((one) => one.element));
  parts.forEach((one) => one.refresh());
}

function tariffs(signal) {
  const gives = (one) =>
    [
      one.credits && counted(one.credits, "credit"),
      one.duration_days && counted(one.duration_days, "day"),
    ]
      .filter(Boolean)
      .join(", ");
  const columns = [
    { title: "Tariff", cell: (one) => element("code", {}, one.tariff) },
    { title: "Title", cell: (one) => one.title },
    { title: "Kind", cell: (one) => capital(one.subscription_type) },
    { title: "Gives", cell: gives },
    {
      title: "Prices",
      cell: (one) =>
        one.prices.map((price) => element("div", {}, money(price.amount, price.currency))),
    },
    { title: "State", cell: (one) => (one.active ? chip("on sale", "good") : chip("withdrawn")) },
    {
      title: "Action",
      cell: (one) => rowButton("Edit", one.tariff, () => openTariff(one, made.refresh)),
    },
  ];
  const made = part("Tariffs", {
    actions: headButton("New tariff", "create-tariff", () => openTariff(null, made.refresh)),
    ask: () =>
      list({
        caption: "Tariffs",
        columns,
        next: pages("tariffs", signal),
        empty: "Nothing is for sale.",
      }),
    draw: (table) => table,
  });
  return made;
}

function openTariff(known, refresh) {
  openForm({
    title: known ? `Edit ${known.tariff}` : "New tariff",
    text: "What was sold stays as it was sold. A new price holds at once.",
    fields: [
      !known && {
        name: "tariff",
        label: "Name",
        required: true,
        maxlength: 255,
        hint: "Such as month. It cannot be changed.",
      },
      { name: "title", label: "Title", required: true, maxlength: 255, value: known?.title },
      { name: "active", label: "On sale", kind: "checkbox", value: known?.active ?? true },
      {
        name: "subscription_type",
        label: "Kind",
        kind: "select",
        options: PLANS,
        value: known?.subscription_type,
      },
      {
        name: "duration_days",
        label: "Days",
        kind: "number",
        min: 1,
        max: 3660,
        value: known?.duration_days,
        hint: "Without it 30 for a month, 365 for a year; credits do not expire.",
      },
      {
        name: "credits",
        label: "Credits",
        kind: "number",
        min: 1,
        max: 100000,
        value: known?.credits,
        hint: "For credits only.",
      },
      {
        name: "prices",
        label: "Prices",
        kind: "rows",
        value: known?.prices,
        add: "Add a price",
        hint: "In the currency's smallest unit: XTR 500 are 500 Stars, RUB 99000 are 990 roubles.",
        columns: [
          { name: "currency", label: "Currency", pattern: "[A-Z]{3}", required: true },
          { name: "amount", label: "Amount", kind: "number", min: 0, required: true },
        ],
      },
    ].filter(Boolean),
    submit: "Save",
    send: ({ tariff = known?.tariff, ...body }) => call("PUT", path`tariffs/${tariff}`, { body }),
    done: ({ tariff }) => {
      refresh();
      return `${tariff} is saved.`;
    },
  });
}

function badges(signal) {
  const texts = (of) =>
    Object.entries(of).map(([language, text]) =>
      element("div", {}, element("span", { class: "faint" }, `${language} `), text),
    );
  const columns = [
    {
      title: "Badge",
      cell: (one) => [one.icon && `${one.icon} `, element("code", {}, one.badge_type)],
    },
    { title: "Titles", cell: (one) => texts(one.titles) },
    { title: "Descriptions", cell: (one) => texts(one.descriptions) },
    {
      title: "Action",
      cell: (one) =>
        element(
          "div",
          { class: "actions" },
          rowButton("Edit", one.badge_type, () => openBadge(one, made.refresh)),
          rowButton("Remove", one.badge_type, () => openRemove(one.badge_type, made.refresh)),
        ),
    },
  ];
  const made = part("Badges", {
    actions: headButton("New badge", "create-badge", () => openBadge(null, made.refresh)),
    ask: () =>
      list({
        caption: "Badges",
        columns,
        next: pages("badges", signal),
        empty: "The catalogue is empty. Bots may award badges that are not in it.",
      }),
    draw: (table) => table,
  });
  return made;
}

function openBadge(known, refresh) {
  const rows = (of = {}) => Object.entries(of).map(([language, text]) => ({ language, text }));
  const byLanguage = (all) => Object.fromEntries(all.map(({ language, text }) => [language, text]));
  const columns = [
    { name: "language", label: "Language", required: true, placeholder: "en" },
    { name: "text", label: "Text", required: true, maxlength: 255 },
  ];
  openForm({
    title: known ? `Edit ${known.badge_type}` : "New badge",
    fields: [
      !known && {
        name: "badge_type",
        label: "Type",
        required: true,
        maxlength: 100,
        hint: "Such as spin_master. It cannot be changed.",
      },
      {
        name: "icon",
        label: "Icon",
        maxlength: 255,
        value: known?.icon,
        hint: "An emoji, or what your bots make of it.",
      },
      {
        name: "titles",
        label: "Titles",
        kind: "rows",
        columns,
        add: "Add a title",
        value: rows(known?.titles),
      },
      {
        name: "descriptions",
        label: "Descriptions",
        kind: "rows",
        columns,
        add: "Add a description",
        value: rows(known?.descriptions),
      },
    ].filter(Boolean),
    submit: "Save",
    send: ({ badge_type: type = known?.badge_type, icon, titles, descriptions }) =>
      call("PUT", path`badges/${type}`, {
        body: { icon, titles: byLanguage(titles), descriptions: byLanguage(descriptions) },
      }),
    done: ({ badge_type: type }) => {
      refresh();
      return `${type} is saved.`;
    },
  });
}

function openRemove(type, refresh) {
  openForm({
    title: `Remove ${words(type)}?`,
    text: "It leaves the catalogue. Users keep what they earned.",
    submit: "Remove",
    danger: true,
    send: () => call("DELETE", path`badges/${type}`),
    done: () => {
      refresh();
      return `${type} is no longer in the catalogue.`;
    },
  });
}

function levels(signal) {
  const columns = [
    { title: "Level", cell: (one) => number(one.level) },
    { title: "From XP", number: true, cell: (one) => number(one.min_xp) },
    { title: "Title", cell: (one) => one.title },
  ];
  let known = [];
  const made = part("Levels", {
    actions: headButton("Edit", "edit-levels", () => openLevels(known, made.refresh)),
    ask: async () => {
      known = (await get("levels", signal)).items;
      return list({
        caption: "Levels",
        columns,
        next: slices(known, 100),
        empty: "The table is empty: a level for every 100 XP, up to 100.",
      });
    },
    draw: (table) => table,
  });
  return made;
}

function openLevels(known, refresh) {
  openForm({
    title: "Edit the levels",
    text: "Levels that users have reached stay theirs.",
    fields: [
      {
        name: "items",
        label: "Levels",
        kind: "rows",
        value: known,
        add: "Add a level",
        columns: [
          { name: "level", label: "Level", kind: "number", min: 1, max: 1000, required: true },
          { name: "min_xp", label: "From XP", kind: "number", min: 0, required: true },
          { name: "title", label: "Title", maxlength: 255 },
        ],
      },
    ],
    submit: "Save",
    send: (body) => call("PUT", "levels", { body }),
    done: ({ items }) => {
      refresh();
      return `${counted(items.length, "level")} saved.`;
    },
  });
}
