// Forms in a dialog. What one sends, it sends under one Idempotency-Key: a second click, or another
// try after an answer that was lost, acts once.

import { newOnce } from "./api.js";
import { button, element, newId } from "./element.js";
import { fieldOf } from "./field.js";
import { problemBox } from "./loading.js";
import { say } from "./message.js";

// Asks for `fields` and sends them.
//   text    what will happen: texts or elements
//   submit  what the button says; `danger` if it cannot be undone
//   send    carries it out with the values and the Idempotency-Key
//   done    what to say of the answer; what it returns is shown instead of the form if it is an element
export function openForm({ title, text = [], fields = [], submit, danger, send, done }) {
  const once = newOnce();
  const made = fields.map(fieldOf);
  const outcome = element("div", {});
  const sender = element(
    "button",
    { class: danger ? "danger" : "primary", "data-testid": "submit" },
    submit,
  );
  const form = element(
    "form",
    { novalidate: true, autocomplete: "off" },
    [text].flat().map((part) => (typeof part === "string" ? element("p", {}, part) : part)),
    made.map((field) => field.element),
    outcome,
    element("div", { class: "buttons" }, closeButton("Cancel"), sender),
  );
  const dialog = openDialog(title, form);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sender.disabled) return;
    outcome.replaceChildren();
    const wrong = made.filter((field) => !field.check());
    if (wrong.length) {
      wrong[0].focus();
      return;
    }
    sender.disabled = true;
    sender.setAttribute("aria-busy", "true");
    try {
      const values = Object.fromEntries(
        made.map((field) => [field.name, field.value()]).filter(([, value]) => value !== undefined),
      );
      const answer = done(await send(values, once), values);
      if (answer instanceof Node) dialog.querySelector(".dialog-body").replaceChildren(answer);
      else dialog.close();
      if (typeof answer === "string") say(answer);
    } catch (problem) {
      // Nobody would see it there.
      if (!dialog.open) say(problem.message);
      outcome.replaceChildren(problemBox(problem));
      const blamed = made.filter((field) => problem.errors?.some(field.blame));
      blamed[0]?.focus();
    }
    sender.disabled = false;
    sender.removeAttribute("aria-busy");
  });
  return dialog;
}

export function closeButton(label) {
  return button(label, (event) => event.target.closest("dialog").close(), { class: "plain" });
}

// Shows something above the page, until it is closed.
export function openDialog(title, ...content) {
  const id = newId();
  const dialog = element(
    "dialog",
    { "aria-labelledby": id, "data-testid": "dialog" },
    element("h2", { id, tabindex: "-1" }, title),
    element("div", { class: "dialog-body" }, content),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  (
    dialog.querySelector("input:not([readonly]), select, textarea") ?? dialog.querySelector("h2")
  ).focus();
  return dialog;
}
