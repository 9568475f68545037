// How much each value of a run pushes one entry of a value: the derivative, by the chain rule backwards.
//
// The answers of networks are held as they are: nothing flows through them.

import { isEnded, placeOf } from "./items.js";
import { rowsOf, strideOf } from "./rows.js";
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
  const [weights, base, ...inputs] = code.of;
  const { values } = neuron.graph;
  const state = values[code.state];
  const target = values[code.to];
  const frames = scope.frames.get(code.to) ?? [];
  const count = frames.length;
  const isBackwards = code.order === "cons";
  const ends = isBackwards && neuron.asks(block);
  const weight = neuron.read(weights, scope);
  const weightRows = rowsOf(values[weights], target.axes);
  const stateRows = rowsOf(state, target.axes);
  const ownRows = rowsOf(values[weights], state.axes);
  const baseRows = rowsOf(values[base], state.axes);
  const inWeights = made.sum(weights, scope);
  const start = neuron.read(base, scope);
  for (let step = count - 1; step >= 0; step--) {
    const frame = frames[step];
    const current = /** @type {Float64Array} */ (frame.values.get(code.state));
    const inState = made.sum(code.state, frame);
    for (let row = 0; row < stateRows.length; row++) {
      if (isBackwards && step < count - 1) break; // the result is the last state
      const factor = weightRows[row] * count + step;
      for (let d = 0; d < target.dim; d++) {
        const o = row * target.dim + d;
        const s = stateRows[row] * target.dim + d;
        if (!isBackwards) inWeights[factor] += times(from[o], current[s]);
        inState[s] += isBackwards ? from[o] : times(from[o], weight[factor]);
      }
    }
    if (step < count - 1) {
      backwards(neuron, block, frame, made);
      inputs.forEach((/** @type {number} */ input, /** @type {number} */ k) => {
        const item = values[code.items[k]];
        const inItem = made.read(code.items[k], frame);
        if (!inItem) return;
        const total = made.sum(input, scope);
        const stride = strideOf(values[input], code.over);
        rowsOf(values[input], item.axes).forEach((row, index) => {
          const to = (row + placeOf(code, count, step) * stride) * item.dim;
          for (let d = 0; d < item.dim; d++) total[to + d] += inItem[index * item.dim + d];
        });
      });
    }
    // Where the state comes from: the step before, or the base, which lists of one length begin with.
    const before = step > 0 ? frames[step - 1] : scope;
    if (isBackwards) {
      const length = count - 1 - step;
      const total = made.sum(base, scope);
      baseRows.forEach((row, index) => {
        const factor = ownRows[index] * count + length;
        for (let d = 0; d < state.dim; d++) {
          const own = inState[index * state.dim + d];
          inWeights[factor] += times(own, start[row * state.dim + d]);
          total[row * state.dim + d] += times(own, weight[factor]);
        }
      });
      if (step === 0) continue;
    }
    const source = step > 0 ? code.result : base;
    const rows = rowsOf(values[source], state.axes);
    const total = made.sum(source, before);
    const place = count - 1 - step;
    rows.forEach((row, index) => {
      if (ends && isEnded(weight, ownRows[index], count, place)) return;
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
