// The norm of the state over the steps, on a logarithmic axis, so that a step that explodes is seen.

import { element, shape } from "../shared/dom.js";
import { brief, counted } from "../shared/numbers.js";
import { norms } from "./model.js";

const WIDTH = 300;
const HEIGHT = 150;
const LEFT = 44;
const BOTTOM = 22;

/**
 * @param {import("./model.js").Run} run
 */
export function normCurve(run) {
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "cajal-dy-wide" });
  const title = element("div", { class: "cajal-caption" });
  const line = shape("line", { class: "cajal-cursor", y1: 6, y2: HEIGHT - BOTTOM });
  /** @type {Float64Array} */
  let sizes = new Float64Array();
  const x = (/** @type {number} */ step) => LEFT + ((WIDTH - LEFT - 8) * (step + 0.5)) / run.steps;

  return {
    node: element("div", { class: "cajal-dy-panel cajal-dy-wider" }, title, svg),
    /** @param {Float64Array} states */
    show(states) {
      sizes = norms(states, run.dim);
      const seen = sizes.filter((size) => size > 0 && Number.isFinite(size));
      const spoiled = sizes.findIndex((size) => !Number.isFinite(size));
      let [low, high] = [Infinity, 0];
      for (const size of seen) [low, high] = [Math.min(low, size), Math.max(high, size)];
      svg.replaceChildren();
      if (spoiled < 0 && (!seen.length || (seen.length === sizes.length && high / low < 1 + 1e-6))) {
        title.textContent = `norm of the state: ${seen.length ? brief(high) : "0"} at every step`;
        svg.style.display = "none";
        return;
      }
      svg.style.display = "";
      const zeros = sizes.reduce((count, size) => count + (size === 0 ? 1 : 0), 0);
      const gone = zeros ? `; 0 at ${counted(zeros, "step")}, not drawn` : "";
      title.textContent = `norm of the state, log axis${gone}${spoiled < 0 ? "" : `; not finite from step ${spoiled} on`}`;
      svg.setAttribute(
        "aria-label",
        `${title.textContent}; from ${brief(sizes[0])} to ${brief(sizes[sizes.length - 1])}`,
      );
      if (!seen.length) [low, high] = [1, 1];
      let [bottom, top] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
      if (bottom === top) [bottom, top] = [bottom - 1, top + 1];
      const y = (/** @type {number} */ size) =>
        6 + (HEIGHT - BOTTOM - 6) * (1 - (Math.log10(size) - bottom) / (top - bottom));
      const stride = Math.ceil((top - bottom) / 5);
      for (let power = bottom; power <= top; power += stride) {
        const height = y(10 ** power);
        svg.append(
          shape("line", { class: "cajal-grid", x1: LEFT, x2: WIDTH - 8, y1: height, y2: height }),
          shape(
            "text",
            { class: "cajal-tick", x: LEFT - 5, y: height + 3.5, "text-anchor": "end" },
            decade(power),
          ),
        );
      }
      for (const step of [0, run.steps - 1]) {
        const anchor = step ? "end" : "start";
        svg.append(
          shape(
            "text",
            { class: "cajal-tick", x: x(step), y: HEIGHT - 7, "text-anchor": anchor },
            `step ${step}`,
          ),
        );
      }
      svg.append(shape("path", { class: "cajal-line cajal-dy-norm", d: path(sizes, x, y) }));
      if (spoiled >= 0) {
        const width = x(run.steps - 1) - x(spoiled) + 4;
        svg.append(
          shape("rect", {
            class: "cajal-dy-spoiled",
            x: x(spoiled) - 2,
            y: 6,
            width,
            height: HEIGHT - BOTTOM - 6,
          }),
          shape(
            "text",
            { class: "cajal-tick cajal-dy-over", x: x(spoiled) - 5, y: 16, "text-anchor": "end" },
            "not finite",
          ),
        );
      }
      svg.append(line);
    },
    /** @param {number} step */
    cursor(step) {
      for (const end of ["x1", "x2"]) line.setAttribute(end, String(x(step)));
    },
    read: (/** @type {number} */ step) => ({ norm: sizes[step], title: title.textContent }),
  };
}

/** @param {number} power */
function decade(power) {
  return Math.abs(power) < 4 ? brief(10 ** power) : `1e${power}`;
}

/**
 * A line that breaks where the axis has no place for the norm: where it is 0 or not finite.
 * @param {Float64Array} sizes
 * @param {(step: number) => number} x
 * @param {(size: number) => number} y
 */
function path(sizes, x, y) {
  const stride = Math.max(1, Math.floor(sizes.length / 2000));
  let text = "";
  let pen = "M";
  for (let step = 0; step < sizes.length; step += stride) {
    if (!(sizes[step] > 0 && Number.isFinite(sizes[step]))) {
      pen = "M";
      continue;
    }
    text += `${pen}${x(step).toFixed(1)},${y(sizes[step]).toFixed(1)}`;
    pen = "L";
  }
  return text;
}
