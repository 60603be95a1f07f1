// What happened, for eyes and for screen readers.

import { button, element } from "./element.js";

const SECONDS = 12;
let timer;

export function say(text) {
  clearTimeout(timer);
  const close = button("✕", () => say(""), { class: "plain", "aria-label": "Close" });
  document
    .querySelector("#message")
    .replaceChildren(...(text ? [element("p", {}, text), close] : []));
  if (text) timer = setTimeout(() => say(""), SECONDS * 1000);
}
