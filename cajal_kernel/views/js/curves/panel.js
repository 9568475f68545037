// The panel of one metric: its lines, bands and marks, axes, the cursor, and the box that zooms.

import { element, shape } from "../shared/dom.js";
import { brief } from "../shared/numbers.js";
import { readoutOf } from "./readout.js";
import { markName, markPath } from "./style.js";

const MARGIN = { left: 50, right: 10, top: 8, bottom: 22 };
const DRAG = 6;

/** @typedef {import("./scale.js").Scale} Scale */
/** @typedef {import("./style.js").Run} Run */
/** @typedef {import("./lines.js").Group} Group */

/**
 * What a panel shows. `raw` has the lines behind the smoothed ones; `note` says what the axis cannot show.
 * @typedef {{ groups: Group[], raw: Group[], styles: Map<string, Run>, x: Scale, y: Scale, note: string,
 *   wantsLog: boolean, smooth: boolean, height: number }} View
 */

/**
 * What a panel asks the picture for.
 * @typedef {{ cursor: (step: number | null) => void, move: (metric: string, key: string, far: boolean) => void,
 *   zoom: (metric: string, x: [number, number] | null, y: [number, number] | null) => void, reset: () => void,
 *   log: (metric: string) => void }} Actions
 */

/**
 * @param {string} metric
 * @param {Actions} act
 */
export function panelOf(metric, act) {
  const log = element("button", { type: "button", class: "cajal-axis", title: "linear or logarithmic vertical axis (L)" });
  const note = element("span", { class: "cajal-caption" });
  const svg = shape("svg", {
    class: "cajal-plot", tabindex: 0, role: "group",
    "aria-label": `${metric}. Arrow keys move the cursor, plus and minus zoom, Escape shows all, L changes the axis`,
  });
  const readout = readoutOf();
  const head = element("div", { class: "cajal-head" }, element("b", {}, metric), note, log);
  const node = element("div", { class: "cajal-plot-panel", "data-metric": metric }, head, svg, readout.node);
  const cursor = shape("line", { class: "cajal-cursor", visibility: "hidden" });
  const box = shape("rect", { class: "cajal-box", visibility: "hidden" });
  /** @type {View | null} */
  let view = null;
  /** @type {{ x: number, y: number } | null} */
  let dragged = null;
  let width = 360;
  let height = 180;
  const inner = () => ({ width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom });

  /** @param {View} next */
  function show(next) {
    view = next;
    width = Math.max(200, node.clientWidth || 360);
    height = next.height;
    log.textContent = next.y.log ? "log" : "linear";
    log.setAttribute("aria-pressed", String(next.wantsLog));
    log.setAttribute("aria-label", `${metric}: logarithmic axis`);
    note.textContent = next.note;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("height", String(height));
    const plot = shape("svg", { x: MARGIN.left, y: MARGIN.top, ...inner(), class: "cajal-clip" }, ...lines(next));
    svg.replaceChildren(...axes(next), plot, ...marks(next), cursor, box);
    readout.show(next);
  }

  /**
   * @param {View} shown
   * @returns {Node[]}
   */
  function axes({ x, y }) {
    const right = width - MARGIN.right;
    const bottom = height - MARGIN.bottom;
    const level = (/** @type {number} */ value) => MARGIN.top + (1 - y.at(value)) * inner().height;
    const place = (/** @type {number} */ value) => MARGIN.left + x.at(value) * inner().width;
    return [
      ...y.ticks.flatMap((value) => [
        shape("line", { class: "cajal-grid", x1: MARGIN.left, x2: right, y1: level(value), y2: level(value) }),
        shape("text", { class: "cajal-tick", x: MARGIN.left - 6, y: level(value) + 3.5, "text-anchor": "end" }, brief(value)),
      ]),
      shape("line", { class: "cajal-grid", x1: MARGIN.left, x2: right, y1: bottom, y2: bottom }),
      ...x.ticks.filter((value) => x.high - x.low < 2 || Number.isInteger(value)).map((value) =>
        shape("text", { class: "cajal-tick", x: place(value), y: bottom + 14, "text-anchor": "middle" }, brief(value))),
    ];
  }

  /**
   * @param {View} shown
   * @returns {Node[]}
   */
  function lines({ groups, raw, styles, x, y }) {
    const size = inner();
    const point = (/** @type {number} */ step, /** @type {number} */ value) =>
      `${(x.at(step) * size.width).toFixed(1)},${((1 - y.at(value)) * size.height).toFixed(1)}`;
    const stroke = (/** @type {Group} */ { run }) => styles.get(run)?.colour ?? "currentcolor";
    return [
      ...raw.map((group) => shape("path", { class: "cajal-raw", "data-run": group.run, d: path(group.x, group.y, point), stroke: stroke(group) })),
      ...groups.filter((group) => group.low.length).map((group) =>
        shape("path", { class: "cajal-band", "data-run": group.run, d: bandPath(group, point), fill: stroke(group) })),
      ...groups.map((group) => shape("path", {
        class: group.x.length > size.width ? "cajal-line cajal-many" : "cajal-line", "data-run": group.run, d: path(group.x, group.y, point), stroke: stroke(group),
        "stroke-dasharray": (styles.get(group.run)?.dash ?? []).join(" "),
      })),
    ];
  }

  /**
   * @param {View} shown
   * @returns {Node[]}
   */
  function marks({ groups, styles, x }) {
    /** @type {Map<string, number>} */
    const lefts = new Map();
    const place = (/** @type {number} */ step) => MARGIN.left + x.at(step) * inner().width;
    const apart = oddOf(groups).filter(({ run, step, value }) => {
      const kind = `${value} ${run}`;
      if (step < x.low || step > x.high || place(step) - (lefts.get(kind) ?? -Infinity) < 9) return false;
      lefts.set(kind, place(step));
      return true;
    });
    return apart.map(({ run, step, value }) => {
      const colour = styles.get(run)?.colour ?? "currentcolor";
      const left = place(step);
      const top = value === Infinity ? MARGIN.top + 6 : height - MARGIN.bottom - 6;
      const title = shape("title", {}, `${run ? `${run}: ` : ""}${markName(value)} at step ${step}`);
      return shape("path", {
        class: "cajal-odd", "data-run": run, "data-step": step, d: markPath(value), stroke: colour,
        fill: Number.isNaN(value) ? "none" : colour, transform: `translate(${left.toFixed(1)},${top})`,
      }, title);
    });
  }

  /** @param {number | null} step */
  function point(step) {
    readout.at(step);
    const visible = step !== null && view !== null && step >= view.x.low && step <= view.x.high;
    cursor.setAttribute("visibility", visible ? "visible" : "hidden");
    if (!visible || !view || step === null) return;
    const left = MARGIN.left + view.x.at(step) * inner().width;
    for (const [name, value] of Object.entries({ x1: left, x2: left, y1: MARGIN.top, y2: height - MARGIN.bottom })) cursor.setAttribute(name, String(value));
  }

  /** @param {MouseEvent} event */
  function placeOf(event) {
    const bounds = svg.getBoundingClientRect();
    const size = inner();
    const x = (((event.clientX - bounds.left) / bounds.width) * width - MARGIN.left) / size.width;
    const y = (((event.clientY - bounds.top) / bounds.height) * height - MARGIN.top) / size.height;
    return { x: Math.max(0, Math.min(1, x)), y: Math.max(0, Math.min(1, y)) };
  }

  svg.addEventListener("pointermove", (event) => {
    if (!view) return;
    const now = placeOf(event);
    act.cursor(view.x.back(now.x));
    if (!dragged) return;
    const size = inner();
    const area = boxOf(dragged, now, size);
    box.setAttribute("visibility", area.wide || area.tall ? "visible" : "hidden");
    const [left, right] = area.wide ? area.x : [0, 1];
    const [top, bottom] = area.tall ? area.y : [0, 1];
    const corners = { x: MARGIN.left + left * size.width, y: MARGIN.top + top * size.height, width: (right - left) * size.width, height: (bottom - top) * size.height };
    for (const [name, value] of Object.entries(corners)) box.setAttribute(name, String(value));
  });
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    dragged = placeOf(event);
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointerup", (event) => {
    if (!dragged || !view) return;
    const area = boxOf(dragged, placeOf(event), inner());
    dragged = null;
    box.setAttribute("visibility", "hidden");
    const { x, y } = view;
    const across = area.wide ? /** @type {[number, number]} */ ([x.back(area.x[0]), x.back(area.x[1])]) : null;
    const down = area.tall ? /** @type {[number, number]} */ ([y.back(1 - area.y[1]), y.back(1 - area.y[0])]) : null;
    if (across || down) act.zoom(metric, across, down);
  });
  svg.addEventListener("pointercancel", () => {
    dragged = null;
    box.setAttribute("visibility", "hidden");
  });
  svg.addEventListener("pointerleave", () => act.cursor(null));
  svg.addEventListener("dblclick", act.reset);
  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (["ArrowLeft", "ArrowRight", "Home", "End", "+", "=", "-"].includes(event.key)) {
      event.preventDefault();
      act.move(metric, event.key, event.shiftKey);
    } else if (event.key === "Escape" || event.key === "0") act.reset();
    else if (event.key.toLowerCase() === "l") act.log(metric);
  });
  log.addEventListener("click", () => act.log(metric));

  return { node, show, point, read: () => (view ? reading(metric, view, readout.read(), { ...inner(), ...MARGIN }) : null) };
}

