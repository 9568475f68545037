// What wires carry: the values of a run at the chosen steps.
//
// Inside a `copy`, or a `let` of a pair, a value is there for each basis vector of what is copied. As in a
// trace, it is shown summed over them, by the weights that they have now.

import { Reach } from "./reach.js";
import { inFull, inWords } from "./words.js";

/** @typedef {import("../explorer/run.js").Run} Run */
/** @typedef {import("../neuron/rows.js").Axis} Axis */
/** @typedef {{ over: Axis[], weights: number, path: number[] }} Sum */

/**
 * A value now: a vector for each choice of the axes that no sum closes, one where there are none; null at a step
 * that does not run. `magnitude` is that of its greatest finite entry, `at` that entry. A value is past where
 * the weights of all later states are zero.
 * @typedef {{ number: number, type: string, vectors: Float64Array[] | null, summed: number[], path: number[],
 *   isPast: boolean, isOdd: boolean, magnitude: number, at: number }} Carried
 */

export class Values {
  /** @param {Run} run */
  constructor(run) {
    this.run = run;
    /** What sums over each axis; null where several do, of different weights. @type {Map<number, Sum | null>} */
    this.sums = new Map();
    for (const { op, to, over, of } of run.code.values()) {
      if (op !== "contract") continue;
      const [weights] = of;
      for (const [axis] of over) {
        const other = this.sums.get(axis);
        const isSame = other === undefined || other?.weights === weights;
        this.sums.set(axis, isSame ? (other ?? { over, weights, path: run.paths.get(to) ?? [] }) : null);
      }
    }
    /** @type {Map<number, Carried>} */
    this.made = new Map();
    /** @type {{ result: Float64Array, reach: Reach } | null} */
    this.reached = null;
  }

  /** Called when the run has changed, or a step is chosen. */
  renew() {
    this.made.clear();
  }

  /** What the result depends on, which another step that is chosen leaves as it is. */
  get reach() {
    const { result, neuron } = this.run;
    if (this.reached?.result !== result) this.reached = { result, reach: new Reach(neuron) };
    return this.reached.reach;
  }

  /** Whether the program has a value. @param {number} number */
  has(number) {
    return this.run.paths.has(number);
  }

  /**
   * @param {number} number
   * @returns {Carried}
   */
  of(number) {
    const made = this.made.get(number) ?? this.compute(number);
    this.made.set(number, made);
    return made;
  }

  /**
   * @param {number} number
   * @returns {Carried}
   */
  compute(number) {
    const { run } = this;
    const { weighed, path, isState } = this.weighing(number);
    const scope = run.scopeIn(path, isState);
    const { dim, type } = run.graph.values[number];
    const summed = weighed.map(([, weights]) => weights);
    const about = { number, type, summed, path, isPast: run.isPastIn(path, isState) };
    if (!scope) return { ...about, vectors: null, isOdd: false, magnitude: 0, at: 0 };
    const array = run.weighed({ value: number, weighed }, run.neuron.read(number, scope), scope);
    const vectors = Array.from({ length: array.length / dim }, (_, row) =>
      array.subarray(row * dim, (row + 1) * dim),
    );
    let at = 0;
    let isOdd = false;
    for (const entry of array) {
      if (!Number.isFinite(entry)) isOdd = true;
      else if (Math.abs(entry) > Math.abs(at)) at = entry;
    }
    return { ...about, vectors, isOdd, magnitude: Math.abs(at), at };
  }

