// The leaderboard, of all time or of this week.

import { element } from "./element.js";
import { number } from "./format.js";
import { list, pages } from "./list.js";
import { load } from "./loading.js";
import { userLink } from "./users.js";

const PERIODS = [
  ["all", "All time"],
  ["week", "This week"],
];

const COLUMNS = [
  { title: "Rank", cell: (place) => number(place.rank) },
  { title: "User", cell: userLink },
  { title: "Level", number: true, cell: (place) => number(place.level) },
  { title: "XP", number: true, cell: (place) => number(place.xp) },
];

export function leaderboard({ root, query, signal }) {
  const period = query.get("period") === "week" ? "week" : "all";
  const tab = ([key, title]) =>
    element(
      "a",
      {
        href: `#/leaderboard?period=${key}`,
        "aria-current": key === period ? "page" : null,
        "data-testid": `period-${key}`,
      },
      title,
    );
  const body = element("div", { class: "card", "data-testid": "leaderboard" });
  root.append(
    element("h1", { tabindex: "-1" }, "Leaderboard"),
    element("nav", { class: "tabs", "aria-label": "Period" }, PERIODS.map(tab)),
    element(
      "p",
      { class: "hint" },
      "A week is an ISO week in UTC. Users who hide themselves are left out.",
    ),
    body,
  );
  const empty = period === "week" ? "Nobody has earned XP this week." : "Nobody has earned XP yet.";
  const next = pages("leaderboard", signal, { period });
  return load(
    body,
    () => list({ caption: "Leaderboard", columns: COLUMNS, next, empty }),
    (table) => table,
  );
}