/**
 * What is not finite in the lines of some groups, as far as it was sent.
 * @param {Group[]} groups
 */
function oddOf(groups) {
  return groups.flatMap(({ run, lines }) =>
    lines.filter((line) => line.odd).flatMap(({ x, y, seed }) =>
      Array.from(y, (value, i) => ({ run, seed, step: x[i], value })).filter(({ step, value }) => !Number.isFinite(value) && Number.isFinite(step))));
}

/**
 * The box between two places, each 0 to 1; it is wide or tall if the pointer went far enough that way.
 * @param {{ x: number, y: number }} from
 * @param {{ x: number, y: number }} to
 * @param {{ width: number, height: number }} size
 */
function boxOf(from, to, size) {
  const x = [Math.min(from.x, to.x), Math.max(from.x, to.x)];
  const y = [Math.min(from.y, to.y), Math.max(from.y, to.y)];
  return { x, y, wide: (x[1] - x[0]) * size.width > DRAG, tall: (y[1] - y[0]) * size.height > 2 * DRAG };
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

/**
 * What a panel shows, for tests.
 * @param {string} metric
 * @param {View} view
 * @param {any} readout
 * @param {any} plot
 */
function reading(metric, { groups, raw, styles, x, y, note, smooth }, readout, plot) {
  const axis = (/** @type {Scale} */ { log, low, high, ticks }) => ({ log, low, high, ticks });
  const drawn = (/** @type {Group} */ { run, lines, ...rest }) => ({ run, seeds: lines.map((line) => line.seed), ...styles.get(run), drawn: rest });
  return {
    metric, note, smooth, readout, plot, x: axis(x), y: axis(y), lines: groups.map(drawn), raw: raw.map(drawn),
    odd: oddOf(groups).map(({ run, seed, step, value }) => ({ run, seed, step, kind: markName(value) })),
  };
}
