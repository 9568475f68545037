// The panel of one metric: its plot, the cursor in it, its values, and what keys and pointer do.

import { element, shape } from "../shared/dom.js";
import { sign } from "../shared/numbers.js";
import { boxOf } from "./box.js";
import { MARGIN, oddOf, plotted } from "./plot.js";
import { readoutOf } from "./readout.js";

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

const KEYS = ["ArrowLeft", "ArrowRight", "Home", "End", "+", "=", "-"];

/**
 * @param {string} metric
 * @param {Actions} act
 */
export function panelOf(metric, act) {
  const help = "arrow keys move the cursor, plus and minus zoom, Escape shows all, L changes the axis";
  const log = element("button", {
    type: "button",
    class: "cajal-axis",
    title: "linear or logarithmic vertical axis (L)",
  });
  const note = element("span", { class: "cajal-quiet" });
  const svg = shape("svg", {
    class: "cajal-plot",
    tabindex: 0,
    role: "group",
    "aria-label": `${metric}: ${help}`,
  });
  const readout = readoutOf();
  const head = element("div", { class: "cajal-head" }, element("b", {}, metric), note, log);
  const node = element("div", { class: "cajal-plot-panel", "data-metric": metric }, head, svg, readout.node);
  const cursor = shape("line", { class: "cajal-cursor", visibility: "hidden" });
  /** @type {View | null} */
  let view = null;
  let width = 360;
  let height = 180;
  const size = () => ({
    width: width - MARGIN.left - MARGIN.right,
    height: height - MARGIN.top - MARGIN.bottom,
  });
  const box = boxOf(svg, size, {
    moved: ({ x }) => view && act.cursor(view.x.back(x)),
    boxed({ x, y }) {
      if (!view) return;
      act.zoom(
        metric,
        x && [view.x.back(x[0]), view.x.back(x[1])],
        y && [view.y.back(1 - y[1]), view.y.back(1 - y[0])],
      );
    },
  });

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
    svg.replaceChildren(...plotted(next, size()), cursor, box);
    readout.show(next);
  }

  /** @param {number | null} step */
  function point(step) {
    readout.at(step);
    const { x } = view ?? { x: null };
    if (!x || step === null || step < x.low || step > x.high)
      return cursor.setAttribute("visibility", "hidden");
    cursor.setAttribute("visibility", "visible");
    const left = String(MARGIN.left + x.at(step) * size().width);
    cursor.setAttribute("x1", left);
    cursor.setAttribute("x2", left);
    cursor.setAttribute("y1", String(MARGIN.top));
    cursor.setAttribute("y2", String(height - MARGIN.bottom));
  }

  svg.addEventListener("pointerleave", () => act.cursor(null));
  svg.addEventListener("dblclick", act.reset);
  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (KEYS.includes(event.key)) {
      event.preventDefault();
      act.move(metric, event.key, event.shiftKey);
    } else if (event.key === "Escape" || event.key === "0") act.reset();
    else if (event.key.toLowerCase() === "l") act.log(metric);
  });
  log.addEventListener("click", () => act.log(metric));
  return {
    node,
    show,
    point,
    read: () => view && reading(metric, view, readout.read(), { ...size(), ...MARGIN }),
  };
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
  const drawn = (/** @type {Group} */ { run, lines, ...rest }) => ({
    run,
    seeds: lines.map((line) => line.seed),
    ...styles.get(run),
    drawn: rest,
  });
  return {
    metric,
    note,
    smooth,
    readout,
    plot,
    x: axis(x),
    y: axis(y),
    lines: groups.map(drawn),
    raw: raw.map(drawn),
    odd: oddOf(groups).map(({ run, seed, step, value }) => ({ run, seed, step, kind: sign(value) })),
  };
}
