// Runs a compiled neuron in the page, in float64: the encoded graph of cajal_core/export/encode.py.
//
// A run computes again only what depends on what has changed since the last.

import { isEnded, itemAt, placeOf, weighed } from "./items.js";
import { codeOf, planned } from "./plan.js";
import { rowCount, rowsOf, spread } from "./rows.js";
import { ownerOf } from "./scope.js";

/** @typedef {import("./products.js").Key} Key */
/** @typedef {import("./plan.js").Plan} Plan */
/** @typedef {import("./scope.js").Scope} Scope */

export class Neuron {
  /**
   * @param {any} graph
   * @param {Record<string, Float64Array | Float32Array>} tensors what is linked or learned, by name, and function
   *   arguments, by position, flattened
   */
  constructor(graph, tensors) {
    this.graph = graph;
    this.plan = planned(graph.code, graph);
    /** @type {Scope} */
    this.scope = { values: new Map(), outer: null, frames: new Map(), run: 0 };
    /** What networks have answered, by the value of the call and its run. */
    this.answers = /** @type {Map<number, Float64Array[]>} */ (new Map());
    /** What they are taken to have answered instead, in all runs. @type {Map<number, Float64Array>} */
    this.overrides = new Map();
    /** @type {Map<string, Float64Array>} the arguments with which networks gave the answers */
    this.asked = new Map();
    this.isAnswered = false;
    for (const [name, tensor] of Object.entries(tensors))
      this.scope.values.set(name, Float64Array.from(tensor));
    /** @type {Set<Key>} */
    this.changed = new Set(this.scope.values.keys());
  }

  /**
   * Sets an argument, by its position, or a tensor, by its name, to a flattened value.
   * @param {number | string} key
   * @param {Float64Array} value
   */
  set(key, value) {
    this.scope.values.set(String(key), value);
    this.changed.add(String(key));
  }

  /**
   * Takes over what networks have answered: for the value of each call one array for each run.
   * @param {Map<number, Float64Array[]>} answers
   */
  answer(answers) {
    this.answers = answers;
    this.isAnswered = false;
    for (const number of answers.keys()) this.changed.add(`call ${number}`);
  }

  /**
   * Takes a network to have answered something else; null takes that back.
   * @param {number} number
   * @param {Float64Array | null} value
   */
  override(number, value) {
    if (value) this.overrides.set(number, value);
    else this.overrides.delete(number);
    this.changed.add(`call ${number}`);
  }

  /** Runs what depends on what has changed, and returns the result. */
  run() {
    this.block(this.plan, this.scope, this.changed);
    this.changed = new Set();
    this.isAnswered = true;
    return /** @type {Float64Array} */ (this.scope.values.get(this.graph.result));
  }

  /**
   * The present value of an operand.
   * @param {Key} key
   * @param {Scope} scope
   */
  read(key, scope) {
    const value = ownerOf(key, scope)?.values.get(key);
    if (!value) throw new Error(`nothing has computed ${key}`);
    return value;
  }

  /**
   * The scope of some steps: of the outermost recurrence first.
   * @param {[number, number][]} steps the value of each recurrence, and its step
   */
  at(steps) {
    let scope = this.scope;
    for (const [number, step] of steps) {
      const frames = scope.frames.get(number) ?? [];
      scope = frames[Math.min(step, frames.length - 1)];
    }
    return scope;
  }

  /**
   * The code of one step of a recurrence.
   * @param {number} number the value of the recurrence
   */
  blockOf(number) {
    /** @type {(plan: Plan[]) => Plan[] | null} */
    const search = (plan) => {
      for (const { code, block } of plan) {
        const found = code.to === number ? block : search(block);
        if (found?.length) return found;
      }
      return null;
    };
    return search(this.plan) ?? [];
  }

  /**
   * @param {Plan[]} plan
   * @param {Scope} scope
   * @param {Set<Key>} changed what has changed; what is computed again is added
   */
  block(plan, scope, changed) {
    for (const part of plan) {
      const { code } = part;
      const isStale =
        !scope.values.has(code.to) ||
        code.of.some((/** @type {Key} */ key) => changed.has(key)) ||
        part.free.some((key) => changed.has(key)) ||
        (code.op === "input" && changed.has(String(code.position))) ||
        changed.has(`call ${code.to}`) ||
        (code.callee !== undefined && changed.has(String(code.callee)));
      if (!isStale) continue;
      changed.add(code.to);
      if (code.op === "input") scope.values.set(code.to, this.read(String(code.position), scope));
      else if (code.op === "iterate") this.iterate(part, scope, changed);
      else if (code.op === "call" && !this.isTensor(code)) this.call(code, scope);
      else scope.values.set(code.to, this.sum(part, scope));
    }
  }

  /** @param {any} code */
  isTensor(code) {
    return this.scope.values.has(String(code.callee));
  }

  /**
   * Whether a block asks a network, be it in the step of a recurrence. @param {Plan[]} plan
   * @returns {boolean}
   */
  asks(plan) {
    return plan.some(({ code, block }) => (code.op === "call" && !this.isTensor(code)) || this.asks(block));
  }

