// The panel of one metric: its plot, the cursor in it, its values, and what keys and pointer do.

import { element, shape } from "../shared/dom.js";
import { sign } from "../shared/numbers.js";
import { boxOf } from "./box.js";
import { closest } from "./lines.js";
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
 *   log: (metric: string) => void, light: (run: string | null) => void }} Actions
 */

/** How near a line a pointer is that means it, in pixels. */
const NEAR = 14;

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
    "aria-label": `${metric}: logarithmic axis`,
  });
  log.textContent = "log";
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
  const dots = shape("g", {});
  /** @type {View | null} */
  let view = null;
  let width = 360;
  let height = 180;
  const size = () => ({
    width: width - MARGIN.left - MARGIN.right,
    height: height - MARGIN.top - MARGIN.bottom,
  });
  const box = boxOf(svg, size, {
    moved({ x, y }) {
      if (!view) return;
      act.cursor(view.x.back(x));
      act.light(nearest(y * size().height));
    },
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
    log.setAttribute("aria-pressed", String(next.wantsLog));
    note.textContent = next.note;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("height", String(height));
    svg.replaceChildren(...plotted(next, size()), cursor, dots, box);
    readout.show(next);
  }

  /**
   * The lines at the step of the cursor, and how far down that is.
   * @type {{ run: string, down: number }[]}
   */
  let crossed = [];

  /**
   * The run whose line is at the cursor and near to a pointer, if there is one.
   * @param {number} pointer pixels from the top of the plot
   */
  function nearest(pointer) {
    const away = (/** @type {{ down: number }} */ { down }) => Math.abs(down - pointer);
    const first = [...crossed].sort((a, b) => away(a) - away(b))[0];
    return first && away(first) < NEAR ? first.run : null;
  }

  /** @param {number | null} step */
  function point(step) {
    readout.at(step);
    const { x } = view ?? { x: null };
    crossed = [];
    if (!view || !x || step === null || step < x.low || step > x.high) {
      dots.replaceChildren();
      return cursor.setAttribute("visibility", "hidden");
    }
    for (const group of view.groups) {
      const i = closest(group.x, step);
      const level = 1 - view.y.at(group.y[i]);
      if (step < group.x[0] || step > group.x[group.x.length - 1] || !(level >= 0 && level <= 1)) continue;
      crossed.push({ run: group.run, down: level * size().height });
    }
    dots.replaceChildren(
      ...crossed.map(({ run, down }) =>
        shape("circle", {
          class: "cajal-dot",
          "data-run": run,
          cx: MARGIN.left + x.at(step) * size().width,
          cy: MARGIN.top + down,
          r: 3,
          fill: view?.styles.get(run)?.colour ?? "currentcolor",
        }),
      ),
    );
    cursor.setAttribute("visibility", "visible");
    const left = String(MARGIN.left + x.at(step) * size().width);
    cursor.setAttribute("x1", left);
    cursor.setAttribute("x2", left);
    cursor.setAttribute("y1", String(MARGIN.top));
    cursor.setAttribute("y2", String(height - MARGIN.bottom));
  }

  svg.addEventListener("pointerleave", () => {
    act.cursor(null);
    act.light(null);
  });
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
  const axis = (/** @type {Scale} */ { log, low, high }) => ({ log, low, high });
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
