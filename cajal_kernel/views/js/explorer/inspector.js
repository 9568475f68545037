// What is said of the sub-term under the pointer: its type and shape, and its map from the nearest inputs.

import { backwards, Gradient } from "../neuron/gradient.js";
import { element } from "../shared/dom.js";
import { brief } from "../shared/numbers.js";
import { inputSlopes } from "./slopes.js";

/** @typedef {import("./run.js").Run} Run */
/** @typedef {number | "result"} Place of a mark, or the result */
/** @typedef {{ name: string, type: string, rows: Float64Array[] }} Small a map from a value of a name and a type */

/** The most rows and columns of a map that is shown. */
const ROWS = 12;
const COLUMNS = 24;

/**
 * Tells of a sub-term, or of the result: that is the whole program.
 * @param {Run} run
 */
export function inspector(run) {
  const box = element("div", { class: "cajal-inspector", "aria-live": "polite" });
  let shown = "";
  return {
    element: box,
    /** @param {Place} place */
    show(place) {
      const maps = mapsOf(run, place);
      // Most maps stay as they are while an input is dragged.
      const key = JSON.stringify([place, maps.map(({ name, rows }) => [name, rows.map((row) => [...row])])]);
      if (key === shown) return;
      shown = key;
      box.replaceChildren(inspection(run, place, maps));
    },
    /** @param {string} text */
    say(text) {
      shown = "";
      box.textContent = text;
    },
  };
}

/** @param {Run} run @param {Place} place */
const mapsOf = (run, place) => (place === "result" ? whole(run) : nearest(run, place));

/**
 * @param {Run} run
 * @param {Place} place
 * @param {Small[]} maps
 */
function inspection(run, place, maps) {
  const { graph } = run;
  const mark = place === "result" ? null : run.marks[place];
  const name = mark?.name ?? "result";
  const type = mark?.type ?? graph.result_type;
  const about = graph.types[type];
  const title = element("div", {}, element("b", {}, name), ` : ${type}`);
  const isNetwork = mark !== null && run.neuron.answers.has(mark.value);
  const opaque = isNetwork ? "; a network that is not known to be linear, so there is no map to show" : "";
  const said = `${mark ? KINDS[mark.kind] : "the whole"}, tensor of shape (${about.shape.join(", ")})${opaque}`;
  const hint = mark
    ? ""
    : "Point at a sub-term, or go to it with Tab, to see its map from what it is made of.";
  const text = element("div", {}, title, element("div", { class: "cajal-caption" }, said));
  if (hint) text.append(element("div", { class: "cajal-caption" }, hint));
  const box = element("div", { class: "cajal-inspection" }, text);
  for (const map of maps) {
    const others = mark
      ? []
      : graph.arguments.filter((/** @type {Small} */ other) => other.name !== map.name);
    box.append(matrix(name, about.labels, graph.types[map.type].labels, map, others));
  }
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
 * @returns {Small[]}
 */
export function nearest(run, place) {
  const { neuron, marks, graph } = run;
  const mark = marks[place];
  const scope = run.runsIn(place);
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
 * The derivatives of the result in each input; without those that go through a network.
 * @param {Run} run
 * @returns {Small[]}
 */
export function whole(run) {
  const { graph } = run;
  const { dim, axes } = graph.values[graph.result];
  if (axes.length || dim > ROWS) return [];
  const all = Array.from({ length: dim }, (_, entry) => inputSlopes(run, entry));
  return graph.arguments.flatMap(
    (/** @type {{ name: string, type: string }} */ { name, type }, /** @type {number} */ k) => {
      const rows = all.flatMap((inputs) => (inputs[k]?.through.length === 0 ? [inputs[k].values] : []));
      return rows.length === dim && graph.types[type].dim <= COLUMNS ? [{ name, type, rows }] : [];
    },
  );
}

/**
 * @param {string} name of the value that the map gives
 * @param {string[] | null} rowLabels
 * @param {string[] | null} columnLabels
 * @param {Small} map
 * @param {{ name: string }[]} others the inputs that stay
 */
function matrix(name, rowLabels, columnLabels, map, others) {
  const head = element(
    "tr",
    {},
    element("th", {}, map.name),
    ...(columnLabels ?? []).map((label) => element("th", {}, label)),
  );
  const body = map.rows.map((row, k) =>
    element(
      "tr",
      {},
      element("th", {}, rowLabels?.[k] ?? String(k)),
      ...[...row].map((value) => {
        const cell = element("td", {}, brief(value));
        cell.style.setProperty("--cajal-weight", String(Math.min(1, Math.abs(value))));
        cell.classList.toggle("cajal-negative", value < 0);
        return cell;
      }),
    ),
  );
  const table = element(
    "table",
    { class: "cajal-small-matrix", "aria-label": `from ${map.name} to ${name}` },
    element("thead", {}, head),
    element("tbody", {}, ...body),
  );
  if (others.length) {
    const names = others.map((other) => other.name).join(" and ");
    table.prepend(element("caption", {}, `while ${names} ${others.length > 1 ? "stay" : "stays"}`));
  }
  return table;
}
