// What the result of a run depends on: backwards from it, through products.
//
// A product that is zero depends on one of its zeros alone. So all that is not reached can be anything, all at
// once, and the result stays as it is: a branch of weight zero, the steps past the count, and what is computed for
// these alone. What a network answers depends on all that it takes.

import { isEnded, placeOf } from "../neuron/items.js";
import { rowsOf, strideOf } from "../neuron/rows.js";
import { ownerOf } from "../neuron/scope.js";

/** @typedef {import("../neuron/neuron.js").Neuron} Neuron */
/** @typedef {import("../neuron/scope.js").Scope} Scope */
/** @typedef {import("../neuron/neuron.js").Plan} Plan */
/** @typedef {import("../neuron/products.js").Key} Key */

export class Reach {
  /** @param {Neuron} neuron after a run */
  constructor(neuron) {
    this.neuron = neuron;
    /** For each value of a scope which of its entries count. @type {Map<Scope, Map<Key, Uint8Array>>} */
    this.entries = new Map();
    /** For each scope the wires in it that count: see `wire`. @type {Map<Scope, Set<string>>} */
    this.wires = new Map();
    this.of(neuron.graph.result, neuron.scope).fill(1);
    this.block(neuron.plan, neuron.scope);
  }

  /**
   * Whether an entry of a value counts.
   * @param {Key} key
   * @param {Scope} scope that of the value or one inside it
   */
  has(key, scope) {
    return this.of(key, scope).includes(1);
  }

  /**
   * Whether a value counts as an operand of an assignment, of a recurrence and its state too.
   * @param {string} target `v` or `s`, and the number of a value or of a state
   * @param {number} port
   * @param {Scope} scope in which the target is computed, and its state
   */
  hasWire(target, port, scope) {
    return this.wires.get(scope)?.has(`${target} ${port}`) ?? false;
  }

  /**
   * @param {Key} key
   * @param {Scope} scope
   */
  of(key, scope) {
    const owner = ownerOf(key, scope) ?? scope;
    const values = this.entries.get(owner) ?? new Map();
    this.entries.set(owner, values);
    const made = values.get(key) ?? new Uint8Array(owner.values.get(key)?.length ?? 0);
    values.set(key, made);
    return made;
  }

  /**
   * @param {string} target
   * @param {number} port
   * @param {Scope} scope
   */
  reach(target, port, scope) {
    const wires = this.wires.get(scope) ?? new Set();
    this.wires.set(scope, wires.add(`${target} ${port}`));
  }

  /**
   * @param {Plan[]} plan
   * @param {Scope} scope
   */
  block(plan, scope) {
    for (const part of [...plan].reverse()) {
      const { code } = part;
      if (!this.has(code.to, scope)) continue;
      if (code.op === "iterate") this.recurrence(part, scope);
      else if (code.op === "call" && !this.neuron.isTensor(code)) this.network(code, scope);
      else this.sums(part, scope);
    }
  }

  /**
   * @param {any} code
   * @param {Scope} scope
   */
  network(code, scope) {
    code.of.forEach((/** @type {Key} */ key, /** @type {number} */ port) => {
      this.of(key, scope).fill(1);
      this.reach(`v${code.to}`, port, scope);
    });
  }

  /**
   * @param {Plan} part
   * @param {Scope} scope
   */
  sums({ code, products }, scope) {
    const from = this.of(code.to, scope);
    products.forEach(({ factors, each }, product) => {
      const values = factors.map((key) => this.neuron.read(key, scope));
      const reached = factors.map((key) => this.of(key, scope));
      const counts = factors.map(() => false);
      each((o, a, b, all) => {
        if (!from[o]) return;
        const at = factors.length > 2 ? all : [a, b];
        const zero = values.findIndex((value, k) => value[at[k]] === 0);
        for (let k = 0; k < factors.length; k++) {
          if (zero !== -1 && k !== zero) continue;
          reached[k][at[k]] = 1;
          counts[k] = true;
        }
      });
      counts.forEach((isReached, k) => {
        // A callee has no wire; a branch of a choice has a product of its own.
        const port = code.op === "call" ? k - 1 : code.op === "choose" && k ? product + 1 : k;
        if (isReached) this.reach(`v${code.to}`, port, scope);
      });
    });
  }

