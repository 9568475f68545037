// The path of a state of two or three dimensions: in the plane, in the triangle of distributions, or in space.

import { element, shape } from "../shared/dom.js";
import { brief } from "../shared/numbers.js";
import { label } from "./model.js";

const SIDE = 220;
const MARGIN = 30;
const MOST = 2000;

/** @typedef {(state: ArrayLike<number>) => [number, number]} Projection to (-1, 1) in both directions, up positive */

/**
 * @param {import("./model.js").Run} run
 */
export function plane(run) {
  const svg = shape("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, role: "img", class: "cajal-dy-square" });
  const title = element("div", { class: "cajal-caption" });
  const point = shape("circle", { class: "cajal-dy-now", r: 4.5 });
  /** @type {Projection} */
  let project = () => [0, 0];
  const ring = shape("circle", { class: "cajal-dy-ring", r: 7 }, shape("title", {}, "the result"));
  const x = (/** @type {number} */ part) => SIDE / 2 + part * (SIDE / 2 - MARGIN);
  const y = (/** @type {number} */ part) => SIDE / 2 - part * (SIDE / 2 - MARGIN);

  /**
   * @param {SVGElement} mark
   * @param {Float64Array} vector
   */
  function move(mark, vector) {
    const there = vector.every(Number.isFinite);
    mark.style.display = there ? "" : "none";
    const [across, up] = there ? project(vector) : [0, 0];
    mark.setAttribute("cx", String(x(across)));
    mark.setAttribute("cy", String(y(up)));
  }

  return {
    node: element("div", { class: "cajal-dy-panel" }, title, svg),
    /** @param {Float64Array} states */
    show(states) {
      const made = projection(states, run);
      project = made.project;
      title.textContent = made.title;
      svg.setAttribute("aria-label", made.title);
      svg.replaceChildren();
      const isAbove = project(states.subarray(states.length - run.dim))[1] > 0;
      for (const [from, to, name] of made.axes) {
        const [a, b] = [project(from), project(to)];
        svg.append(
          shape("line", { class: "cajal-grid", x1: x(a[0]), y1: y(a[1]), x2: x(b[0]), y2: y(b[1]) }),
        );
        if (!name) continue;
        const anchor = b[0] > 0.4 ? "end" : b[0] < -0.4 ? "start" : "middle";
        const down = b[1] > 0.2 ? -12 : b[1] < -0.2 || isAbove ? 18 : -8; // clear of the path's end
        svg.append(
          shape("text", { class: "cajal-tick", x: x(b[0]), y: y(b[1]) + down, "text-anchor": anchor }, name),
        );
      }
      const count = states.length / run.dim;
      const stride = Math.ceil(count / MOST);
      let path = "";
      let pen = "M";
      for (let step = 0; step < count; step += stride) {
        const state = states.subarray(step * run.dim, (step + 1) * run.dim);
        if (!state.every(Number.isFinite)) {
          pen = "M";
          continue;
        }
        const [across, up] = project(state);
        path += `${pen}${x(across).toFixed(1)},${y(up).toFixed(1)}`;
        pen = "L";
        if (count <= 200)
          svg.append(shape("circle", { class: "cajal-dy-dot", cx: x(across), cy: y(up), r: 2 }));
      }
      svg.append(shape("path", { class: "cajal-line cajal-dy-path", d: path }));
      svg.append(ring, point);
    },
    /** @param {Float64Array} vector */
    result: (vector) => move(ring, vector),
    /** @param {Float64Array} state */
    cursor: (state) => move(point, state),
    read: () => ({
      title: title.textContent,
      at: [Number(point.getAttribute("cx")), Number(point.getAttribute("cy"))],
    }),
  };
}

/**
 * Where states are drawn: distributions of three in a triangle, all else by their coordinates.
 * @param {Float64Array} states
 * @param {import("./model.js").Run} run
 * @returns {{ title: string, project: Projection, axes: [number[], number[], string][] }}
 */
function projection(states, run) {
  const { dim } = run;
  const finite = states.filter(Number.isFinite);
  const size = finite.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const names = Array.from({ length: dim }, (_, i) => label(run, i));
  const units = names.map((_, i) => names.map((__, j) => (i === j ? 1 : 0)));
  const zero = names.map(() => 0);
  if (dim === 3 && isDistributions(states)) {
    return {
      title: "the state in the triangle of distributions",
      project: (state) => [0.95 * (state[2] - state[1]), 1.6 * state[0] - 0.7],
      axes: [0, 1, 2].map((i) => [units[(i + 2) % 3], units[i], names[i]]),
    };
  }
  const [low, high] = [-size, size].map((end) => units.map((vector) => vector.map((value) => value * end)));
  const axes = /** @type {[number[], number[], string][]} */ (
    names.map((name, i) => [low[i], high[i], `${name} = ${brief(size)}`])
  );
  if (dim === 2) {
    if (states.every((value) => !(value < 0))) for (const axis of axes) axis[0] = zero;
    const at = states.every((value) => !(value < 0)) ? 1 : 0;
    const part = (/** @type {number} */ value) => (at ? (2 * value) / size - 1 : value / size);
    return { title: "the path of the state", project: (state) => [part(state[0]), part(state[1])], axes };
  }
  const [turn, rise] = [0.6, 0.45];
  return {
    title: "the path of the state, in perspective",
    project: (state) => {
      const [a, b, c] = [state[0] / size, state[1] / size, state[2] / size];
      const across = a * Math.cos(turn) - b * Math.sin(turn);
      const away = a * Math.sin(turn) + b * Math.cos(turn);
      return [0.8 * across, 0.8 * (c * Math.cos(rise) - away * Math.sin(rise))];
    },
    axes,
  };
}

/** @param {Float64Array} states of three entries each */
function isDistributions(states) {
  for (let i = 0; i < states.length; i += 3) {
    const sum = states[i] + states[i + 1] + states[i + 2];
    if (!(Math.min(states[i], states[i + 1], states[i + 2]) > -1e-9) || Math.abs(sum - 1) > 1e-4)
      return false;
  }
  return true;
}
