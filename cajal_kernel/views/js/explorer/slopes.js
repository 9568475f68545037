// How much each input and each sub-term pushes an entry of the result, and what the page cannot tell of it.

import { gradient } from "../neuron/gradient.js";
import { summed } from "./weighed.js";

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("../neuron/products.js").Key} Key */

/**
 * A derivative, and the networks through which the value pushes besides. Their answers are held, so that part
 * is missing.
 * @typedef {{ values: Float64Array, through: string[] }} Slope
 */

/** The derivatives of an entry of the result. @typedef {{ entry: number, inputs: Slope[], marks: (Slope | null)[] }} Slopes */

/**
 * The derivatives of an entry of the result: in each input, and in each mark at the chosen steps.
 * @param {Run} run
 * @param {number} entry
 * @returns {Slopes}
 */
export function slopes(run, entry) {
  const { neuron, graph } = run;
  const made = gradient(neuron, graph.result, entry);
  const pushing = new Set(
    [...made.scopes.values()].flatMap((values) =>
      [...values].filter(([, slope]) => slope.some((each) => each !== 0)).map(([key]) => key),
    ),
  );
  const through = throughNetworks(run, pushing);
  const names = (/** @type {Key} */ key) => [...(through.get(key) ?? [])];
  const inputs = run.inputs.map((values, k) => ({
    values: made.read(String(k), neuron.scope) ?? new Float64Array(values.length),
    through: names(String(k)),
  }));
  const marks = run.marks.map(({ value }, place) => {
    const scope = run.runsIn(place);
    if (!scope) return null;
    const slope = made.read(value, scope);
    const about = graph.values[value];
    const values = slope ? summed(slope, about) : new Float64Array(about.dim);
    return { values, through: names(value) };
  });
  return { entry, inputs, marks };
}

/**
 * Of each value the networks that it goes into, of those whose answer pushes. An answer that is taken to be
 * another is fixed, so nothing goes through it.
 * @param {Run} run
 * @param {Set<Key>} pushing
 */
function throughNetworks(run, pushing) {
  const { neuron } = run;
  /** @type {Map<Key, Key[]>} */
  const madeOf = new Map();
  /** @type {[Key[], string][]} */
  const calls = [];

  /** @param {any[]} code */
  function collect(code) {
    for (const line of code) {
      madeOf.set(line.to, line.op === "input" ? [String(line.position)] : line.of);
      if (line.op === "call" && !neuron.isTensor(line)) {
        if (pushing.has(line.to) && !run.overridden.has(line.to)) {
          calls.push([line.of, run.argument(line.callee)?.name ?? line.callee]);
        }
        madeOf.set(line.to, []);
      }
      if (line.op !== "iterate") continue;
      madeOf.set(line.to, [...line.of, line.result]);
      madeOf.set(line.state, [line.of[1], line.result]);
      collect(line.step);
    }
  }
  collect(run.graph.code);

  /** @type {Map<Key, Set<string>>} */
  const found = new Map();
  for (const [operands, name] of calls) {
    const waiting = [...operands];
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      const names = found.get(key) ?? new Set();
      if (names.has(name)) continue;
      found.set(key, names.add(name));
      waiting.push(...(madeOf.get(key) ?? []));
    }
  }
  return found;
}
