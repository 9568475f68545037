// How much each input and each sub-term pushes an entry of the result, and what the page cannot tell of it.

import { gradient } from "../neuron/gradient.js";
import { summed } from "./weighed.js";

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("../neuron/products.js").Key} Key */
/** @typedef {import("../neuron/gradient.js").Gradient} Gradient */

/**
 * A derivative, and the networks through which the value pushes besides. Their answers are held, so that part
 * is missing.
 * @typedef {{ values: Float64Array, through: string[] }} Slope
 */

/** The derivatives of an entry of the result. @typedef {{ entry: number, inputs: (Slope | null)[], marks: (Slope | null)[] }} Slopes */

/**
 * The derivatives of an entry of the result: in each input, and in each mark at the chosen steps.
 * @param {Run} run
 * @param {number} entry
 * @returns {Slopes}
 */
export function slopes(run, entry) {
  const { neuron, graph } = run;
  const made = gradient(neuron, graph.result, entry);
  const through = throughNetworks(run, made);
  const marks = run.marks.map((mark, place) => {
    const scope = run.runsIn(place);
    if (!scope) return null;
    const value = liveValue(run, mark.value);
    const slope = made.read(value, scope);
    const about = graph.values[value];
    const values = slope ? summed(slope, about) : new Float64Array(about.dim);
    return { values, through: [...(through.get(value) ?? [])] };
  });
  return { entry, inputs: ofInputs(run, made, through), marks };
}

/**
 * The derivatives of an entry of the result in each input; null for a network.
 * @param {Run} run
 * @param {number} entry
 */
export function inputSlopes(run, entry) {
  const made = gradient(run.neuron, run.graph.result, entry);
  return ofInputs(run, made, throughNetworks(run, made));
}

/**
 * @param {Run} run
 * @param {Gradient} made
 * @param {Map<Key, Set<string>>} through
 * @returns {(Slope | null)[]}
 */
function ofInputs({ inputs, neuron }, made, through) {
  return inputs.map(
    (values, k) =>
      values && {
        values: made.read(String(k), neuron.scope) ?? new Float64Array(values.length),
        through: [...(through.get(String(k)) ?? [])],
      },
  );
}

/**
 * The value that the program goes on with. Inside a `copy` that is one for each basis vector, and the sum over
 * them is made for the picture alone.
 * @param {Run} run
 * @param {number} value
 */
export function liveValue(run, value) {
  let number = value;
  for (let line = run.code.get(number); line?.op === "contract" && !run.used.has(number); ) {
    number = line.of[1];
    line = run.code.get(number);
  }
  return number;
}

/**
 * Of each value the networks that it goes into, of those whose answer pushes the result. An answer that is taken
 * to be another is fixed, so nothing goes through it.
 * @param {Run} run
 * @param {Gradient} made
 */
function throughNetworks(run, made) {
  const { neuron, code, states } = run;
  const isFixed = (/** @type {any} */ line) => run.overridden.has(line.to);
  const isOpaque = (/** @type {any} */ line) => line.op === "call" && !neuron.isTensor(line);
  const isPushing = (/** @type {number} */ value) =>
    [...made.scopes.values()].some((values) => values.get(value)?.some((slope) => slope !== 0));

  /** What a value is made of. @param {Key} key @returns {Key[]} */
  const madeOf = (key) => {
    const state = typeof key === "number" ? states.get(key) : undefined;
    const line = code.get(/** @type {number} */ (state ?? key));
    if (!line || (isOpaque(line) && isFixed(line))) return [];
    if (state !== undefined) return [line.of[1], line.result];
    const tensor = line.callee === undefined ? [] : [String(line.callee)];
    const position = line.op === "input" ? [String(line.position)] : [];
    const result = line.op === "iterate" ? [line.result] : [];
    return [...line.of, ...tensor, ...position, ...result];
  };

  /** @type {Map<Key, Set<string>>} */
  const found = new Map();
  for (const line of code.values()) {
    if (!isOpaque(line) || isFixed(line) || !isPushing(line.to)) continue;
    const name = run.argument(line.callee)?.name ?? line.callee;
    const waiting = [...line.of];
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      const names = found.get(key) ?? new Set();
      if (names.has(name)) continue;
      found.set(key, names.add(name));
      waiting.push(...madeOf(key));
    }
  }
  return found;
}
