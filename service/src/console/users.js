// Users: search and list.

import { query as queryOf } from "./api.js";
import { element } from "./element.js";
import { nameOf, number, time } from "./format.js";
import { list, pages } from "./list.js";
import { load } from "./loading.js";

const COLUMNS = [
  { title: "User", cell: userLink },
  { title: "Telegram id", cell: (user) => element("code", {}, user.telegram_id) },
  { title: "Level", number: true, cell: (user) => number(user.level) },
  { title: "XP", number: true, cell: (user) => number(user.total_xp) },
  { title: "Trainings", number: true, cell: (user) => number(user.total_trainings) },
  { title: "Registered", cell: (user) => time(user.registration_date) },
  { title: "Last active", cell: (user) => time(user.last_activity) },
];

export function userLink(user) {
  const name = nameOf(user);
  const handle = user.username && `@${user.username}`;
  return [
    element("a", { href: `#/users/${user.telegram_id}` }, name),
    handle && handle !== name && element("span", { class: "faint handle" }, handle),
  ];
}

export function users({ root, query, signal }) {
  const text = query.get("query") ?? "";
  const input = element("input", {
    type: "search",
    name: "query",
    value: text,
    maxlength: 255,
    placeholder: "Name, @username or Telegram id",
    "aria-label": "Find a user",
    "data-testid": "search",
  });
  const form = element(
    "form",
    { class: "search", role: "search" },
    input,
    element("button", { class: "primary", "data-testid": "find" }, "Find"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    location.hash = `#/users${queryOf({ query: input.value.trim().replace(/^@/, "") })}`;
  });
  const body = element("div", { class: "card", "data-testid": "users" });
  root.append(element("h1", { tabindex: "-1" }, "Users"), form, body);
  const empty = text
    ? `No user matches “${text}”.`
    : "No users yet: the first message to a bot creates one.";
  return load(
    body,
    () =>
      list({
        caption: "Users",
        columns: COLUMNS,
        next: pages("users", signal, { query: text }),
        empty,
      }),
    (table) => table,
  );
}
