// Elements from data. Text stays text: nothing is ever read as HTML.

export function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

// A function is what to do at the event of its name. True is an attribute without a value; false,
// null and undefined are none, and as children nothing.
function fill(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined)
      made.setAttribute(name, value);
  }
  made.append(
    ...children
      .flat(Infinity)
      .filter((child) => child !== false && child !== null && child !== undefined),
  );
  return made;
}

export const button = (text, click, attributes = {}) =>
  element("button", { type: "button", click, ...attributes }, text);

// In a row of a table; `of` says of which row, for those who do not see it.
export const rowButton = (text, of, click) =>
  button(text, click, { class: "small", "aria-label": `${text} ${of}` });

// At the head of a view or a part.
export const headButton = (text, testid, click) =>
  button(text, click, { class: "primary", "data-testid": testid });

// An id that no other element has.
let last = 0;
export const newId = () => `e${(last += 1)}`;
