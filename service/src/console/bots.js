// Bots: list and create.

import { call, path } from "./api.js";
import { element, headButton } from "./element.js";
import { openForm } from "./form.js";
import { time } from "./format.js";
import { list, pages } from "./list.js";
import { part } from "./loading.js";

const COLUMNS = [
  { title: "Bot", cell: (bot) => element("a", { href: `#/bots/${bot.bot_name}` }, bot.bot_name) },
  { title: "Title", cell: (bot) => bot.title },
  { title: "Created", cell: (bot) => time(bot.created_at) },
];

export function bots({ root, signal }) {
  const create = headButton("New bot", "create-bot", openCreate);
  const all = part("All bots", {
    actions: create,
    ask: () =>
      list({
        caption: "Bots",
        columns: COLUMNS,
        next: pages("bots", signal),
        empty: "No bots yet.",
      }),
    draw: (table) => table,
  });
  root.append(
    element("h1", { tabindex: "-1" }, "Bots and keys"),
    element(
      "p",
      { class: "hint" },
      "A bot's page shows its keys. Operators' keys are made on the command line: ",
      element("code", {}, "service keys create --operator"),
      ".",
    ),
    all.element,
  );
  return all.refresh();
}

function openCreate() {
  openForm({
    title: "New bot",
    fields: [
      {
        name: "bot_name",
        label: "Name",
        required: true,
        maxlength: 50,
        pattern: "[a-z0-9_]+",
        hint: "Small letters, digits and _. It cannot be changed.",
      },
      { name: "title", label: "Title", maxlength: 255 },
    ],
    submit: "Create",
    send: ({ bot_name: name, title }) => call("PUT", path`bots/${name}`, { body: { title } }),
    done: (bot) => {
      location.hash = `#/bots/${bot.bot_name}`;
      return `${bot.bot_name} is there.`;
    },
  });
}
