// A figure that is to be seen at a glance.

import { element } from "./element.js";

export function tile(name, value, note) {
  return element(
    "div",
    { class: "tile" },
    element("span", { class: "faint" }, name),
    element("strong", {}, value),
    note && element("span", { class: "hint" }, note),
  );
}
