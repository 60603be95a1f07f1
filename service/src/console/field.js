// The fields of a form: label, input, hint, and what is wrong with it.

import { button, element, newId } from "./element.js";

// `{name, label, kind, hint, required, value, options, matches, …}`: kind is `text` (the default),
// `number`, `select`, `checkbox`, `time`, `json` or `rows`; what is not named here goes to the input
// as it is. `options` are pairs of a select, or what a text may be.
export function fieldOf({
  name,
  label,
  kind = "text",
  hint,
  required,
  value,
  options,
  matches,
  ...rest
}) {
  if (kind === "rows") return rowsField({ name, label, hint, value, ...rest });
  const [id, hintId, problemId] = [newId(), newId(), newId()];
  const input = inputOf(
    kind,
    {
      id,
      name,
      required,
      "aria-describedby": `${hintId} ${problemId}`,
      "data-testid": name,
      ...rest,
    },
    value,
    options,
  );
  const problem = element("p", { id: problemId, class: "field-problem" });
  const complain = (text) => {
    problem.textContent = text;
    input.setAttribute("aria-invalid", text !== "");
  };
  const optional = !required && kind !== "checkbox" && kind !== "select";
  const text = element(
    "label",
    { for: id },
    label,
    optional && element("span", { class: "faint" }, " – optional"),
  );
  const made = element(
    "div",
    { class: kind === "checkbox" ? "field check" : "field" },
    kind === "checkbox" ? [input, text] : [text, input],
    element("p", { id: hintId, class: "hint" }, hint),
    problem,
  );
  if (kind === "text" && options) {
    const list = element(
      "datalist",
      { id: newId() },
      options.map((option) => element("option", { value: option })),
    );
    input.setAttribute("list", list.id);
    made.append(list);
  }
  return {
    name,
    element: made,
    focus: () => input.focus(),
    value: () => valueOf(kind, input),
    check() {
      if (!input.checkValidity()) complain(input.validationMessage);
      else if (matches && input.value !== matches) complain(`Type ${matches} to confirm.`);
      else if (kind === "json" && input.value && !isObject(input.value))
        complain('Must be a JSON object, such as {"score": 185}.');
      else complain("");
      return problem.textContent === "";
    },
    // Takes a complaint of the service, if it is about this field.
    blame({ field, message }) {
      if (field !== name) return false;
      complain(message);
      return true;
    },
  };
}

function inputOf(kind, attributes, value, options) {
  switch (kind) {
    case "select":
      return element(
        "select",
        attributes,
        options.map(([key, text]) =>
          element("option", { value: key, selected: key === value }, text),
        ),
      );
    case "json":
      return element("textarea", { rows: 3, spellcheck: "false", ...attributes }, value ?? "");
    case "checkbox":
      return element("input", { type: "checkbox", checked: value, ...attributes });
    case "time":
      return element("input", { type: "datetime-local", value, ...attributes });
    default:
      return element("input", { type: kind, value, ...attributes });
  }
}

// What the API is sent; undefined for what was left empty.
function valueOf(kind, input) {
  if (kind === "checkbox") return input.checked;
  if (input.value === "") return undefined;
  if (kind === "number") return Number(input.value);
  if (kind === "time") return new Date(input.value).toISOString();
  if (kind === "json") return JSON.parse(input.value);
  return input.value;
}

function isObject(text) {
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === "object" && !Array.isArray(value);
  } catch {
    return false;
  }
}

// Any number of rows of inputs. `columns` are `{name, label, kind, …}`, `add` says what is added.
function rowsField({ name, label, hint, value = [], columns, add }) {
  const rows = element("div", { class: "rows" });
  const problem = element("p", { class: "field-problem" });
  const addRow = (row = {}) => {
    const inputs = columns.map(({ name: column, label: title, kind = "text", ...rest }) =>
      element("input", {
        "aria-label": title,
        placeholder: title,
        name: column,
        type: kind,
        value: row[column],
        ...rest,
      }),
    );
    const remove = () => {
      line.remove();
      more.focus();
    };
    const line = element(
      "div",
      { class: "row" },
      inputs,
      button("✕", remove, { class: "plain", "aria-label": "Remove this row" }),
    );
    rows.append(line);
    return inputs[0];
  };
  const more = button(add, () => addRow().focus(), {
    class: "small",
    "data-testid": `add-${name}`,
  });
  value.forEach(addRow);
  const inputs = () => [...rows.querySelectorAll("input")];
  const contents = (line) =>
    [...line.querySelectorAll("input")].map((input) => [input.name, valueOf(input.type, input)]);
  return {
    name,
    element: element(
      "fieldset",
      { "data-testid": name },
      element("legend", {}, label),
      hint && element("p", { class: "hint" }, hint),
      rows,
      more,
      problem,
    ),
    focus: () => (inputs().find((input) => !input.checkValidity()) ?? more).focus(),
    value: () =>
      [...rows.children]
        .map((line) => Object.fromEntries(contents(line).filter(([, of]) => of !== undefined)))
        .filter((row) => Object.keys(row).length > 0),
    check() {
      const wrong = inputs().find((input) => !input.checkValidity());
      problem.textContent = wrong
        ? `${wrong.getAttribute("aria-label")}: ${wrong.validationMessage}`
        : "";
      return !wrong;
    },
    blame({ field, message }) {
      const [, row] = field.match(/\[(\d+)\]/) ?? [];
      if (!field.startsWith(name)) return false;
      problem.textContent = row ? `Row ${Number(row) + 1}: ${message}` : message;
      return true;
    },
  };
}