  /**
   * The sums that close the axes of a value, the innermost first, and the recurrences in whose steps they are.
   * @param {number} number
   */
  weighing(number) {
    const { values } = this.run.graph;
    let path = this.run.paths.get(number) ?? [];
    let isState = this.run.states.has(number);
    /** @type {[Axis[], number][]} */
    const weighed = [];
    /** @type {Axis[]} */
    let axes = values[number].axes;
    for (;;) {
      const sum = axes.map(([axis]) => this.sums.get(axis)).findLast((each) => each);
      if (!sum) return { weighed, path, isState };
      const closed = new Set(sum.over.map(([axis]) => axis));
      const all = new Map([...axes, ...values[sum.weights].axes]);
      axes = [...all].filter(([axis]) => !closed.has(axis)).sort(([a], [b]) => a - b);
      weighed.push([sum.over, sum.weights]);
      if (sum.path.length > path.length) {
        path = sum.path;
        isState = false;
      }
    }
  }

  /**
   * The weight of a value where it goes: of a branch, or of a state in the sum of the states; else one. Inside
   * a copy it is the mean of the weights.
   * @param {number} number
   * @param {string} target the box of the value that is computed there
   * @param {number} port
   */
  weight(number, target, port) {
    const to = target.startsWith("v") ? Number(target.slice(1)) : Number.NaN;
    const line = this.run.code.get(to);
    if (line?.op === "iterate" && number === line.state) {
      const loop = this.run.loops.get(to);
      return (loop && this.run.weightsOf(loop)?.[this.run.steps.get(to) ?? 0]) ?? 1;
    }
    if (line?.op !== "choose" || port === 0 || line.of[port] !== number) return 1;
    const { vectors } = this.of(line.of[0]);
    return vectors?.length === 1 ? vectors[0][port - 1] : 1;
  }

  /**
   * Whether the result depends on a value at the chosen steps. Of what only the optimized program has, it may.
   * @param {number} number
   */
  counts(number) {
    if (!this.has(number)) return true;
    const scope = this.run.scopeIn(this.run.paths.get(number) ?? [], this.run.states.has(number));
    return scope !== null && this.reach.has(number, scope);
  }

  /**
   * Whether the result depends on a value by its use in a box, at the chosen steps.
   * @param {number} number
   * @param {string} target the box: `v` and a value, `s` and a state, or a closed definition
   * @param {number} port
   * @param {string[]} inside the values that are computed in the box
   */
  countsAt(number, target, port, inside) {
    if (!target.startsWith("c")) return this.isUsed(target, port);
    return inside.some((name) => {
      const { of, op, state, items, result } = this.run.code.get(Number(name.slice(1)));
      if (op !== "iterate")
        return of.some(
          (/** @type {number} */ operand, /** @type {number} */ k) =>
            operand === number && this.isUsed(name, k),
        );
      return (
        (of[0] === number && this.isUsed(name, 0)) ||
        (of[1] === number && this.isUsed(`s${state}`, 0)) ||
        (result === number && this.isUsed(`s${state}`, 1)) ||
        items.some(
          (/** @type {number} */ item, /** @type {number} */ k) =>
            of[k + 2] === number && this.isUsed(`s${item}`, 0),
        )
      );
    });
  }

  /**
   * @param {string} target `v` and a value, `s` and a state
   * @param {number} port
   */
  isUsed(target, port) {
    const { paths, loops, states } = this.run;
    const isState = target.startsWith("s");
    const to = Number(target.slice(1));
    const owner = isState ? (states.get(to) ?? to) : to;
    // What comes to the second port of a recurrence is inside its step.
    const isInside = loops.has(owner) && port === 1;
    const path = [...(paths.get(owner) ?? []), ...(isInside ? [owner] : [])];
    const scope = this.run.scopeIn(path, isInside && !isState);
    return scope !== null && this.reach.hasWire(target, port, scope);
  }

  /**
   * A value in words: the basis vector that it is, or its greatest entries, of as many as have room; without a
   * room all.
   * @param {number} number
   * @param {number} [room] characters
   */
  text(number, room) {
    const { vectors, type } = this.of(number);
    if (!vectors) return "not run";
    const about = this.run.graph.types[type];
    return room === undefined ? inFull(vectors, about) : inWords(vectors, about, room);
  }
}
