// A compiled neuron that runs in the page, with what the page knows of it: items of the batch, steps, networks.

import { gradient } from "../neuron/gradient.js";
import { Neuron } from "../neuron/neuron.js";
import { rowCount, rowsOf } from "../neuron/rows.js";

/** @typedef {import("../shared/wire.js").Picture} Picture */
/** @typedef {{ kind: string, name: string, value: number, type: string, at: [number, number, number], parent: number | null, weighed: [import("../neuron/rows.js").Axis[], number][] }} Mark */
/** @typedef {{ to: number, name: string, count: number, weights: number, outer: number[] }} Loop */

export class Run {
  /** @param {Picture} picture */
  constructor({ spec, arrays }) {
    this.graph = spec.graph;
    /** @type {Mark[]} */
    this.marks = spec.graph.marks;
    this.items = /** @type {number} */ (spec.items);
    this.arrays = arrays;
    /** @type {Record<string, Float64Array>} */
    const tensors = {};
    for (const name of Object.keys(spec.graph.parameters)) {
      if (arrays[`tensor ${name}`])
        tensors[name] = /** @type {Float64Array} */ (arrays[`tensor ${name}`].data);
    }
    this.neuron = new Neuron(this.graph, tensors);
    /** The recurrences that run on tensors, each after those around it. @type {Map<number, Loop>} */
    this.loops = new Map();
    /** The recurrence of each state. @type {Map<number, number>} */
    this.states = new Map();
    /** The recurrences in whose steps each value is computed, the outermost first. @type {Map<number, number[]>} */
    this.paths = new Map();
    this.collect(this.graph.code, []);
    /** For each mark the recurrences that it is in, the outermost first. */
    this.inside = this.marks.map((_, place) => this.around(place));
    /** The chosen step of each recurrence. @type {Map<number, number>} */
    this.steps = new Map();
    /** @type {Float64Array[]} */
    this.inputs = [];
    this.item = 0;
    /** Networks that are taken to answer something else. @type {Set<number>} */
    this.overridden = new Set();
    /** @type {Float64Array} */
    this.result = new Float64Array();
    this.choose(0);
    for (const loop of this.loops.values()) this.steps.set(loop.to, this.telling(loop));
  }

  /**
   * @param {any[]} code
   * @param {number[]} outer
   */
  collect(code, outer) {
    for (const line of code) {
      this.paths.set(line.to, outer);
      if (line.op !== "iterate") continue;
      const count = this.graph.values[line.of[0]].dim;
      this.loops.set(line.to, { to: line.to, name: line.name, count, weights: line.of[0], outer });
      this.states.set(line.state, line.to);
      this.paths.set(line.state, [...outer, line.to]);
      this.collect(line.step, [...outer, line.to]);
    }
  }

  /** @param {number} place */
  around(place) {
    /** @type {number[]} */
    const path = [];
    /** @type {number | null} */
    let at = place;
    while (at !== null) {
      const mark = /** @type {Mark} */ (this.marks[at]);
      const loop = mark.kind === "state" ? this.states.get(mark.value) : undefined;
      if (loop !== undefined) path.unshift(loop);
      at = mark.parent;
    }
    return path;
  }

  /**
   * The step that tells most: the one of the greatest weight, or the first.
   * @param {Loop} loop
   */
  telling(loop) {
    if (loop.outer.length) return 0;
    const weights = this.neuron.read(loop.weights, this.neuron.scope);
    let best = 0;
    for (let step = 0; step < loop.count; step++)
      if (Math.abs(weights[step]) > Math.abs(weights[best])) best = step;
    // Before the last of them something still happens.
    return Math.max(0, best - 1);
  }

  /**
   * Shows an item of the batch that was given.
   * @param {number} item
   */
  choose(item) {
    this.item = item;
    /** @type {Map<number, Float64Array[]>} */
    const answers = new Map();
    for (const [name, { data, shape }] of Object.entries(this.arrays)) {
      const [kind, number] = name.split(" ");
      if (kind !== "answer") continue;
      const [runs, items, entries] = shape;
      answers.set(
        Number(number),
        Array.from({ length: runs }, (_, run) => {
          const start = (run * items + item) * entries;
          return /** @type {Float64Array} */ (data.slice(start, start + entries));
        }),
      );
    }
    this.neuron.answer(answers);
    this.graph.arguments.forEach((/** @type {any} */ _, /** @type {number} */ position) => {
      const { data, shape } = this.arrays[`input ${position}`];
      this.set(position, /** @type {Float64Array} */ (data.slice(item * shape[1], (item + 1) * shape[1])));
    });
    this.run();
  }

  /**
   * @param {number} position
   * @param {Float64Array} values
   */
  set(position, values) {
    this.inputs[position] = values;
    this.neuron.set(position, values);
  }

  /**
   * Takes over what networks answer to the present arguments.
   * @param {Picture} picture
   */
  answered({ arrays }) {
    const answers = Object.entries(arrays).map(([name, { data, shape }]) => {
      const [runs, , entries] = shape;
      const all = Array.from({ length: runs }, (_, run) => data.slice(run * entries, (run + 1) * entries));
      return /** @type {[number, Float64Array[]]} */ ([Number(name.split(" ")[1]), all]);
    });
    this.neuron.answer(new Map(answers));
    this.run();
  }

  /**
   * @param {number} value
   * @param {Float64Array | null} answer
   */
  override(value, answer) {
    if (answer) this.overridden.add(value);
    else this.overridden.delete(value);
    this.neuron.override(value, answer);
  }

