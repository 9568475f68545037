// What wires carry: the values of a run at the chosen steps.
//
// Inside a `copy`, or a `let` of a pair, a value is there for each basis vector of what is copied. As in a
// trace, it is shown summed over them, by the weights that they have now.

import { inWords } from "./words.js";

/** @typedef {import("../explorer/run.js").Run} Run */
/** @typedef {import("../neuron/rows.js").Axis} Axis */
/** @typedef {{ over: Axis[], weights: number, path: number[] }} Sum */

/**
 * A value now: a vector for each choice of the axes that no sum closes, one where there are none; null at a step
 * that does not run. `magnitude` is that of its greatest finite entry, `at` that entry. A value is past where
 * nothing that counts comes of it.
 * @typedef {{ number: number, type: string, vectors: Float64Array[] | null, summed: number[], path: number[],
 *   isPast: boolean, isOdd: boolean, magnitude: number, at: number }} Carried
 */

export class Values {
  /** @param {Run} run */
  constructor(run) {
    this.run = run;
    /** What sums over each axis; null where several do, of different weights. @type {Map<number, Sum | null>} */
    this.sums = new Map();
    /** The code of each value. @type {Map<number, any>} */
    this.code = new Map();
    this.collect(run.graph.code);
    /** @type {Map<number, Carried>} */
    this.made = new Map();
  }

  /** @param {any[]} code */
  collect(code) {
    for (const line of code) {
      this.code.set(line.to, line);
      if (line.op === "contract") {
        const path = this.run.paths.get(line.to) ?? [];
        for (const [axis] of line.over) {
          const other = this.sums.get(axis);
          const isSame = other === undefined || other?.weights === line.of[0];
          this.sums.set(axis, isSame ? (other ?? { over: line.over, weights: line.of[0], path }) : null);
        }
      }
      if (line.step) this.collect(line.step);
    }
  }

  /** Called when the run has changed, or a step is chosen. */
  renew() {
    this.made.clear();
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
   * @param {number} target the value that is computed there
   * @param {number} port
   */
  weight(number, target, port) {
    const line = this.code.get(target);
    if (line?.op === "iterate" && number === line.state) {
      const loop = this.run.loops.get(target);
      return loop ? this.run.weightOf(loop) : 1;
    }
    if (line?.op !== "choose" || port === 0 || line.of[port] !== number) return 1;
    const { vectors } = this.of(line.of[0]);
    return vectors?.length === 1 ? vectors[0][port - 1] : 1;
  }

  /**
   * A value in words: the basis vector that it is, or its greatest entries, of as many as have room.
   * @param {number} number
   * @param {number} [room] characters
   */
  text(number, room = 400) {
    const { vectors, type } = this.of(number);
    if (!vectors) return "not run";
    return inWords(vectors, this.run.graph.types[type], room);
  }
}
