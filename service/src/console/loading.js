// What is asked for, and what stands there until it comes or if it fails.

import { Problem } from "./api.js";
import { button, element } from "./element.js";

// Why something failed, with the id by which the service's log knows it.
export function problemBox(problem, retry) {
  const id =
    problem.requestId &&
    element(
      "p",
      { class: "hint" },
      "request_id ",
      element("code", { "data-testid": "request-id" }, problem.requestId),
    );
  const again = retry && button("Try again", retry);
  return element(
    "div",
    { class: "problem", role: "alert", "data-testid": "problem" },
    element("p", {}, problem.message),
    id,
    again,
  );
}

// The last question for each place: an earlier one's answer that comes later is not shown.
const asked = new WeakMap();

// Fills the place with what `draw` makes of the answer to `ask`. What it held stays until then.
export async function load(place, ask, draw) {
  asked.set(place, ask);
  if (!place.hasChildNodes()) place.append(element("p", { class: "faint loading" }, "Loading…"));
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await ask();
    if (asked.get(place) !== ask) return;
    const drawn = [draw(answer)].flat();
    const hadFocus = place.contains(document.activeElement);
    place.replaceChildren(...drawn);
    // Who used the keyboard in it goes on from there.
    if (hadFocus) place.closest("section")?.querySelector("h2")?.focus();
  } catch (problem) {
    if (problem.name === "AbortError" || asked.get(place) !== ask) return;
    if (!(problem instanceof Problem)) console.error(problem);
    place.replaceChildren(problemBox(problem, () => load(place, ask, draw)));
  }
  place.removeAttribute("aria-busy");
}

// A part of a view: a heading, and a body that `refresh` loads anew.
export function part(title, { ask, draw, wide, actions }) {
  const body = element("div", { class: "part-body" });
  const id = title.toLowerCase().replaceAll(" ", "-");
  const heading = element("h2", { id, tabindex: "-1" }, title);
  const made = element(
    "section",
    { class: wide ? "card wide" : "card", "aria-labelledby": id, "data-testid": id },
    element(
      "div",
      { class: "card-head" },
      heading,
      actions && element("div", { class: "actions" }, actions),
    ),
    body,
  );
  return { element: made, refresh: () => load(body, () => ask(), draw) };
}