  /**
   * An argument by the key of its value.
   * @param {string | number} key
   * @returns {{ name: string, type: string } | undefined}
   */
  argument(key) {
    return this.graph.arguments[Number(key)];
  }

  run() {
    this.result = this.neuron.run();
    return this.result;
  }

  /**
   * The scope of a mark at the chosen steps; null at a step that does not run.
   * @param {number} place
   */
  scopeOf(place) {
    return this.scopeIn(this.inside[place], this.marks[place].kind === "state");
  }

  /**
   * The scope inside some recurrences at the chosen steps; null at a step that does not run.
   * @param {number[]} path the recurrences, the outermost first
   * @param {boolean} isState whether it is for the state of the last of them
   */
  scopeIn(path, isState) {
    const steps = path.map((to) => /** @type {[number, number]} */ ([to, this.steps.get(to) ?? 0]));
    // The last state is there, and no step follows it.
    const ends = path.some((to, k) => {
      const loop = /** @type {Loop} */ (this.loops.get(to));
      const isOwn = isState && k === path.length - 1;
      return !isOwn && (this.steps.get(to) ?? 0) >= loop.count - 1;
    });
    return ends ? null : this.neuron.at(steps);
  }

  /**
   * The value of a mark at the chosen steps, summed over axes; null where it has none.
   * @param {number} place
   */
  valueOf(place) {
    const scope = this.scopeOf(place);
    const mark = this.marks[place];
    if (!scope || !has(scope, mark.value)) return null;
    return this.weighed(mark, this.neuron.read(mark.value, scope), scope);
  }

  /**
   * The value of a mark without its axes: summed over them with the weights of what they stand for.
   * @param {Pick<Mark, "value" | "weighed">} mark
   * @param {Float64Array} array
   * @param {import("../neuron/neuron.js").Scope} scope
   */
  weighed(mark, array, scope) {
    const { dim } = this.graph.values[mark.value];
    /** @type {import("../neuron/rows.js").Axis[]} */
    let axes = this.graph.values[mark.value].axes;
    let vectors = array;
    for (const [over, number] of mark.weighed) {
      const about = this.graph.values[number];
      const weights = this.neuron.read(number, scope);
      const closed = new Set(over.map(([axis]) => axis));
      const all = new Map([...axes, ...about.axes]);
      const kept = [...all].filter(([axis]) => !closed.has(axis)).sort(([a], [b]) => a - b);
      const from = rowsOf({ dim, axes, type: "" }, [...kept, ...over]);
      const weight = rowsOf(about, kept);
      const inside = rowCount(over);
      const sum = new Float64Array(weight.length * dim);
      from.forEach((row, index) => {
        const at = Math.floor(index / inside);
        const factor = weights[weight[at] * inside + (index % inside)];
        if (factor === 0) return;
        for (let d = 0; d < dim; d++) sum[at * dim + d] += factor * vectors[row * dim + d];
      });
      axes = kept;
      vectors = sum;
    }
    return vectors;
  }

  /**
   * A derivative summed over axes: that in the direction in which the value moves alike at all of them.
   * @param {number} number
   * @param {Float64Array} array
   */
  summed(number, array) {
    const { dim, axes } = this.graph.values[number];
    if (!axes.length) return array;
    const sum = new Float64Array(dim);
    for (let row = 0; row < rowCount(axes); row++)
      for (let d = 0; d < dim; d++) sum[d] += array[row * dim + d];
    return sum;
  }

  /**
   * Whether nothing that counts comes of a mark at the chosen steps: the weights of all later states are zero.
   * @param {number} place
   */
  isPast(place) {
    return this.isPastIn(this.inside[place], this.marks[place].kind === "state");
  }

  /**
   * @param {number[]} path
   * @param {boolean} isState
   */
  isPastIn(path, isState) {
    return path.some((to, k) => {
      const loop = /** @type {Loop} */ (this.loops.get(to));
      if (loop.outer.length && k === 0) return false;
      const scope = this.neuron.at(path.slice(0, k).map((outer) => [outer, this.steps.get(outer) ?? 0]));
      const weights = this.neuron.read(loop.weights, scope);
      const step = this.steps.get(to) ?? 0;
      const from = isState && k === path.length - 1 ? step : step + 1;
      return weights.slice(from).every((weight) => weight === 0);
    });
  }

  /**
   * The weight of the chosen step of a recurrence.
   * @param {Loop} loop
   */
  weightOf(loop) {
    const scope = this.neuron.at(loop.outer.map((outer) => [outer, this.steps.get(outer) ?? 0]));
    return this.neuron.read(loop.weights, scope)[this.steps.get(loop.to) ?? 0];
  }

  /**
   * The derivatives of an entry of the result: in each input, and in each mark at the chosen steps.
   * @param {number} entry
   */
  gradient(entry) {
    const made = gradient(this.neuron, this.graph.result, entry);
    const inputs = this.inputs.map(
      (values, k) => made.read(String(k), this.neuron.scope) ?? new Float64Array(values.length),
    );
    const marks = this.marks.map(({ value }, place) => {
      const scope = this.scopeOf(place);
      if (!scope || !has(scope, value)) return null;
      const slope = made.read(value, scope);
      return slope ? this.summed(value, slope) : new Float64Array(this.graph.values[value].dim);
    });
    return { inputs, marks };
  }
}

/**
 * Whether a value is there, in a scope or in one around it.
 * @param {import("../neuron/neuron.js").Scope} scope
 * @param {number} number
 */
function has(scope, number) {
  for (let at = /** @type {import("../neuron/neuron.js").Scope | null} */ (scope); at; at = at.outer) {
    if (at.values.has(number)) return true;
  }
  return false;
}
