// A training curve: a panel for each metric, a line in it for each run, how far the training is, and what was
// watched. What a reader chooses stays when more numbers come.

import { element } from "../shared/dom.js";
import { controlsOf } from "./controls.js";
import { legendOf } from "./legend.js";
import { closest, linesOf } from "./lines.js";
import { panelOf } from "./panel.js";
import { halfLifeOf, viewOf, zoomed } from "./view.js";
import { watchedOf } from "./watched.js";

/** @typedef {import("../shared/wire.js").Picture} Picture */
/** @typedef {import("./view.js").State} State */

const PANELS = 24;

/**
 * What stands in backticks is code.
 * @param {string} text
 */
function withCode(text) {
  return text.split(/`([^`]+)`/).map((part, i) => (i % 2 ? element("code", {}, part) : part));
}

/** @type {(host: HTMLElement, picture: Picture, context: import("../shared/wire.js").Context) => import("../shared/wire.js").Handle} */
export function draw(host, picture, { ask }) {
  host.classList.add("cajal-curves");
  const title = element("div", { class: "cajal-title" });
  const bar = element("div", {});
  const progress = element(
    "div",
    { class: "cajal-progress", role: "progressbar", "aria-label": "training" },
    bar,
  );
  const note = element("div", { class: "cajal-caption" });
  const grid = element("div", { class: "cajal-grid-of-panels" });
  const more = element("button", { type: "button" });
  const warnings = element("div", { class: "cajal-warnings", role: "log", "aria-label": "warnings" });
  const watched = watchedOf((at) => point(at));

  /** @type {State} */
  const state = {
    spec: picture.spec,
    lines: linesOf(picture),
    detail: null,
    x: null,
    y: new Map(),
    logX: false,
    log: new Set(picture.spec.log),
    smoothing: 0,
    apart: false,
    hidden: new Set(),
  };
  /** @type {Map<string, ReturnType<typeof panelOf>>} */
  const panels = new Map();
  let all = false;
  /** @type {number | null} */
  let step = null;

  const legend = legendOf((hidden) => {
    state.hidden = hidden;
    show();
  }, light);
  const controls = controlsOf({
    smooth: (place) => {
      state.smoothing = place;
      show();
    },
    logX: () => {
      state.logX = !state.logX;
      show();
    },
    apart: (apart) => {
      state.apart = apart;
      show();
    },
    reset,
  });
  more.addEventListener("click", () => {
    all = !all;
    show();
  });
  host.append(title, progress, note, legend.node, controls.node, grid, more, warnings, watched.node);

  /** @type {import("./panel.js").Actions} */
  const act = {
    cursor(at) {
      point(at === null ? null : snapped(at));
    },
    move(metric, key, far) {
      const { x } = viewOf(state, metric, 1);
      const steps = stepsOf(metric).filter((at) => at >= x.low && at <= x.high);
      if (!steps.length) return;
      const here = step === null ? steps.length - 1 : closest(steps, step);
      if (key === "+" || key === "=" || key === "-") {
        const half = (x.high - x.low) * (key === "-" ? 1 : 0.25);
        const middle = step ?? (x.low + x.high) / 2;
        return zoom(metric, [middle - half, middle + half], null);
      }
      const stride = far ? Math.max(1, Math.round(steps.length / 10)) : 1;
      const to =
        { ArrowLeft: here - stride, ArrowRight: here + stride, Home: 0, End: steps.length - 1 }[key] ?? here;
      point(steps[Math.max(0, Math.min(steps.length - 1, to))]);
    },
    zoom,
    reset,
    light,
    log(metric) {
      if (!state.log.delete(metric)) state.log.add(metric);
      state.y.delete(metric);
      show();
    },
  };

  /**
   * @param {string} metric
   * @param {[number, number] | null} x
   * @param {[number, number] | null} y
   */
  function zoom(metric, x, y) {
    if (x) {
      state.x = x;
      state.detail = null;
      refine(x);
    }
    if (y) state.y.set(metric, y);
    show();
  }

  function reset() {
    state.x = state.detail = null;
    state.y.clear();
    show();
  }

  /**
   * Asks for the points that were left out between two steps. Without an answer the line stays as it is.
   * @param {[number, number]} x
   */
  function refine([low, high]) {
    if (!ask || !state.spec.final || state.lines.every((line) => line.x.length === line.count)) return;
    ask({ low, high }).then(
      (answer) => {
        if (state.x?.[0] !== low || state.x[1] !== high) return;
        state.detail = linesOf(answer);
        show();
      },
      () => {},
    );
  }

  /** @param {string} [metric] */
  function stepsOf(metric) {
    const steps = zoomed(state)
      .filter((line) => (!metric || line.metric === metric) && !state.hidden.has(line.run))
      .flatMap((line) => Array.from(line.x));
    return [...new Set(steps)].filter(Number.isFinite).sort((a, b) => a - b);
  }

  /** @type {number[] | null} */
  let known = null;

  /** @param {number} at */
  function snapped(at) {
    known ??= stepsOf();
    return known.length ? known[closest(known, at)] : null;
  }

  /** @param {number | null} at */
  function point(at) {
    step = at;
    for (const panel of panels.values()) panel.point(at);
    light(lit);
  }

  /** @type {string | null} */
  let lit = null;

  /**
   * Makes one run stand out in all panels; null: none.
   * @param {string | null} run
   */
  function light(run) {
    lit = run;
    const isSeen = run !== null && !state.hidden.has(run);
    for (const node of grid.querySelectorAll("[data-run]"))
      node.classList.toggle("cajal-dim", isSeen && /** @type {HTMLElement} */ (node).dataset.run !== run);
  }

  function show() {
    const { spec, lines } = state;
    known = null;
    title.replaceChildren(element("b", {}, spec.name));
    title.hidden = !spec.name;
    progress.hidden = !spec.total || (spec.final && spec.done >= spec.total);
    const percent = spec.total ? Math.min(100, (100 * spec.done) / spec.total) : 0;
    bar.style.width = `${percent}%`;
    progress.setAttribute("aria-valuenow", String(Math.round(percent)));
    note.textContent = spec.text;
    for (const text of spec.warnings.slice(warnings.children.length))
      warnings.append(element("div", {}, element("b", {}, "warning: "), ...withCode(text)));
    /** @type {Map<string, Set<string>>} */
    const seeds = new Map();
    for (const line of lines) seeds.set(line.run, (seeds.get(line.run) ?? new Set()).add(line.seed));
    const counts = new Map([...seeds].map(([run, names]) => /** @type {const} */ ([run, names.size])));
    legend.show(spec.runs, counts);
    controls.show({
      ...state,
      halfLife: halfLifeOf(state),
      isZoomed: state.x !== null || state.y.size > 0,
      hasSeeds: [...counts.values()].some((count) => count > 1),
      isEmpty: !lines.length,
    });

    const metrics = [...new Set(lines.map((line) => line.metric))];
    const shown = all ? metrics : metrics.slice(0, PANELS);
    more.hidden = metrics.length <= PANELS;
    more.textContent = all ? `the first ${PANELS} metrics` : `${metrics.length - PANELS} more metrics`;
    for (const metric of shown) if (!panels.has(metric)) panels.set(metric, panelOf(metric, act));
    for (const metric of panels.keys()) if (!shown.includes(metric)) panels.delete(metric);
    const nodes = shown.map((metric) => /** @type {HTMLElement} */ (panels.get(metric)?.node));
    if (nodes.length !== grid.children.length || nodes.some((node, i) => grid.children[i] !== node))
      grid.replaceChildren(...nodes);
    grid.classList.toggle("cajal-alone", shown.length === 1);
    const height = shown.length === 1 ? 260 : 180;
    for (const [metric, panel] of panels) panel.show(viewOf(state, metric, height));
    point(step);
  }

  /** @param {Picture} next */
  function update(next) {
    for (const metric of next.spec.log) if (!state.spec.log.includes(metric)) state.log.add(metric);
    Object.assign(state, { spec: next.spec, lines: linesOf(next), detail: null });
    watched.show(next);
    show();
    if (state.x) refine(state.x);
  }

  update(picture);
  let width = host.clientWidth;
  const resized = new ResizeObserver(() => {
    if (host.clientWidth !== width) {
      width = host.clientWidth;
      show();
    }
  });
  resized.observe(host);
  return {
    dispose() {
      resized.disconnect();
      watched.stop();
    },
    update,
    read: () => ({
      progress: note.textContent,
      warnings: [...warnings.children].map((line) => line.textContent),
      cursor: step,
      lit,
      halfLife: halfLifeOf(state),
      hidden: [...state.hidden],
      window: state.x,
      detail: state.detail !== null,
      panels: [...panels.values()].map((panel) => panel.read()),
      watched: watched.read(),
    }),
  };
}
