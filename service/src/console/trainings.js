// The user's trainings: totals, the course of scores and question types, and each of them.

import { get, path } from "./api.js";
import { chart } from "./chart.js";
import { element, rowButton } from "./element.js";
import { closeButton, openDialog } from "./form.js";
import { capital, json, localDay, number, time, words } from "./format.js";
import { list, pages } from "./list.js";
import { load, part } from "./loading.js";
import { tile } from "./tile.js";

export function trainings({ id, signal }) {
  const columns = [
    { title: "Time", cell: (one) => time(one.training_date) },
    { title: "Bot", cell: (one) => one.bot_name },
    { title: "Scenario", cell: (one) => one.scenario_name },
    { title: "Score", number: true, cell: (one) => element("b", {}, number(one.total_score)) },
    { title: "Clarity", number: true, cell: (one) => `${number(one.clarity_level)} %` },
    { title: "Questions", number: true, cell: (one) => number(one.question_count) },
    { title: "In context", number: true, cell: (one) => number(one.contextual_questions) },
    {
      title: "Action",
      cell: (one) => rowButton("Open", "the training", () => openTraining(id, one, signal)),
    },
  ];
  const ask = () =>
    Promise.all([
      get(`users/${id}/trainings/summary`, signal),
      get(`users/${id}/trainings?limit=100`, signal),
      list({
        caption: "Trainings",
        columns,
        next: pages(`users/${id}/trainings`, signal, { limit: "10" }),
        empty: "No training finished yet.",
      }),
    ]);
  const draw = ([summary, latest, table]) =>
    summary.total_trainings > 0 ? [totals(summary), course(latest.items.reverse()), table] : table;
  return part("Trainings", { ask, draw, wide: true });
}

function totals(summary) {
  return element(
    "div",
    { class: "tiles" },
    tile("Best score", number(summary.best_score)),
    tile("Average score", number(Math.round(summary.average_score))),
    tile("Questions", number(summary.total_questions)),
    tile("Trainings", number(summary.total_trainings)),
  );
}

// Charts of these trainings, the oldest first.
function course(all) {
  const points = all.map((one) => ({
    title: `${localDay(one.training_date)}, ${one.bot_name}`,
    tick: localDay(one.training_date),
  }));
  const scores = all.map((one) => one.total_score);
  const types = [...new Set(all.flatMap((one) => Object.keys(one.per_type_counts ?? {})))];
  const of = (type) => all.map((one) => one.per_type_counts?.[type] ?? 0);
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const shown = `the last ${number(all.length)}`;
  return element(
    "div",
    { class: "charts" },
    chart({
      label: "Score by training",
      kind: "line",
      points,
      series: [{ name: "Score", values: scores }],
      summary: `${shown}, best ${number(Math.max(...scores))}`,
    }),
    types.length > 0 &&
      chart({
        label: "Questions by type",
        kind: "stacked",
        points,
        summary: shown,
        series: types.map((type) => ({
          name: `${capital(words(type))} ${number(sum(of(type)))}`,
          values: of(type),
        })),
      }),
  );
}

function openTraining(id, training, signal) {
  const body = element("div", {});
  openDialog(
    `Training, ${number(training.total_score)} points`,
    body,
    element("div", { class: "buttons" }, closeButton("Close")),
  );
  load(
    body,
    () => get(path`users/${id}/trainings/${training.id}`, signal),
    (whole) => json(whole),
  );
}
