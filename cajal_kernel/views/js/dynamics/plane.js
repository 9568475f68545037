// The path of a state of two or three dimensions: in the plane, in the triangle of distributions, or in space.

import { element, shape } from "../shared/dom.js";
import { projection } from "./projection.js";
import { turning } from "./turning.js";

const SIDE = 220;
const MARGIN = 30;
const MOST = 2000;

/**
 * @param {import("./model.js").Run} run
 */
export function plane(run) {
  const svg = shape("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, role: "img", class: "cajal-dy-square" });
  const title = element("div", { class: "cajal-caption" });
  const point = shape("circle", { class: "cajal-dy-now", r: 4.5 });
  /** @type {import("./projection.js").Projection} */
  let project = () => [0, 0];
  /** @type {Float64Array} */
  let shown = new Float64Array();
  /** @type {Map<SVGElement, Float64Array>} */
  const marked = new Map();
  /** @type {[number, number][]} */
  let points = [];
  const ring = shape("circle", { class: "cajal-dy-ring", r: 7 }, shape("title", {}, "the result"));
  const x = (/** @type {number} */ part) => SIDE / 2 + part * (SIDE / 2 - MARGIN);
  const y = (/** @type {number} */ part) => SIDE / 2 - part * (SIDE / 2 - MARGIN);

  /**
   * @param {SVGElement} mark
   * @param {Float64Array} vector
   */
  function move(mark, vector) {
    marked.set(mark, vector);
    const there = vector.every(Number.isFinite);
    mark.style.display = there ? "" : "none";
    const [across, up] = there ? project(vector) : [0, 0];
    mark.setAttribute("cx", String(x(across)));
    mark.setAttribute("cy", String(y(up)));
  }

  const turned = turning(svg, () => draw());

  function draw() {
    const states = shown;
    const made = projection(states, run, turned.view());
    project = made.project;
    turned.allow(made.inSpace);
    title.textContent = made.inSpace ? `${made.title}; drag to turn` : made.title;
    svg.setAttribute("aria-label", made.inSpace ? `${made.title}, ${turned.said()}` : made.title);
    points = [];
    svg.replaceChildren();
    const isAbove = project(states.subarray(states.length - run.dim))[1] > 0;
    for (const [from, to, name] of made.axes) {
      const [a, b] = [project(from), project(to)];
      svg.append(shape("line", { class: "cajal-grid", x1: x(a[0]), y1: y(a[1]), x2: x(b[0]), y2: y(b[1]) }));
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
      points.push([across, up]);
      path += `${pen}${x(across).toFixed(1)},${y(up).toFixed(1)}`;
      pen = "L";
      if (count <= 200)
        svg.append(shape("circle", { class: "cajal-dy-dot", cx: x(across), cy: y(up), r: 2 }));
    }
    svg.append(shape("path", { class: "cajal-line cajal-dy-path", d: path }));
    svg.append(ring, point);
    for (const [mark, vector] of marked) move(mark, vector);
  }

  return {
    node: element("div", { class: "cajal-dy-panel" }, title, svg),
    /** @param {Float64Array} states */
    show(states) {
      shown = states;
      draw();
    },
    /** @param {Float64Array} vector */
    result: (vector) => move(ring, vector),
    /** @param {Float64Array} state */
    cursor: (state) => move(point, state),
    read: () => ({
      title: title.textContent,
      points,
      view: turned.view(),
      at: [Number(point.getAttribute("cx")), Number(point.getAttribute("cy"))],
    }),
  };
}
