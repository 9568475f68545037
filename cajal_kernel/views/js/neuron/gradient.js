// How much each value of a run pushes one entry of a value: the derivative, by the chain rule backwards.
//
// The answers of networks are held as they are: nothing flows through them.

import { rowsOf } from "./rows.js";
import { ownerOf } from "./scope.js";

/** @typedef {import("./neuron.js").Neuron} Neuron */
/** @typedef {import("./scope.js").Scope} Scope */
/** @typedef {import("./plan.js").Plan} Plan */
/** @typedef {import("./products.js").Key} Key */

/** The derivatives in the values of each scope of a run. */
export class Gradient {
  constructor() {
    /** @type {Map<Scope, Map<Key, Float64Array>>} */
    this.scopes = new Map();
  }

  /**
   * The derivative in a value of this scope or of one around it, or null where the entry does not depend on it.
   * @param {Key} key
   * @param {Scope} scope
   */
  read(key, scope) {
    const owner = ownerOf(key, scope);
    return (owner && this.scopes.get(owner)?.get(key)) ?? null;
  }

  /**
   * The place where the derivative in a value, of this scope or of one around it, is summed up.
   * @param {Key} key
   * @param {Scope} scope
   */
  sum(key, scope) {
    const owner = ownerOf(key, scope);
    if (!owner) throw new Error(`nothing has computed ${key}`);
    const values = this.scopes.get(owner) ?? new Map();
    this.scopes.set(owner, values);
    const length = /** @type {Float64Array} */ (owner.values.get(key)).length;
    const total = values.get(key) ?? new Float64Array(length);
    values.set(key, total);
    return total;
  }
}

/**
 * The derivatives of one entry of a value of the neuron that is in no recurrence, such as its result.
 * @param {Neuron} neuron after a run
 * @param {Key} key
 * @param {number} entry
 */
export function gradient(neuron, key, entry) {
  const made = new Gradient();
  made.sum(key, neuron.scope)[entry] = 1;
  backwards(neuron, neuron.plan, neuron.scope, made);
  return made;
}

/**
 * Goes on with the derivatives that are there, from the last assignment of a block to its first.
 * @param {Neuron} neuron
 * @param {Plan[]} plan
 * @param {Scope} scope
 * @param {Gradient} made
 * @param {Set<Key>} [ends] values behind which it does not go on
 */
export function backwards(neuron, plan, scope, made, ends) {
  for (const part of [...plan].reverse()) {
    const { code } = part;
    const from = made.read(code.to, scope);
    if (!from || ends?.has(code.to)) continue;
    if (code.op === "input") add(made.sum(String(code.position), scope), from);
    else if (code.op === "iterate") recurrence(neuron, part, scope, from, made);
    else if (code.op !== "call" || neuron.isTensor(code)) sums(neuron, part, scope, from, made);
  }
}

/**
 * @param {Neuron} neuron
 * @param {Plan} part
 * @param {Scope} scope
 * @param {Float64Array} from
 * @param {Gradient} made
 */
function sums(neuron, part, scope, from, made) {
  for (const { factors, each } of part.products) {
    const values = factors.map((key) => neuron.read(key, scope));
    const totals = factors.map((key) => made.sum(key, scope));
    each((o, a, b, all) => {
      if (from[o] === 0) return;
      const at = factors.length > 2 ? all : [a, b];
      for (let k = 0; k < factors.length; k++) {
        let product = from[o];
        for (let j = 0; j < factors.length; j++) if (j !== k) product = times(product, values[j][at[j]]);
        totals[k][at[k]] += product;
      }
    });
  }
}

/**
 * @param {Neuron} neuron
 * @param {Plan} part
 * @param {Scope} scope
 * @param {Float64Array} from
 * @param {Gradient} made
 */
function recurrence(neuron, { code, block }, scope, from, made) {
  const [weights, base] = code.of;
  const { values } = neuron.graph;
  const state = values[code.state];
  const target = values[code.to];
  const frames = scope.frames.get(code.to) ?? [];
  const weight = neuron.read(weights, scope);
  const weightRows = rowsOf(values[weights], target.axes);
  const stateRows = rowsOf(state, target.axes);
  const inWeights = made.sum(weights, scope);
  for (let step = frames.length - 1; step >= 0; step--) {
    const frame = frames[step];
    const current = /** @type {Float64Array} */ (frame.values.get(code.state));
    const inState = made.sum(code.state, frame);
    for (let row = 0; row < stateRows.length; row++) {
      const factor = weightRows[row] * frames.length + step;
      for (let d = 0; d < target.dim; d++) {
        const o = row * target.dim + d;
        const s = stateRows[row] * target.dim + d;
        inWeights[factor] += times(from[o], current[s]);
        inState[s] += times(from[o], weight[factor]);
      }
    }
    if (step < frames.length - 1) backwards(neuron, block, frame, made);
    // Where the state comes from: the step before, or the base.
    const before = step > 0 ? frames[step - 1] : scope;
    const source = step > 0 ? code.result : base;
    const rows = rowsOf(values[source], state.axes);
    const total = made.sum(source, before);
    rows.forEach((row, index) => {
      for (let d = 0; d < state.dim; d++) total[row * state.dim + d] += inState[index * state.dim + d];
    });
  }
}

/**
 * @param {Float64Array} total
 * @param {Float64Array} more
 */
function add(total, more) {
  for (let i = 0; i < total.length; i++) total[i] += more[i];
}

/** Zero times whatever is zero. @param {number} left @param {number} right */
const times = (left, right) => (left === 0 || right === 0 ? 0 : left * right);
