// What an operator gives a user, and the end of one.

import { call, get } from "./api.js";
import { button, element } from "./element.js";
import { openForm } from "./form.js";
import { counted, number } from "./format.js";

const SOURCES = [
  ["admin", "Administrator"],
  ["channel", "Channel"],
  ["referral", "Invitation"],
  ["promocode", "Promo code"],
];
const PLANS = [
  ["month", "Month plan"],
  ["year", "Year plan"],
  ["credits", "Credits"],
];
const BOT = { name: "bot_name", label: "In the name of a bot", maxlength: 50 };

// The buttons of the user's page.
export function grants(context) {
  return element(
    "div",
    { class: "actions" },
    button("Grant free trainings", () => grantFree(context)),
    button("Grant a subscription", () => grantSubscription(context)),
    button("Award XP", () => awardXp(context)),
    button("Award a badge", () => awardBadge(context)),
  );
}

function grantFree({ id, refresh }) {
  openForm({
    title: "Grant free trainings",
    fields: [
      {
        name: "count",
        label: "How many",
        kind: "number",
        min: 1,
        max: 1000,
        value: 1,
        required: true,
      },
      { name: "source", label: "Source", kind: "select", options: SOURCES },
      {
        name: "reference",
        label: "What for",
        maxlength: 255,
        hint: "The channel or the invited user: needed for these two, and each is rewarded once ever.",
      },
    ],
    submit: "Grant",
    send: (body, once) => call("POST", `users/${id}/free-trainings`, { body, once }),
    done: ({ granted, trainings_total: count, reference }) => {
      refresh("access", "ledger");
      return granted
        ? `${counted(count, "free training")} granted.`
        : `Nothing was granted: ${reference} was rewarded before.`;
    },
  });
}

function grantSubscription({ id, refresh }) {
  openForm({
    title: "Grant a subscription",
    text: "A plan starts when the user's last one ends; credits add up. For what was paid, the bot records the payment instead.",
    fields: [
      { name: "subscription_type", label: "Kind", kind: "select", options: PLANS },
      {
        name: "duration_days",
        label: "Days",
        kind: "number",
        min: 1,
        max: 3660,
        hint: "Without it 30 for a month, 365 for a year; credits do not expire.",
      },
      {
        name: "credits",
        label: "Credits",
        kind: "number",
        min: 1,
        max: 100000,
        hint: "For credits only.",
      },
      { name: "auto_renew", label: "Counts as renewing itself", kind: "checkbox" },
    ],
    submit: "Grant",
    send: (body, once) => call("POST", `users/${id}/subscriptions`, { body, once }),
    done: ({ subscription_type: type, credits_total: credits }) => {
      refresh("access", "ledger");
      return type === "credits"
        ? `${counted(credits, "credit")} granted.`
        : `A ${type} plan is granted.`;
    },
  });
}

function awardXp({ id, refresh }) {
  openForm({
    title: "Award XP",
    fields: [
      {
        name: "amount",
        label: "XP",
        kind: "number",
        min: -1000000,
        max: 1000000,
        required: true,
        hint: "Below zero to take away; the total never goes below zero, and a level never falls.",
      },
      { name: "reason", label: "Reason", maxlength: 255, hint: "Stands in the ledger." },
      BOT,
    ],
    submit: "Award",
    send: (body, once) => call("POST", `users/${id}/xp`, { body, once }),
    done: ({ total_xp: total, leveled_up: up, new_level: level }) => {
      refresh("profile", "xp");
      return `The user has ${number(total)} XP now${up ? `, and reached level ${number(level)}` : ""}.`;
    },
  });
}

async function awardBadge({ id, refresh }) {
  const catalogue = await get("badges?limit=100").catch(() => ({ items: [] }));
  openForm({
    title: "Award a badge",
    fields: [
      {
        name: "badge_type",
        label: "Badge",
        required: true,
        maxlength: 100,
        options: catalogue.items.map((badge) => badge.badge_type),
        hint: "Its type; it need not be in the catalogue.",
      },
      { name: "metadata", label: "About it", kind: "json", hint: "A JSON object." },
      BOT,
    ],
    submit: "Award",
    send: (body, once) => call("POST", `users/${id}/badges`, { body, once }),
    done: ({ awarded, badge }) => {
      refresh("badges");
      return awarded
        ? `${badge.badge_type} is awarded.`
        : `The user holds ${badge.badge_type} already; nothing was changed.`;
    },
  });
}

export function eraseUser(id) {
  openForm({
    title: "Erase this user?",
    text: "Everything about the user is removed, in every bot. This cannot be undone.",
    fields: [
      {
        name: "confirmation",
        label: `Type ${id} to confirm`,
        required: true,
        matches: id,
        inputmode: "numeric",
      },
    ],
    submit: "Erase",
    danger: true,
    send: () => call("DELETE", `users/${id}`),
    done: () => {
      location.hash = "#/users";
      return `User ${id} is erased.`;
    },
  });
}
