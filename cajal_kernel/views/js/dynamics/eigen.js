// The eigenvalues of a linear step in the plane of complex numbers, with the unit circle.

import { element, shape } from "../shared/dom.js";
import { brief } from "../shared/numbers.js";

const SIDE = 220;
const LISTED = 4;

/**
 * How a part of the state that belongs to an eigenvalue behaves.
 * @param {number} real
 * @param {number} imaginary
 * @param {number} error
 * @param {number} zeros how many eigenvalues are 0 within the error
 */
export function behaviour(real, imaginary, error, zeros) {
  const size = Math.hypot(real, imaginary);
  const slack = Math.max(1e-9, error);
  // A nilpotent block of so many rows is zero after as many steps.
  if (size <= slack) return `${error ? "0 within its error: if so, " : ""}gone after ${within(zeros)}`;
  const angle = Math.abs(Math.atan2(imaginary, real));
  const parts = [];
  const steps = (/** @type {number} */ count) => (brief(count) === "1" ? "1 step" : `${brief(count)} steps`);
  if (angle * size > slack) parts.push(`period ${steps((2 * Math.PI) / angle)}`);
  if (size > 1 + slack) parts.push(`grows, doubles in ${steps(Math.LN2 / Math.log(size))}`);
  else if (size < 1 - slack) parts.push(`fades, half in ${steps(Math.LN2 / -Math.log(size))}`);
  else parts.push(error ? "neither grows nor fades, within its error" : "neither grows nor fades");
  return parts.join(", ");
}

/** @param {number} steps */
const within = (steps) => (steps > 1 ? `at most ${steps} steps` : "1 step");

/**
 * How often an eigenvalue is among these, with those that differ by rounding alone. A conjugate pair is one.
 * @param {number[][]} points
 */
export function occurrences(points) {
  const many = new Map();
  // As numbers: "-0.000000" and "0.000000" are the same one.
  const rounded = (/** @type {number} */ part) => Number(part.toFixed(6));
  const key = (/** @type {number} */ real, /** @type {number} */ imaginary) =>
    `${rounded(real)} ${Math.abs(rounded(imaginary))}`;
  for (const [real, imaginary] of points)
    many.set(key(real, imaginary), (many.get(key(real, imaginary)) ?? 0) + 1);
  return (/** @type {number} */ real, /** @type {number} */ imaginary) => {
    const count = many.get(key(real, imaginary)) ?? 1;
    return rounded(imaginary) ? count / 2 : count;
  };
}

/**
 * @param {import("./model.js").Run["eigen"]} about
 * @param {import("../shared/wire.js").Tensor | undefined} values (count, 2)
 * @returns {{ node: HTMLElement, read: () => any }}
 */
export function eigenvalues(about, values) {
  const title = element("div", { class: "cajal-caption" }, "eigenvalues of the step");
  if (!values) {
    const why = element("div", { class: "cajal-caption" }, `not shown: ${about.reason}`);
    return {
      node: element("div", { class: "cajal-dy-panel" }, title, why),
      read: () => ({ reason: about.reason }),
    };
  }
  const error = about.error ?? 0;
  const points = Array.from({ length: values.shape[0] }, (_, i) => [
    values.data[2 * i],
    values.data[2 * i + 1],
  ]);
  const reach =
    1.12 * points.reduce((most, [real, imaginary]) => Math.max(most, Math.hypot(real, imaginary)), 1);
  const at = (/** @type {number} */ part) => SIDE / 2 + (part / reach) * (SIDE / 2 - 8);
  const svg = shape("svg", {
    viewBox: `0 0 ${SIDE} ${SIDE}`,
    role: "img",
    class: "cajal-dy-square",
    "aria-label": "eigenvalues and the unit circle",
  });
  svg.append(
    shape("line", { class: "cajal-grid", x1: 0, x2: SIDE, y1: SIDE / 2, y2: SIDE / 2 }),
    shape("line", { class: "cajal-grid", y1: 0, y2: SIDE, x1: SIDE / 2, x2: SIDE / 2 }),
    shape("circle", { class: "cajal-dy-circle", cx: SIDE / 2, cy: SIDE / 2, r: at(1) - SIDE / 2 }),
    shape("text", { class: "cajal-tick", x: at(1) + 2, y: SIDE / 2 - 4 }, "1"),
  );
  const said = element("div", { class: "cajal-dy-eigen" });
  const times = occurrences(points);
  const zeros = points.filter((parts) => Math.hypot(...parts) <= Math.max(1e-9, error)).length;
  for (const [real, imaginary] of points) {
    const text = `λ = ${complex(real, imaginary)}: ${behaviour(real, imaginary, error, zeros)}`;
    const size = Math.hypot(real, imaginary);
    const kind = size > 1 + Math.max(1e-9, error) ? "cajal-dy-point cajal-dy-grows" : "cajal-dy-point";
    svg.append(
      shape("circle", { class: kind, cx: at(real), cy: at(-imaginary), r: 4 }, shape("title", {}, text)),
    );
  }
  const upper = points.filter(([, imaginary]) => imaginary >= 0);
  const texts = new Set(
    upper.map(([real, imaginary]) => {
      const count = times(real, imaginary);
      const name = `${brief(real)}${imaginary ? ` ± ${brief(imaginary)}i` : ""}`;
      return `λ = ${name}${count > 1 ? ` (${count} times)` : ""}: ${behaviour(real, imaginary, error, zeros)}`;
    }),
  );
  for (const text of [...texts].slice(0, LISTED)) said.append(element("div", {}, text));
  if (texts.size > LISTED) said.append(element("div", {}, `… and ${texts.size - LISTED} more`));
  if (error > 1e-3) {
    const large = error > 1e3 ? "by much" : `by up to ${brief(error)}`;
    said.append(element("div", {}, `Rounding may move these eigenvalues ${large}.`));
  }
  return {
    node: element("div", { class: "cajal-dy-panel" }, title, svg, said),
    read: () => ({
      points: [...svg.querySelectorAll(".cajal-dy-point")].map((point) => {
        const [x, y] = ["cx", "cy"].map((name) => Number(point.getAttribute(name)) - SIDE / 2);
        return [(x * reach) / (SIDE / 2 - 8), (-y * reach) / (SIDE / 2 - 8)];
      }),
      texts: [...said.children].map((line) => line.textContent),
    }),
  };
}

/**
 * @param {number} real
 * @param {number} imaginary
 */
function complex(real, imaginary) {
  if (!imaginary) return brief(real);
  return `${brief(real)} ${imaginary < 0 ? "−" : "+"} ${brief(Math.abs(imaginary))}i`;
}
