// The console: who is signed in, and which view is shown.

import { call, forgetKey, isSignedIn, keepKey } from "./api.js";
import { bot } from "./bot.js";
import { bots } from "./bots.js";
import { catalogue } from "./catalogue.js";
import { element } from "./element.js";
import { figures } from "./figures.js";
import { leaderboard } from "./leaderboard.js";
import { say } from "./message.js";
import { promocodes } from "./promocodes.js";
import { user } from "./user.js";
import { users } from "./users.js";

const VIEWS = [
  [/^users$/, users],
  [/^users\/(\d+)$/, user],
  [/^figures$/, figures],
  [/^leaderboard$/, leaderboard],
  [/^promocodes$/, promocodes],
  [/^bots$/, bots],
  [/^bots\/(\w+)$/, bot],
  [/^catalogue$/, catalogue],
];

const find = (selector) => document.querySelector(selector);
const main = find("#main");
let shown = new AbortController();

// Shows the view that the address names.
function show() {
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  shown.abort();
  shown = new AbortController();
  const signedIn = isSignedIn();
  find("#console").hidden = !signedIn;
  find("#sign-in").hidden = signedIn;
  if (!signedIn) {
    main.replaceChildren();
    document.title = "SPIN Training console";
    find("#key").focus();
    return;
  }
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [pattern, view] = VIEWS.find(([known]) => known.test(path)) ?? [];
  if (!view) {
    location.replace("#/users");
    return;
  }
  for (const link of document.querySelectorAll(".side nav a")) {
    const current = path.startsWith(link.hash.slice(2));
    if (current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  // Each view has its own place: what comes late for one that was left is not seen.
  const root = element("div", { class: "view" });
  main.replaceChildren(root);
  view({
    root,
    parameters: path.match(pattern).slice(1),
    query: new URLSearchParams(query),
    signal: shown.signal,
  });
  window.scrollTo(0, 0);
  const heading = root.querySelector("h1");
  document.title = `${heading.textContent} · SPIN Training console`;
  heading.focus();
}

function complainAtSignIn(text) {
  find("#sign-in-problem").textContent = text;
  find("#key").setAttribute("aria-invalid", text !== "");
}

// Why the key is none for the console, or null.
async function refusal(key) {
  const mistyped = "This is no valid key: it is mistyped, expired or revoked.";
  if (!/^[!-~]+$/.test(key)) return mistyped;
  try {
    await call("GET", "bots?limit=1", { key });
    return null;
  } catch (problem) {
    if (problem.status === 401) return mistyped;
    if (problem.code === "operator_only")
      return "This is a bot's key. The console needs an operator's.";
    return problem.message;
  }
}

find("#sign-in form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.target.querySelector("button");
  if (button.disabled) return;
  const input = find("#key");
  const key = input.value.trim();
  button.disabled = true;
  complainAtSignIn("");
  const why = await refusal(key);
  button.disabled = false;
  if (why) {
    complainAtSignIn(why);
    input.select();
    return;
  }
  input.value = "";
  keepKey(key);
  show();
});

function signOut(why) {
  forgetKey();
  say("");
  show();
  complainAtSignIn(why);
}

find("#sign-out").addEventListener("click", () => signOut(""));
window.addEventListener("signed-out", (event) => signOut(event.detail));
find(".skip").addEventListener("click", (event) => {
  // The address names the view; it must stay.
  event.preventDefault();
  main.focus();
});
window.addEventListener("hashchange", show);
show();