  /**
   * @param {Plan} part
   * @param {Scope} scope
   */
  recurrence({ code, block }, scope) {
    const [weights, base, ...inputs] = code.of;
    const { values } = this.neuron.graph;
    const state = values[code.state];
    const { axes, dim } = values[code.to];
    const from = this.of(code.to, scope);
    const frames = scope.frames.get(code.to) ?? [];
    const count = frames.length;
    const isBackwards = code.order === "cons";
    const ends = isBackwards && this.neuron.asks(block);
    const weight = this.neuron.read(weights, scope);
    const weightRows = rowsOf(values[weights], axes);
    const stateRows = rowsOf(state, axes);
    const inWeights = this.of(weights, scope);
    if (ends) inWeights.fill(1); // they tell where a network is asked
    for (let step = count - 1; step >= 0; step--) {
      const frame = frames[step];
      const current = this.neuron.read(code.state, frame);
      const inState = this.of(code.state, frame);
      for (let o = 0; o < from.length; o++) {
        if (!from[o] || (isBackwards && step < count - 1)) continue;
        const row = Math.floor(o / dim);
        const s = stateRows[row] * dim + (o % dim);
        const w = weightRows[row] * count + step;
        if (!isBackwards && (weight[w] === 0 || current[s] !== 0)) {
          inWeights[w] = 1;
          this.reach(`v${code.to}`, 0, scope);
        }
        if (isBackwards || weight[w] !== 0) {
          inState[s] = 1;
          this.reach(`v${code.to}`, 1, frame);
        }
      }
      if (step < count - 1) {
        this.block(block, frame);
        inputs.forEach((/** @type {number} */ input, /** @type {number} */ k) =>
          this.item(code, k, input, placeOf(code, count, step), frame, scope),
        );
      }
      if (!inState.includes(1)) continue;
      if (isBackwards) this.started(code, count - 1 - step, inState, scope);
      if (isBackwards && step === 0) continue;
      // Where the state comes from: the step before, or the base.
      const before = step > 0 ? frames[step - 1] : scope;
      const source = step > 0 ? code.result : base;
      this.reach(`s${code.state}`, step > 0 ? 1 : 0, before);
      const total = this.of(source, before);
      const ownRows = rowsOf(values[weights], state.axes);
      rowsOf(values[source], state.axes).forEach((row, index) => {
        if (ends && isEnded(weight, ownRows[index], count, count - 1 - step)) return;
        for (let d = 0; d < state.dim; d++) total[row * state.dim + d] ||= inState[index * state.dim + d];
      });
    }
  }

  /**
   * What of the elements at a place counts.
   * @param {any} code
   * @param {number} k
   * @param {number} input
   * @param {number} place
   * @param {Scope} frame
   * @param {Scope} scope
   */
  item(code, k, input, place, frame, scope) {
    const { values } = this.neuron.graph;
    const item = values[code.items[k]];
    const inItem = this.of(code.items[k], frame);
    if (!inItem.includes(1)) return;
    this.reach(`s${code.items[k]}`, 0, frame);
    const total = this.of(input, scope);
    const stride = strideOf(values[input], code.over);
    rowsOf(values[input], item.axes).forEach((row, index) => {
      const to = (row + place * stride) * item.dim;
      for (let d = 0; d < item.dim; d++) total[to + d] ||= inItem[index * item.dim + d];
    });
  }

  /**
   * The base and its weight, where lists of one length begin at their last element.
   * @param {any} code
   * @param {number} length
   * @param {Uint8Array} inState
   * @param {Scope} scope
   */
  started(code, length, inState, scope) {
    const { values } = this.neuron.graph;
    const [weights, base] = code.of;
    const { axes, dim } = values[code.state];
    const weight = this.neuron.read(weights, scope);
    const start = this.neuron.read(base, scope);
    const weightRows = rowsOf(values[weights], axes);
    rowsOf(values[base], axes).forEach((row, index) => {
      const w = weightRows[index] * values[weights].dim + length;
      for (let d = 0; d < dim; d++) {
        if (!inState[index * dim + d]) continue;
        if (weight[w] === 0 || start[row * dim + d] !== 0) {
          this.of(weights, scope)[w] = 1;
          this.reach(`v${code.to}`, 0, scope);
        }
        if (weight[w] !== 0) {
          this.of(base, scope)[row * dim + d] = 1;
          this.reach(`s${code.state}`, 0, scope);
        }
      }
    });
  }
}
