// The drawing of a panel: grid and labels, lines and bands, marks of what is not finite.

import { shape } from "../shared/dom.js";
import { sign } from "../shared/numbers.js";
import { compact, markPath } from "./style.js";

/** @typedef {import("./lines.js").Group} Group */
/** @typedef {import("./panel.js").View} View */

/** The room around a plot for its labels, in pixels. */
export const MARGIN = { left: 50, right: 14, top: 8, bottom: 22 };

/** The room that a label needs, in pixels: across, and down. */
const ACROSS = 75;
const DOWN = 24;

/** The least distance of two marks of the same kind of a run, in pixels. */
const APART = 9;

/** @typedef {{ width: number, height: number }} Size */

/**
 * What a panel draws into the inside of its margins, of a size.
 * @param {View} view
 * @param {Size} size
 * @returns {Node[]}
 */
export function plotted(view, size) {
  const inside = { x: MARGIN.left, y: MARGIN.top, ...size, class: "cajal-clip" };
  return [...axes(view, size), shape("svg", inside, ...lines(view, size)), ...marks(view, size)];
}

/**
 * What is not finite in the lines of some groups, as far as it was sent.
 * @param {Group[]} groups
 */
export function oddOf(groups) {
  return groups.flatMap(({ run, lines: drawn }) =>
    drawn
      .filter((line) => line.odd)
      .flatMap(({ x, y, seed }) => Array.from(y, (value, i) => ({ run, seed, step: x[i], value })))
      .filter(({ step, value }) => !Number.isFinite(value) && Number.isFinite(step)),
  );
}

/**
 * @param {View} view
 * @param {Size} size
 */
function axes({ x, y }, size) {
  const right = MARGIN.left + size.width;
  const bottom = MARGIN.top + size.height;
  const rule = (/** @type {number} */ level) =>
    shape("line", { class: "cajal-grid", x1: MARGIN.left, x2: right, y1: level, y2: level });
  const level = (/** @type {number} */ value) => MARGIN.top + (1 - y.at(value)) * size.height;
  const place = (/** @type {number} */ value) => MARGIN.left + x.at(value) * size.width;
  const steps = x.ticks(size.width / ACROSS).filter((value) => x.high - x.low < 2 || Number.isInteger(value));
  return [
    ...y
      .ticks(size.height / DOWN)
      .flatMap((value) => [
        rule(level(value)),
        shape(
          "text",
          { class: "cajal-tick", x: MARGIN.left - 6, y: level(value) + 3.5, "text-anchor": "end" },
          compact(value),
        ),
      ]),
    rule(bottom),
    shape("text", { class: "cajal-tick", x: MARGIN.left - 18, y: bottom + 14, "text-anchor": "end" }, "step"),
    ...steps.map((value) =>
      shape(
        "text",
        { class: "cajal-tick", x: place(value), y: bottom + 14, "text-anchor": "middle" },
        compact(value),
      ),
    ),
  ];
}

/**
 * @param {View} view
 * @param {Size} size
 */
function lines({ groups, raw, styles, x, y }, size) {
  const point = (/** @type {number} */ step, /** @type {number} */ value) =>
    `${(x.at(step) * size.width).toFixed(1)},${((1 - y.at(value)) * size.height).toFixed(1)}`;
  const colour = (/** @type {string} */ run) => styles.get(run)?.colour ?? "currentcolor";
  const bands = groups.filter((group) => group.low.length);
  return [
    ...raw.map(({ run, x: steps, y: values }) =>
      shape("path", {
        class: "cajal-raw",
        "data-run": run,
        d: path(steps, values, point),
        stroke: colour(run),
      }),
    ),
    ...bands.map((group) =>
      shape("path", {
        class: "cajal-band",
        "data-run": group.run,
        d: bandPath(group, point),
        fill: colour(group.run),
      }),
    ),
    ...groups.map(({ run, x: steps, y: values }) =>
      shape("path", {
        class: steps.length > size.width ? "cajal-line cajal-many" : "cajal-line",
        "data-run": run,
        d: path(steps, values, point),
        stroke: colour(run),
        "stroke-dasharray": (styles.get(run)?.dash ?? []).join(" "),
      }),
    ),
  ];
}

/**
 * @param {View} view
 * @param {Size} size
 */
function marks({ groups, styles, x }, size) {
  /** @type {Map<string, number>} */
  const before = new Map();
  const left = (/** @type {number} */ step) => MARGIN.left + x.at(step) * size.width;
  const apart = oddOf(groups).filter(({ run, step, value }) => {
    const kind = `${value} ${run}`;
    if (step < x.low || step > x.high || left(step) - (before.get(kind) ?? -Infinity) < APART) return false;
    before.set(kind, left(step));
    return true;
  });
  return apart.map(({ run, step, value }) => {
    const colour = styles.get(run)?.colour ?? "currentcolor";
    const top = MARGIN.top + (value === Infinity ? 6 : size.height - 6);
    const title = shape("title", {}, `${run ? `${run}: ` : ""}${sign(value)} at step ${step}`);
    const look = { stroke: colour, fill: Number.isNaN(value) ? "none" : colour };
    const transform = `translate(${left(step).toFixed(1)},${top})`;
    return shape(
      "path",
      { class: "cajal-odd", "data-run": run, "data-step": step, d: markPath(value), transform, ...look },
      title,
    );
  });
}

/**
 * A break where a step or a value is not finite, a dot where a piece has one point only.
 * @param {ArrayLike<number>} x
 * @param {ArrayLike<number>} y
 * @param {(step: number, value: number) => string} point
 */
function path(x, y, point) {
  const pieces = [];
  let piece = [];
  for (let i = 0; i <= x.length; i++) {
    if (i < x.length && Number.isFinite(x[i]) && Number.isFinite(y[i])) {
      piece.push(point(x[i], y[i]));
    } else if (piece.length) {
      pieces.push(`M${piece.join("L")}${piece.length === 1 ? "h0.01" : ""}`);
      piece = [];
    }
  }
  return pieces.join("");
}

/**
 * @param {Group} group
 * @param {(step: number, value: number) => string} point
 */
function bandPath({ x, low, high }, point) {
  const there = x.map((step, i) => point(step, high[i]));
  const back = x.map((step, i) => point(step, low[i])).reverse();
  return x.length ? `M${[...there, ...back].join("L")}Z` : "";
}
