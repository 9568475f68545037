// A training curve: a panel for each metric, a line in it for each run, and how far the training is.
// @ts-nocheck: its types are not written yet

import { element, shape } from "../shared/dom.js";
import { brief } from "../shared/numbers.js";

const WIDTH = 360;
const HEIGHT = 150;
const MARGIN = { left: 52, right: 8, top: 6, bottom: 20 };

/** @type {(host: HTMLElement, picture: import("../shared/wire.js").Picture) => import("../shared/wire.js").Handle} */
export function draw(host, picture) {
  const title = element("div", { class: "cajal-title" });
  const bar = element("div", { class: "cajal-progress" }, element("div", {}));
  const note = element("div", { class: "cajal-caption" });
  const legend = element("div", { class: "cajal-legend" });
  const panels = element("div", { class: "cajal-panels" });
  host.append(title, bar, note, legend, panels);

  /** @param {import("../shared/wire.js").Picture} picture */
  function update({ spec, arrays }) {
    const { name, done, total, text } = spec;
    title.replaceChildren(element("b", {}, name));
    title.style.display = name ? "" : "none";
    bar.style.display = total ? "" : "none";
    bar.firstChild.style.width = total ? `${Math.min(100, (100 * done) / total)}%` : "0";
    note.textContent = text;

    const lines = unpack(spec.lines, arrays.points.data);
    const runs = [...new Set(lines.map((line) => line.run))];
    legend.replaceChildren(...runs.filter(Boolean).map((run) => key(run, runs.indexOf(run))));
    const metrics = [...new Set(lines.map((line) => line.metric))];
    panels.replaceChildren(
      ...metrics.map((metric) =>
        panel(
          metric,
          lines.filter((line) => line.metric === metric),
          runs,
        ),
      ),
    );
  }
  update(picture);
  return { dispose: () => {}, update, read: () => null };
}

function unpack(lines, data) {
  let start = 0;
  return lines.map(({ metric, run, size }) => {
    const x = data.subarray(start, start + size);
    const y = data.subarray(start + size, start + 2 * size);
    start += 2 * size;
    return { metric, run, x, y };
  });
}

const colour = (place) => `var(--cajal-run-${place % 6})`;

function key(run, place) {
  const swatch = element("span", { class: "cajal-swatch", style: `background:${colour(place)}` });
  return element("span", { class: "cajal-key" }, swatch, run);
}

// Where a number is drawn: greater ones at this one, since the distance of two floats may be no float.
const near = (value) => Math.max(-1e300, Math.min(1e300, value));

function range(lines, axis) {
  let low = Infinity;
  let high = -Infinity;
  for (const line of lines) {
    for (const value of line[axis].filter(Number.isFinite).map(near)) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return [0, 1];
  const greatest = Math.max(Math.abs(low), Math.abs(high));
  // Numbers that are closer than this have no round numbers between them.
  const least = Math.max(greatest * 1e-9, 1e-300);
  if (high - low >= least) return [low, high];
  const room = low === high ? Math.max(greatest / 2, 0.5) : least;
  return [low - room, high + room];
}

function panel(metric, lines, runs) {
  const [left, right] = range(lines, "x");
  const [low, high] = range(lines, "y");
  const inner = { width: WIDTH - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom };
  const x = (value) => MARGIN.left + ((near(value) - left) / (right - left)) * inner.width;
  const y = (value) => MARGIN.top + (1 - (near(value) - low) / (high - low)) * inner.height;

  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": metric });
  for (const value of ticks(low, high)) {
    svg.append(
      shape("line", {
        class: "cajal-grid",
        x1: MARGIN.left,
        x2: WIDTH - MARGIN.right,
        y1: y(value),
        y2: y(value),
      }),
    );
    const label = shape("text", {
      class: "cajal-tick",
      x: MARGIN.left - 5,
      y: y(value) + 3.5,
      "text-anchor": "end",
    });
    label.textContent = brief(value);
    svg.append(label);
  }
  for (const value of ticks(left, right).filter(Number.isInteger)) {
    const label = shape("text", { class: "cajal-tick", x: x(value), y: HEIGHT - 6, "text-anchor": "middle" });
    label.textContent = brief(value);
    svg.append(label);
  }
  for (const line of lines) {
    const stroke = colour(runs.indexOf(line.run));
    svg.append(shape("path", { class: "cajal-line", d: path(line, x, y), style: `stroke:${stroke}` }));
  }

  const value = element("span", { class: "cajal-value" });
  const rest = lines
    .map((line) => `${line.run ? `${line.run} ` : ""}${brief(line.y[line.y.length - 1])}`)
    .join(", ");
  value.textContent = rest;
  const cursor = shape("line", {
    class: "cajal-cursor",
    y1: MARGIN.top,
    y2: HEIGHT - MARGIN.bottom,
    visibility: "hidden",
  });
  svg.append(cursor);
  svg.addEventListener("mousemove", (event) => {
    const box = svg.getBoundingClientRect();
    const at =
      left +
      ((((event.clientX - box.left) / box.width) * WIDTH - MARGIN.left) / inner.width) * (right - left);
    const nearest = lines.map((line) => [line, closest(line.x, at)]);
    const step = nearest[0][0].x[nearest[0][1]];
    cursor.setAttribute("x1", x(step));
    cursor.setAttribute("x2", x(step));
    cursor.setAttribute("visibility", "visible");
    const values = nearest.map(([line, i]) => `${line.run ? `${line.run} ` : ""}${brief(line.y[i])}`);
    value.textContent = `step ${step}: ${values.join(", ")}`;
  });
  svg.addEventListener("mouseleave", () => {
    cursor.setAttribute("visibility", "hidden");
    value.textContent = rest;
  });
  return element(
    "div",
    { class: "cajal-panel" },
    element("div", {}, element("b", {}, metric), " ", value),
    svg,
  );
}

// A break where a step or a value is not a number, a dot where a line has one point only.
function path(line, x, y) {
  let text = "";
  let pen = "M";
  for (let i = 0; i < line.x.length; i++) {
    if (!Number.isFinite(line.x[i]) || !Number.isFinite(line.y[i])) {
      pen = "M";
      continue;
    }
    text += `${pen}${x(line.x[i]).toFixed(1)},${y(line.y[i]).toFixed(1)}`;
    pen = "L";
  }
  return line.x.length === 1 ? `${text}h0.01` : text;
}

function closest(sorted, value) {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low > 0 && value - sorted[low - 1] < sorted[low] - value ? low - 1 : low;
}

// About four round numbers between the two.
function ticks(low, high) {
  const power = 10 ** Math.floor(Math.log10((high - low) / 4));
  const size = [1, 2, 5, 10].map((m) => m * power).find((candidate) => (high - low) / candidate <= 5);
  const found = [];
  for (let i = Math.ceil(low / size); i * size <= high; i++) found.push(Number((i * size).toPrecision(12)));
  return found;
}
