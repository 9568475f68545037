// A compiled neuron that runs in the page, with what the page knows of it: items of the batch, steps, networks.

import { Neuron } from "../neuron/neuron.js";
import { ownerOf } from "../neuron/scope.js";
import { recurrences } from "./recurrences.js";
import { slopes } from "./slopes.js";
import { weighed } from "./weighed.js";

/** @typedef {import("../shared/wire.js").Picture} Picture */
/** @typedef {{ kind: string, name: string, value: number, type: string, at: [number, number, number], parent: number | null, weighed: [import("../neuron/rows.js").Axis[], number][] }} Mark */
/** @typedef {import("./recurrences.js").Loop} Loop */

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
    const { code, loops, states, paths } = recurrences(this.graph);
    this.code = code;
    /** The values that are read, by the code or as the result. @type {Set<number>} */
    this.used = new Set([
      this.graph.result,
      ...[...code.values()].flatMap(({ of, result }) => [...of, result]),
    ]);
    this.loops = loops;
    this.states = states;
    this.paths = paths;
    /** For each mark the recurrences that it is in, the outermost first. */
    this.inside = this.marks.map((_, place) => this.around(place));
    /** The step of each recurrence that is looked at. @type {Map<number, number>} */
    this.steps = new Map();
    /** The weights at which each step was chosen. @type {Map<number, ArrayLike<number>>} */
    this.weights = new Map();
    /** The arguments, flattened; null for a network. @type {(Float64Array | null)[]} */
    this.inputs = this.graph.arguments.map(() => null);
    this.item = 0;
    /** Networks that are taken to answer something else. @type {Set<number>} */
    this.overridden = new Set();
    /** @type {Float64Array} */
    this.result = new Float64Array();
    this.choose(0);
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
   * Looks at a step of a recurrence, as long as the weights of its steps stay.
   * @param {number} loop
   * @param {number} step
   */
  step(loop, step) {
    this.steps.set(loop, step);
    this.follow();
  }

  /** Goes to the telling step of each recurrence that has other weights. Those around it come first. */
  follow() {
    for (const loop of this.loops.values()) {
      const weights = this.weightsOf(loop);
      const before = this.weights.get(loop.to);
      if (!weights || (before && weights.every((weight, step) => Object.is(weight, before[step])))) continue;
      this.weights.set(loop.to, weights);
      this.steps.set(loop.to, telling(weights));
    }
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
      const given = this.arrays[`input ${position}`];
      if (!given) return; // a network
      const { data, shape } = given;
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
   * The result if a network had answered something else.
   * @param {number} value of its call
   * @param {Float64Array} answer
   */
  whatIf(value, answer) {
    const before = this.neuron.overrides.get(value) ?? null;
    this.neuron.override(value, answer);
    const result = this.neuron.run().slice();
    this.neuron.override(value, before);
    this.neuron.run();
    return result;
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
    this.follow();
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
   * The scope in which a mark has a value at the chosen steps; null where it has none.
   * @param {number} place
   */
  runsIn(place) {
    const scope = this.scopeOf(place);
    return scope && ownerOf(this.marks[place].value, scope) ? scope : null;
  }

  /**
   * The value of a mark at the chosen steps, summed over axes; null where it has none.
   * @param {number} place
   */
  valueOf(place) {
    const scope = this.runsIn(place);
    const mark = this.marks[place];
    return scope && this.weighed(mark, this.neuron.read(mark.value, scope), scope);
  }

  /**
   * The value of a mark without its axes, at the weights of a scope.
   * @param {Pick<Mark, "value" | "weighed">} mark
   * @param {Float64Array} array
   * @param {import("../neuron/scope.js").Scope} scope
   */
  weighed(mark, array, scope) {
    const { values } = this.graph;
    const weights = mark.weighed.map(([over, number]) => ({
      over,
      axes: values[number].axes,
      values: this.neuron.read(number, scope),
    }));
    return weighed(array, values[mark.value], weights);
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
      const weights = this.weightsIn(loop, scope);
      const step = this.steps.get(to) ?? 0;
      const from = isState && k === path.length - 1 ? step : step + 1;
      return weights.slice(from).every((weight) => weight === 0);
    });
  }

  /**
   * The weights of the steps of a recurrence, inside the chosen steps of those around it; null where it does not run.
   * @param {Loop} loop
   */
  weightsOf(loop) {
    const scope = this.scopeIn(loop.outer, false);
    return scope && this.weightsIn(loop, scope);
  }

  /**
   * @param {Loop} loop
   * @param {import("../neuron/scope.js").Scope} scope
   */
  weightsIn({ weights, count, order }, scope) {
    const lengths = this.neuron.read(weights, scope);
    // From the last element on, all lengths are in one state, and the last is the result.
    return order === "cons" ? lengths.map((_, at) => (at % count === count - 1 ? 1 : 0)) : lengths;
  }

  /**
   * The derivatives of an entry of the result: in each input, and in each mark at the chosen steps.
   * @param {number} entry
   */
  gradient(entry) {
    return slopes(this, entry);
  }
}

/**
 * The step that tells most: it makes the state of the greatest weight.
 * @param {Float64Array} weights
 */
function telling(weights) {
  let best = 0;
  weights.forEach((weight, step) => {
    if (Math.abs(weight) > Math.abs(weights[best])) best = step;
  });
  return Math.max(0, best - 1);
}
