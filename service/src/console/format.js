// How values are written.

import { element } from "./element.js";

const NUMBER = new Intl.NumberFormat("en");
const TIME = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });
const SHORT_DAY = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  timeZone: "UTC",
});
const LOCAL_DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const COMPACT = new Intl.NumberFormat("en", { notation: "compact" });

export const number = (value) => (typeof value === "number" ? NUMBER.format(value) : value);

export const compact = (value) => COMPACT.format(value);

export const signed = (value) =>
  value > 0 ? `+${number(value)}` : number(value).replace("-", "−");

export const counted = (count, one, many = `${one}s`) =>
  `${number(count)} ${count === 1 ? one : many}`;

// A time of the reader's zone, with that of UTC as its title; of none null.
export function time(text) {
  if (!text) return null;
  const utc = `${text.slice(0, 19).replace("T", " ")} UTC`;
  return element("time", { datetime: text, title: utc }, TIME.format(new Date(text)));
}

// A day as the API has it, which is one of UTC.
export const day = (text) => DAY.format(new Date(text));
export const shortDay = (text) => SHORT_DAY.format(new Date(text));
export const localDay = (text) => LOCAL_DAY.format(new Date(text));

const inCurrency = (currency) =>
  new Intl.NumberFormat("en", {
    style: "currency",
    currency,
    currencyDisplay: "code",
    trailingZeroDisplay: "stripIfInteger",
  });

// How many of the smallest unit make one; Telegram's Stars have no smaller one.
export const smallest = (currency) =>
  currency === "XTR" ? 1 : 10 ** inCurrency(currency).resolvedOptions().maximumFractionDigits;

// An amount in the currency's smallest unit.
export const money = (amount, currency) =>
  currency === "XTR"
    ? `${NUMBER.format(amount)} ★`
    : inCurrency(currency).format(amount / smallest(currency));

// What people call the user.
export function nameOf(user) {
  const name = [user.first_name, user.last_name].filter(Boolean).join(" ");
  return name || (user.username ? `@${user.username}` : `User ${user.telegram_id}`);
}

export const words = (code) => code.replaceAll("_", " ");

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

// An id that nobody reads, only copies.
export const shortId = (id) =>
  id ? element("code", { title: id, class: "id" }, `…${id.slice(-6)}`) : null;

export const chip = (text, kind) => element("span", { class: `chip ${kind ?? ""}` }, text);

export const json = (value) =>
  element("pre", { class: "json", tabindex: "0" }, JSON.stringify(value, null, 2));
