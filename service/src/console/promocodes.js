// Promo codes: list, create, end.

import { call, path } from "./api.js";
import { element, headButton, rowButton } from "./element.js";
import { openForm } from "./form.js";
import { chip, counted, number, time } from "./format.js";
import { list, pages } from "./list.js";
import { part } from "./loading.js";

const TYPES = [
  ["trainings", "Free trainings"],
  ["credits", "Credits"],
  ["free_month", "A free month"],
];

function gives({ type, value }) {
  if (type === "free_month") return "a free month";
  return type === "trainings" ? counted(value, "free training") : counted(value, "credit");
}

const hasEnded = ({ expires_at: end }) => end !== null && new Date(end) <= new Date();
const isUsedUp = ({ max_uses: most, current_uses: uses }) => most !== null && uses >= most;

function state(code) {
  if (hasEnded(code)) return chip("ended");
  return isUsedUp(code) ? chip("used up") : chip("valid", "good");
}

export function promocodes({ root, signal }) {
  const columns = [
    { title: "Code", cell: ({ code }) => element("code", {}, code) },
    { title: "Gives", cell: gives },
    {
      title: "Used",
      number: true,
      cell: (code) =>
        `${number(code.current_uses)} of ${code.max_uses === null ? "∞" : number(code.max_uses)}`,
    },
    { title: "Until", cell: (code) => time(code.expires_at) },
    { title: "State", cell: state },
    {
      title: "Action",
      cell: (code) =>
        !hasEnded(code) && rowButton("End", code.code, () => end(code.code, codes.refresh)),
    },
  ];
  const create = headButton("New code", "create-code", () => openCreate(codes.refresh));
  const codes = part("All codes", {
    actions: create,
    ask: () =>
      list({
        caption: "Promo codes",
        columns,
        next: pages("promocodes", signal),
        empty: "No promo codes yet.",
      }),
    draw: (table) => table,
  });
  root.append(element("h1", { tabindex: "-1" }, "Promo codes"), codes.element);
  return codes.refresh();
}

function openCreate(refresh) {
  openForm({
    title: "New promo code",
    fields: [
      {
        name: "code",
        label: "Code",
        required: true,
        maxlength: 50,
        hint: "Kept in upper case. A code is never used again.",
      },
      { name: "type", label: "Gives", kind: "select", options: TYPES },
      {
        name: "value",
        label: "How many",
        kind: "number",
        min: 1,
        max: 100000,
        value: 1,
        required: true,
        hint: "Of no meaning for a free month.",
      },
      {
        name: "max_uses",
        label: "For at most so many users",
        kind: "number",
        min: 1,
        max: 1000000000,
      },
      { name: "expires_at", label: "Until", kind: "time", hint: "In your time zone." },
    ],
    submit: "Create",
    send: (body) => call("POST", "promocodes", { body }),
    done: (code) => {
      refresh();
      return `${code.code} gives ${gives(code)}.`;
    },
  });
}

function end(code, refresh) {
  openForm({
    title: `End ${code}?`,
    text: "Nobody can redeem it from now on. What it gave stays.",
    submit: "End it",
    danger: true,
    send: () => call("DELETE", path`promocodes/${code}`),
    done: () => {
      refresh();
      return `${code} has ended.`;
    },
  });
}
