// The path of a state of two or three dimensions: in the plane, in the triangle of distributions, or in space.

import { element, shape } from "../shared/dom.js";
import { projection } from "./projection.js";
import { turning } from "./turning.js";

const SIDE = 220;
const MARGIN = 30;
const MOST = 2000;
/** A line that is longer than so many pixels may have an arrow, and about so many lines have one. */
const LONG = 14;
const ARROWS = 8;
/** A path of up to so many places has room for a word. */
const FEW = 8;

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

  const turned = turning(svg, draw);

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
      const down = b[1] > 0.2 ? -17 : b[1] < -0.2 || isAbove ? 18 : -8; // clear of the path's ends
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
    const places = points.map(([across, up]) => /** @type {[number, number]} */ ([x(across), y(up)]));
    svg.append(...arrows(places));
    if (places.length && new Set(places.map(String)).size <= FEW) svg.append(start(places[0]));
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

/**
 * Arrows on some lines of a path, one for all that go the same way.
 * @param {[number, number][]} places
 */
function arrows(places) {
  /** @type {Map<string, SVGElement>} */
  const made = new Map();
  for (let k = 1; k < places.length; k++) {
    const [[fromX, fromY], [toX, toY]] = [places[k - 1], places[k]];
    if (Math.hypot(toX - fromX, toY - fromY) < LONG) continue;
    // Behind the middle, so that two of opposite ways are apart.
    const [atX, atY] = [fromX + 0.6 * (toX - fromX), fromY + 0.6 * (toY - fromY)].map((at) => at.toFixed(1));
    const angle = ((Math.atan2(toY - fromY, toX - fromX) * 180) / Math.PI).toFixed(1);
    const transform = `translate(${atX},${atY}) rotate(${angle})`;
    made.set(
      transform,
      shape("path", { class: "cajal-dy-arrow", d: "M4.5,0L-3.5,-3.5L-3.5,3.5Z", transform }),
    );
  }
  const stride = Math.ceil(made.size / ARROWS);
  return [...made.values()].filter((_, k) => k % stride === 0);
}

/** @param {[number, number]} place of the first state */
function start([x, y]) {
  const isRight = x > 0.6 * SIDE;
  const at = { x: isRight ? x - 9 : x + 9, y: y - 4, "text-anchor": isRight ? "end" : "start" };
  return shape("text", { class: "cajal-tick", ...at }, "start");
}
