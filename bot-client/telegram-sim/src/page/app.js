// The page: a column per user, kept up to date by one long poll.

import { Column } from "./chat.js";
import { element } from "./message.js";

const find = (selector) => document.querySelector(selector);
const columns = new Map();
let chosenBot = null;
let version = 0;
let poll = new AbortController();

async function api(method, path, body, signal) {
  const separator = path.includes("?") ? "&" : "?";
  const of = chosenBot === null ? "" : `${separator}bot=${chosenBot}`;
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(path + of, {
    method, headers, signal, body: body && JSON.stringify(body),
  });
  const reply = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(reply.error ?? `The simulator answered ${response.status}.`);
  return reply;
}

async function follow() {
  for (;;) {
    const { signal } = poll;
    try {
      show(await api("GET", `/sim/state?after=${version}&wait_ms=25000`, undefined, signal));
    } catch {
      if (signal.aborted) continue;
      // The simulator may come back as another one, with nothing in it.
      find("#status").textContent = "no connection to the simulator";
      reset();
      await new Promise((resolve) => { setTimeout(resolve, 1000); });
    }
  }
}

function reset() {
  version = 0;
  for (const column of columns.values()) column.element.remove();
  columns.clear();
}

function show(state) {
  const first = version === 0;
  version = state.version;
  showBots(state);
  for (const user of state.users) {
    let column = columns.get(user.id);
    if (!column) {
      column = new Column(user.id, api, openSheet);
      columns.set(user.id, column);
      find("#columns").append(column.element);
    }
    column.update(user, state.channels, state.bot);
  }
  for (const entry of state.messages) columns.get(entry.user)?.put(entry);
  if (!first) for (const { user, answer } of state.answers) columns.get(user)?.answer(answer);
}

function showBots({ bots, bot }) {
  const isOpen = Boolean(bot?.webhook);
  document.body.classList.toggle("waiting", !isOpen);
  find("#empty").hidden = isOpen;
  const pending = bot?.pending ? ` · ${bot.pending} on the way` : "";
  const error = bot?.pending && bot.last_error ? ` · ${bot.last_error}` : "";
  find("#status").textContent = isOpen
    ? `@${bot.username}${pending}${error}`
    : "waiting for the bot";
  const select = find("#bots");
  select.parentElement.hidden = bots.length < 2;
  const options = bots.map(({ id, username }) =>
    element("option", { value: id, selected: id === bot?.id }, `@${username}`));
  if (select.options.length !== bots.length) select.replaceChildren(...options);
}

find("#bots").onchange = (event) => {
  chosenBot = Number(event.target.value);
  reset();
  // The poll under way is of the former bot.
  poll.abort();
  poll = new AbortController();
};

find("#add-user").onsubmit = async (event) => {
  event.preventDefault();
  const form = event.target;
  const { id } = await api("POST", "/sim/users", Object.fromEntries(new FormData(form)));
  form.reset();
  const column = columns.get(id);
  column?.element.scrollIntoView({ behavior: "smooth", inline: "end" });
  column?.startButton.focus();
};

// The payment sheet.

const sheet = find("#sheet");
const part = (name) => find(`[data-testid=payment-${name}]`);

async function openSheet(column, what, slug) {
  const invoice = await column.tell(api("GET", `/sim/invoices/${encodeURIComponent(slug)}`));
  if (!invoice) return;
  part("title").textContent = invoice.title;
  find("#sheet-description").textContent = invoice.description;
  part("amount").textContent = `${invoice.amount} ★${invoice.subscription ? " every 30 days" : ""}`;
  part("balance").textContent = `${column.user.first_name} has ${column.user.stars} ★`;
  part("error").textContent = "";
  part("pay").textContent = invoice.subscription ? "Subscribe" : "Pay";
  part("pay").disabled = false;
  part("pay").onclick = () => pay(column, what);
  sheet.showModal();
}

async function pay(column, what) {
  part("pay").disabled = true;
  part("error").textContent = "";
  const problems = {
    timed_out: "The bot did not answer within 10 seconds.",
    not_enough_stars: "Not enough Stars.",
  };
  try {
    const paid = await api("POST", `/sim/chats/${column.id}/pay`, what);
    if (paid.status === "paid") {
      sheet.close();
    } else {
      part("error").textContent = paid.error_message ?? problems[paid.status];
    }
  } catch (error) {
    part("error").textContent = error.message;
  }
  part("pay").disabled = false;
}

part("cancel").onclick = () => sheet.close();
sheet.onclick = (event) => {
  if (event.target === sheet) sheet.close();
};

find("#hint").textContent =
  `BOT__TELEGRAM__API_URL=${location.origin}\nBOT__TELEGRAM__TOKEN=123456:any-token`;
follow();
