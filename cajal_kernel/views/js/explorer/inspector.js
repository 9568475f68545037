// What is said of the sub-term under the pointer: its type and shape, and its map from the nearest inputs.

import { backwards, Gradient } from "../neuron/gradient.js";
import { element } from "../shared/dom.js";
import { brief } from "../shared/numbers.js";

/** @typedef {import("./run.js").Run} Run */

/** The most rows and columns of a map that is shown. */
const ROWS = 12;
const COLUMNS = 24;

/**
 * @param {Run} run
 * @param {number} place
 */
export function inspection(run, place) {
  const mark = run.marks[place];
  const about = run.graph.types[mark.type];
  const title = element("div", {}, element("b", {}, mark.name), ` : ${mark.type}`);
  const isNetwork = run.neuron.answers.has(mark.value);
  const opaque = isNetwork ? "; a network that is not known to be linear, so there is no map to show" : "";
  const said = `${KINDS[mark.kind]}, tensor of shape (${about.shape.join(", ")})${opaque}`;
  const box = element(
    "div",
    { class: "cajal-inspection" },
    title,
    element("div", { class: "cajal-caption" }, said),
  );
  for (const map of nearest(run, place)) box.append(matrix(run, place, map));
  return box;
}

/** @type {Record<string, string>} */
const KINDS = {
  let: "bound by let",
  call: "call of a definition",
  extern: "call of an extern",
  learn: "learned tensor",
  argument: "call of an argument",
  condition: "condition",
  state: "state of an iter",
};

/**
 * The derivatives of a sub-term in the values that it is made of directly: other sub-terms, states, arguments.
 * A sub-term that is linear in one of them is this matrix times it, while the others stay.
 * @param {Run} run
 * @param {number} place
 * @returns {{ name: string, type: string, rows: Float64Array[] }[]}
 */
export function nearest(run, place) {
  const { neuron, marks, graph } = run;
  const mark = marks[place];
  const scope = run.scopeOf(place);
  const { dim, axes } = graph.values[mark.value];
  if (!scope || axes.length || dim > ROWS || mark.kind === "state") return [];
  const names = new Map(marks.map((other) => [other.value, other]));
  const loop = run.inside[place][run.inside[place].length - 1];
  const plan = loop === undefined ? neuron.plan : neuron.blockOf(loop);
  const ends = new Set([...names.keys()].filter((value) => value !== mark.value));
  /** @type {Map<string | number, Float64Array[]>} */
  const found = new Map();
  for (let entry = 0; entry < dim; entry++) {
    const made = new Gradient();
    made.sum(mark.value, scope)[entry] = 1;
    backwards(neuron, plan, scope, made, ends);
    for (const [owner, values] of made.scopes) {
      for (const [key, slope] of values) {
        if (key === mark.value || !(typeof key === "string" || names.has(key))) continue;
        if (owner !== scope && typeof key === "number" && !names.has(key)) continue;
        const rows = found.get(key) ?? Array.from({ length: dim }, () => new Float64Array(slope.length));
        rows[entry] = slope;
        found.set(key, rows);
      }
    }
  }
  return [...found].flatMap(([key, rows]) => {
    const own = typeof key === "number" ? names.get(key) : run.argument(key);
    const size = own ? graph.types[own.type].dim : 0;
    return own && rows[0].length === size && size <= COLUMNS
      ? [{ name: own.name, type: own.type, rows }]
      : [];
  });
}

/**
 * @param {Run} run
 * @param {number} place
 * @param {{ name: string, type: string, rows: Float64Array[] }} map
 */
function matrix(run, place, { name, type, rows }) {
  const labels = (/** @type {string} */ of) => run.graph.types[of].labels ?? [];
  const columns = labels(type);
  const head = element(
    "tr",
    {},
    element("th", {}, name),
    ...columns.map((/** @type {string} */ label) => element("th", {}, label)),
  );
  const body = rows.map((row, k) =>
    element(
      "tr",
      {},
      element("th", {}, labels(run.marks[place].type)[k] ?? String(k)),
      ...[...row].map((value) => {
        const cell = element("td", {}, brief(value));
        cell.style.setProperty("--cajal-weight", String(Math.min(1, Math.abs(value))));
        cell.classList.toggle("cajal-negative", value < 0);
        return cell;
      }),
    ),
  );
  return element(
    "table",
    { class: "cajal-small-matrix", "aria-label": `from ${name} to ${run.marks[place].name}` },
    element("thead", {}, head),
    element("tbody", {}, ...body),
  );
}
