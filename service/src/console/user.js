// Everything about one user, on one page.

import { access } from "./access.js";
import { get } from "./api.js";
import { button, element } from "./element.js";
import { capital, chip, nameOf, number, time } from "./format.js";
import { eraseUser, grants } from "./grants.js";
import { ledger } from "./ledger.js";
import { load } from "./loading.js";
import { badges, payments, sessions, xp } from "./records.js";
import { tile } from "./tile.js";
import { trainings } from "./trainings.js";

export function user({ root, parameters: [id], signal }) {
  const heading = element("h1", { tabindex: "-1" }, `User ${id}`);
  const head = element("div", { class: "card profile", "data-testid": "profile" });
  const parts = {};
  const context = {
    id,
    signal,
    refresh: (...names) => names.forEach((name) => parts[name].refresh()),
  };
  // Without the user there is nothing else.
  const showOthers = () => {
    const others = {
      access: access(context),
      trainings: trainings(context),
      xp: xp(context),
      badges: badges(context),
      payments: payments(context),
      sessions: sessions(context),
      ledger: ledger(context),
    };
    Object.assign(parts, others);
    root.append(
      grants(context),
      element(
        "div",
        { class: "parts" },
        Object.values(others).map((part) => part.element),
      ),
      eraser(id),
    );
    Object.values(others).forEach((part) => part.refresh());
  };
  const draw = (profile) => {
    if (!parts.access) showOthers();
    return drawProfile(profile, heading);
  };
  parts.profile = { refresh: () => load(head, () => profileOf(id, signal), draw) };
  root.append(
    element("p", { class: "back" }, element("a", { href: "#/users" }, "← All users")),
    heading,
    head,
  );
  parts.profile.refresh();
}

function eraser(id) {
  return element(
    "section",
    { class: "card", "aria-labelledby": "erase" },
    element("h2", { id: "erase" }, "Erase"),
    element(
      "p",
      { class: "hint" },
      "Removes everything about the user, in every bot. Payments stay without the Telegram id; bonuses and codes that were used stay used.",
    ),
    button("Erase this user…", () => eraseUser(id), {
      class: "danger",
      "data-testid": "erase-user",
    }),
  );
}

async function profileOf(id, signal) {
  const user = await get(`users/${id}`, signal);
  const [rank, levels] = await Promise.all([
    get(`users/${id}/rank`, signal),
    get("levels", signal),
  ]);
  return { user, rank, levels: levels.items };
}

function drawProfile({ user, rank, levels }, heading) {
  heading.textContent = nameOf(user);
  document.title = `${nameOf(user)} · SPIN Training console`;
  const level = levels.find((one) => one.level === user.level);
  const next = levels.find((one) => one.level > user.level);
  const toNext =
    next &&
    next.min_xp > user.total_xp &&
    `${number(next.min_xp - user.total_xp)} XP to level ${next.level}`;
  const average = user.total_trainings && Math.round(user.total_score / user.total_trainings);
  const facts = [
    ["Telegram id", element("code", {}, user.telegram_id)],
    ["Username", user.username ? `@${user.username}` : "none"],
    ["Language", user.language_code ?? "none"],
    ["Registered", time(user.registration_date)],
    ["Last active", time(user.last_activity)],
    ["Leaderboard", user.leaderboard_hidden ? chip("hidden") : "shown"],
  ];
  return [
    element(
      "div",
      { class: "tiles" },
      tile("Level", number(user.level), level?.title ? capital(level.title) : toNext),
      tile("XP", number(user.total_xp), level?.title && toNext),
      tile("Rank", `#${number(rank.rank)}`, `of ${number(rank.total_users)}`),
      tile(
        "Trainings",
        number(user.total_trainings),
        average ? `${number(average)} points on average` : null,
      ),
    ),
    element(
      "dl",
      { class: "facts" },
      facts.map(([name, value]) =>
        element("div", {}, element("dt", {}, name), element("dd", {}, value)),
      ),
    ),
  ];
}
