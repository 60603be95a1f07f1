// Lists as tables, page by page; on a narrow screen every row is a card.

import { get, query } from "./api.js";
import { button, element } from "./element.js";
import { problemBox } from "./loading.js";

// Pages of a list of the API.
export const pages =
  (path, signal, parameters = {}) =>
  (cursor) =>
    get(`${path}${query({ ...parameters, limit: parameters.limit ?? "20", cursor })}`, signal);

// Pages of what is here already.
export const slices =
  (items, size = 20) =>
  (cursor = 0) => {
    const end = cursor + size;
    return { items: items.slice(cursor, end), next_cursor: end < items.length ? end : null };
  };

// A table of columns `{title, cell, number}`, where `cell` makes a row's content of an item. `next`
// gives the page behind a cursor, the first one without.
export async function list({ caption, columns, next, empty }) {
  const body = element("tbody", { role: "rowgroup" });
  const heads = columns.map(({ title, number }) =>
    element("th", { role: "columnheader", scope: "col", class: number ? "number" : null }, title),
  );
  const table = element(
    "table",
    { role: "table" },
    element("caption", { class: "unseen" }, caption),
    element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, heads)),
    body,
  );
  const foot = element("div", { class: "more" });

  const add = ({ items, next_cursor: cursor }) => {
    body.append(...items.map((item) => row(columns, item)));
    const more = button("Show more", () => follow(cursor), { "data-testid": "more" });
    foot.replaceChildren(...(cursor ? [more] : []));
  };
  const follow = async (cursor) => {
    foot.querySelector("button").disabled = true;
    const from = body.rows.length;
    try {
      add(await next(cursor));
      // Whoever uses the keyboard goes on with what is new.
      const start = body.rows[from].cells[0];
      start.tabIndex = -1;
      start.focus();
    } catch (problem) {
      if (problem.name === "AbortError") return;
      foot.replaceChildren(problemBox(problem, () => follow(cursor)));
    }
  };

  const first = await next();
  if (first.items.length === 0)
    return element("p", { class: "faint", "data-testid": "empty" }, empty);
  add(first);
  return element("div", { class: "list" }, table, foot);
}

function row(columns, item) {
  const cells = columns.map(({ title, cell, number }) =>
    element(
      "td",
      { role: "cell", "data-label": title, class: number ? "number" : null },
      element("div", {}, cell(item)),
    ),
  );
  return element("tr", { role: "row", "data-testid": "row" }, cells);
}
