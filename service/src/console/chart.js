// Charts in SVG, as wide as there is room.

import { element, svg } from "./element.js";
import { compact, number } from "./format.js";

const HEIGHT = 190;
const [LEFT, RIGHT, TOP, BOTTOM] = [38, 10, 10, 24];
const GRID_LINES = 4;
// A tick needs so much room, a dot so much.
const [TICK, DOT] = [64, 9];

// A chart of `series` (`{name, values}`) over `points` (`{title, tick}`).
//   kind     `columns` (beside each other), `stacked` or `line`
//   summary  what is to be read while nothing is pointed at
//   format   how a value is written
export function chart({ label, points, series, kind, summary = "", format = number }) {
  const readout = element("span", { class: "readout faint", "aria-hidden": "true" }, summary);
  const plot = element("div", { class: "plot" });
  const legend =
    series.length > 1 &&
    element(
      "ul",
      { class: "legend" },
      series.map(({ name }, index) => element("li", { class: colour(index) }, name)),
    );
  const read = (index) => {
    const values = series.map(({ name, values: of }) =>
      series.length > 1 ? `${name} ${format(of[index])}` : format(of[index]),
    );
    readout.textContent = index === null ? summary : `${points[index].title}: ${values.join(", ")}`;
  };
  const draw = () => {
    const width = plot.clientWidth;
    if (width > LEFT + RIGHT)
      plot.replaceChildren(
        drawn({ label: `${label}. ${summary}`, points, series, kind, width, read }),
      );
  };
  new ResizeObserver(draw).observe(plot);
  return element(
    "figure",
    { class: "chart", "data-testid": "chart" },
    element("figcaption", {}, element("h3", {}, label), readout),
    legend,
    plot,
  );
}

const colour = (index) => `c${(index % 6) + 1}`;

function drawn({ label, points, series, kind, width, read }) {
  const [right, bottom] = [width - RIGHT, HEIGHT - BOTTOM];
  const sums = points.map((_, index) =>
    series.map(({ values }) => values[index]).reduce((sum, value) => sum + value, 0),
  );
  const most = Math.max(0, ...(kind === "stacked" ? sums : series.flatMap(({ values }) => values)));
  const step = niceStep(most);
  const top = Math.max(step, Math.ceil(most / step) * step);
  const y = (value) => bottom - (value / top) * (bottom - TOP);
  const band = (right - LEFT) / points.length;
  const middle = (index) => LEFT + band * (index + 0.5);
  const geometry = { y, band, middle, points, series, bottom };

  const grid = [];
  for (let value = 0; value <= top; value += step) {
    grid.push(
      svg("line", { class: "grid", x1: LEFT, x2: right, y1: y(value), y2: y(value) }),
      svg(
        "text",
        { class: "tick", x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" },
        compact(value),
      ),
    );
  }
  const every = Math.ceil(TICK / band);
  const ticks = points.map(
    ({ tick }, index) =>
      index % every === 0 &&
      svg(
        "text",
        { class: "tick", x: middle(index), y: HEIGHT - 6, "text-anchor": "middle" },
        tick,
      ),
  );
  const places = points.map((_, index) =>
    svg("rect", {
      class: "place",
      x: LEFT + band * index,
      y: TOP,
      width: band,
      height: bottom - TOP,
      pointerenter: () => read(index),
      pointerleave: () => read(null),
    }),
  );
  return svg(
    "svg",
    { width, height: HEIGHT, role: "img", "aria-label": label },
    grid,
    ticks,
    DRAW[kind](geometry),
    places,
  );
}

// 1, 2 or 5 times a power of ten: whole numbers, since everything is counted.
function niceStep(most) {
  const rough = Math.max(1, most / GRID_LINES);
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((times) => times * power).find((step) => step >= rough);
}

const DRAW = {
  columns({ y, band, middle, points, series, bottom }) {
    const width = Math.min(26, (band * 0.76) / series.length);
    return series.flatMap(({ values }, place) =>
      points.map(
        (_, index) =>
          values[index] > 0 &&
          svg("rect", {
            class: colour(place),
            x: middle(index) + (place - series.length / 2) * width,
            y: y(values[index]),
            width: Math.max(1, width - 1),
            height: bottom - y(values[index]),
            rx: Math.min(2, width / 4),
          }),
      ),
    );
  },
  stacked({ y, band, middle, points, series }) {
    const width = Math.min(26, band * 0.76);
    return points.flatMap((_, index) => {
      let below = 0;
      return series.map(({ values }, place) => {
        const from = below;
        below += values[index];
        return (
          values[index] > 0 &&
          svg("rect", {
            class: colour(place),
            x: middle(index) - width / 2,
            y: y(below),
            width,
            height: y(from) - y(below),
          })
        );
      });
    });
  },
  line({ y, band, middle, points, series }) {
    return series.flatMap(({ values }, place) => {
      const at = points.map((_, index) => [middle(index), y(values[index])]);
      const dots =
        band >= DOT || points.length === 1
          ? at.map(([cx, cy]) => svg("circle", { class: colour(place), cx, cy, r: 3.5 }))
          : [];
      return [
        svg("polyline", {
          class: `line ${colour(place)}`,
          points: at.map((point) => point.join(",")).join(" "),
        }),
        ...dots,
      ];
    });
  },
};
