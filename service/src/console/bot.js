// One bot's keys: list, create, revoke.

import { call, path } from "./api.js";
import { element, headButton, newId, rowButton } from "./element.js";
import { closeButton, openForm } from "./form.js";
import { chip, shortId, time } from "./format.js";
import { list, pages } from "./list.js";
import { part } from "./loading.js";

function state(key) {
  if (key.revoked_at) return "revoked";
  return key.expires_at && new Date(key.expires_at) <= new Date() ? "expired" : "valid";
}

export function bot({ root, parameters: [name], signal }) {
  const columns = [
    { title: "Key", cell: (key) => shortId(key.key_id) },
    { title: "State", cell: (key) => chip(state(key), state(key) === "valid" ? "good" : "") },
    { title: "Created", cell: (key) => time(key.created_at) },
    { title: "Last used", cell: (key) => (key.last_used_at ? time(key.last_used_at) : "never") },
    { title: "Until", cell: (key) => time(key.expires_at) },
    { title: "Revoked", cell: (key) => time(key.revoked_at) },
    {
      title: "Action",
      cell: (key) =>
        state(key) === "valid" &&
        rowButton("Revoke", key.key_id, () => openRevoke(name, key, keys.refresh)),
    },
  ];
  const create = headButton("New key", "create-key", () => openCreate(name, keys.refresh));
  const keys = part("Keys", {
    actions: create,
    ask: () =>
      list({
        caption: `Keys of ${name}`,
        columns,
        next: pages(path`bots/${name}/keys`, signal),
        empty: "No keys yet.",
      }),
    draw: (table) => table,
  });
  root.append(
    element("p", { class: "back" }, element("a", { href: "#/bots" }, "← All bots")),
    element("h1", { tabindex: "-1" }, name),
    element(
      "p",
      { class: "hint" },
      "To rotate: make a new key, change the bot over, revoke the old one. Keys that the settings name (SERVICE__BOOTSTRAP__BOT_KEYS) are not in this list.",
    ),
    keys.element,
  );
  return keys.refresh();
}

function openCreate(name, refresh) {
  openForm({
    title: `New key for ${name}`,
    fields: [
      {
        name: "expires_at",
        label: "Until",
        kind: "time",
        hint: "In your time zone. Without it the key does not expire.",
      },
    ],
    submit: "Create",
    send: (body) => call("POST", path`bots/${name}/keys`, { body }),
    done: ({ key }) => {
      refresh();
      return newKey(key);
    },
  });
}

// The only time that the key is shown.
function newKey(key) {
  const id = newId();
  const input = element("input", {
    id,
    readonly: true,
    value: key,
    class: "key",
    "data-testid": "new-key",
    focus: () => input.select(),
  });
  const copy = async () => {
    input.focus();
    try {
      await navigator.clipboard.writeText(key);
    } catch {
      // Without TLS there is no such clipboard.
      document.execCommand("copy");
    }
    copied.textContent = "Copied.";
  };
  const copied = element("span", { class: "faint", role: "status" });
  const made = element(
    "div",
    {},
    element(
      "p",
      { role: "alert" },
      "This is the only time that the key is shown. Put it where the bot reads it.",
    ),
    element("label", { for: id }, "Key"),
    input,
    element(
      "div",
      { class: "buttons" },
      copied,
      closeButton("Close"),
      headButton("Copy", "copy", copy),
    ),
  );
  queueMicrotask(() => input.focus());
  return made;
}

function openRevoke(name, key, refresh) {
  openForm({
    title: "Revoke this key?",
    text: [
      "Whoever calls with it is refused within a second, on every replica. This cannot be undone.",
      element("p", {}, element("code", { class: "whole" }, key.key_id)),
    ],
    submit: "Revoke",
    danger: true,
    send: () => call("DELETE", path`bots/${name}/keys/${key.key_id}`),
    done: () => {
      refresh();
      return "The key is revoked.";
    },
  });
}