  /**
   * @param {Plan} part
   * @param {Scope} scope
   */
  sum({ code, products: parts }, scope) {
    const { dim, axes } = this.graph.values[code.to];
    const out = new Float64Array(dim * rowCount(axes));
    for (const { factors, each } of parts) {
      const [first, second, ...more] = factors.map((key) => this.read(key, scope));
      if (!first)
        each((o) => {
          out[o] += 1;
        });
      else if (!second)
        each((o, a) => {
          out[o] += first[a];
        });
      // Zero times whatever is zero, be it infinite or not a number.
      else if (!more.length) {
        each((o, a, b) => {
          const left = first[a];
          const right = second[b];
          if (left !== 0 && right !== 0) out[o] += left * right;
        });
      } else {
        const all = [first, second, ...more];
        each((o, _, __, at) => {
          let product = 1;
          for (let k = 0; k < all.length; k++) {
            const factor = all[k][at[k]];
            if (factor === 0) return;
            product *= factor;
          }
          out[o] += product;
        });
      }
    }
    return out;
  }

  /**
   * @param {any} code
   * @param {Scope} scope
   */
  call(code, scope) {
    const name = `${code.to} ${scope.run}`;
    const asked = code.of.flatMap((/** @type {Key} */ key) => [...this.read(key, scope)]);
    if (!this.isAnswered) this.asked.set(name, Float64Array.from(asked));
    const answer = this.overrides.get(code.to) ?? this.answers.get(code.to)?.[scope.run];
    if (!answer) throw new Error(`nobody has told what \`${code.callee}\` answers`);
    scope.values.set(code.to, answer);
  }

  /**
   * Whether a call has other arguments now than those to which the network has answered.
   * @param {number} number
   * @param {Scope} scope
   */
  isOutdated(number, scope) {
    const code = codeOf(this.plan, number);
    // What does not depend on the steps was asked once, outside of them.
    const was = this.asked.get(`${number} ${ownerOf(number, scope)?.run}`);
    const now = code.of.flatMap((/** @type {Key} */ key) => [...this.read(key, scope)]);
    return (
      !was || now.some((/** @type {number} */ entry, /** @type {number} */ k) => !Object.is(entry, was[k]))
    );
  }

  /**
   * Σ_i weights[i] · Sⁱ base; with inputs, step i reads the elements at a place of them.
   *
   * From the last element on, all lengths share a state: y_n = weights[n] · base, and y_{i-1} = S(x_i, y_i) +
   * weights[i-1] · base. A network may answer something else than zero to a state of zero. So where the step
   * asks one, the first term is zero where no longer list has a weight.
   * @param {Plan} part
   * @param {Scope} scope
   * @param {Set<Key>} changed
   */
  iterate({ code, block, free }, scope, changed) {
    const [weights, base, ...inputs] = code.of;
    const values = this.graph.values;
    const state = values[code.state];
    const target = values[code.to];
    const count = values[weights].dim;
    const isBackwards = code.order === "cons";
    const frames = scope.frames.get(code.to) ?? [];
    const starts = [base, ...inputs, ...(isBackwards ? [weights] : [])];
    const weight = this.read(weights, scope);
    if (!frames.length || [...starts, ...free].some((key) => changed.has(key))) {
      const first = spread(this.read(base, scope), values[base], state.axes);
      const rows = rowsOf(values[weights], state.axes);
      const ends = isBackwards && this.asks(block);
      let current = isBackwards ? weighed(first, weight, rows, count, count - 1) : first;
      const isFirst = !frames.length || starts.some((key) => changed.has(key));
      for (let step = 0; step < count; step++) {
        const run = scope.run * (count - 1) + step;
        const frame = frames[step] ?? { values: new Map(), outer: scope, frames: new Map(), run };
        frames[step] = frame;
        frame.values.set(code.state, current);
        if (step === count - 1) break;
        // In the first step the state is as it was unless what it starts from has changed.
        const inside = new Set(changed);
        if (step > 0 || isFirst) inside.add(code.state);
        const place = placeOf(code, count, step);
        inputs.forEach((/** @type {number} */ input, /** @type {number} */ k) => {
          const item = code.items[k];
          frame.values.set(
            item,
            itemAt(this.read(input, scope), values[input], values[item], code.over, place),
          );
          if (isFirst) inside.add(item);
        });
        this.block(block, frame, inside);
        current = spread(this.read(code.result, frame), values[code.result], state.axes);
        if (isBackwards) {
          const started = weighed(first, weight, rows, count, place);
          current = started.map((entry, at) =>
            ends && isEnded(weight, rows[Math.floor(at / state.dim)], count, place)
              ? entry
              : entry + current[at],
          );
        }
      }
      scope.frames.set(code.to, frames);
    }
    const weightRows = rowsOf(values[weights], target.axes);
    const stateRows = rowsOf(state, target.axes);
    const out = new Float64Array(target.dim * stateRows.length);
    for (let step = isBackwards ? count - 1 : 0; step < count; step++) {
      const from = /** @type {Float64Array} */ (frames[step].values.get(code.state));
      for (let row = 0; row < stateRows.length; row++) {
        const factor = isBackwards ? 1 : weight[weightRows[row] * count + step];
        if (factor === 0) continue;
        for (let d = 0; d < target.dim; d++)
          out[row * target.dim + d] += factor * from[stateRows[row] * target.dim + d];
      }
    }
    scope.values.set(code.to, out);
  }
}
