// What a trace has of each entry: its place in the tree, and its numbers at some steps, for an item of the batch.

/** @typedef {{ at: number, runs: number, size: number, varies: boolean }} Stretch */
/** @typedef {{ kind: string, name: string, applied: string, type: string, parent: number | null, at: [number, number, number], over: number[], states: number, is_fold: boolean }} Mark */
/** @typedef {{ dim: number, shape: number[], labels: string[] | null, is_data: boolean, image: number[] | null }} Type */
/** The step of each `iter` that a line is inside of, by its place. @typedef {Record<number, number>} Steps */

/** The numbers of a message: those of `count` items of the batch, from `first` on. */
export class Trace {
  /** @param {import("../shared/wire.js").Picture} picture */
  constructor({ spec, arrays }) {
    /** @type {Mark[]} */
    this.marks = spec.marks;
    /** @type {Record<string, Type>} */
    this.types = spec.types;
    /** @type {string} */
    this.resultType = spec.result_type;
    /** @type {number[]} */
    this.batch = spec.batch;
    /** How many items the batch has. */
    this.items = this.batch.reduce((product, size) => product * size, 1);
    /** The place of the result, behind those of the entries. */
    this.result = this.marks.length;
    /** What `last` has said. @type {Map<string, number>} */
    this.lasts = new Map();
    /** @type {Map<number | null, number[]>} */
    this.children = new Map();
    this.marks.forEach(({ parent }, place) => {
      this.children.set(parent, [...(this.children.get(parent) ?? []), place]);
    });
    this.take({ spec, arrays });
  }

  /**
   * Takes the numbers of other items.
   * @param {import("../shared/wire.js").Picture} picture
   */
  take({ spec, arrays }) {
    /** @type {{ first: number, count: number }} */
    const { first, count } = spec;
    this.first = first;
    this.count = count;
    /** @type {{ values: Stretch | null, weights: Stretch | null }[]} */
    this.places = spec.places;
    this.numbers = /** @type {Float64Array} */ (arrays.numbers.data);
  }

  /** Whether the numbers of an item are here. @param {number} item */
  has(item) {
    return item >= (this.first ?? 0) && item < (this.first ?? 0) + (this.count ?? 0);
  }

  /**
   * The entries inside a call or an `iter`, in the order of evaluation.
   * @param {number | null} parent
   */
  inside(parent) {
    return this.children.get(parent) ?? [];
  }

  /** @param {number} place */
  type(place) {
    return this.types[place === this.result ? this.resultType : this.marks[place].type];
  }

  /**
   * The value of an entry, or of the result; null if it was too large to be sent.
   * @param {number} place
   * @param {Steps} steps
   * @param {number} item
   */
  value(place, steps, item) {
    return this.at(this.places?.[place].values ?? null, place, steps, item);
  }

  /**
   * The weight of a step of an `iter`; null where it was not sent.
   * @param {number} place
   * @param {Steps} steps
   * @param {number} item
   */
  weight(place, steps, item) {
    return this.at(this.places?.[place].weights ?? null, place, steps, item)?.[0] ?? null;
  }

  /**
   * Whether something is at a step that weighs nothing, nor any later one: past the count.
   * @param {Steps} steps
   * @param {number} item
   */
  isPast(steps, item) {
    return Object.keys(steps).some((place) => steps[Number(place)] > this.last(Number(place), steps, item));
  }

  /**
   * The last step of an `iter` that weighs anything; infinity where that is not known, or none does.
   * @param {number} place
   * @param {Steps} steps
   * @param {number} item
   */
  last(place, steps, item) {
    const around = this.marks[place].over.filter((outer) => outer !== place);
    const key = [item, place, ...around.map((outer) => steps[outer])].join(" ");
    let last = this.lasts.get(key);
    if (last === undefined) {
      const at = { ...steps };
      last = Number.POSITIVE_INFINITY;
      for (let step = this.marks[place].states - 1; step >= 0; step--) {
        at[place] = step;
        if (this.weight(place, at, item)) {
          last = step;
          break;
        }
      }
      this.lasts.set(key, last);
    }
    return last;
  }

  /**
   * @param {Stretch | null} stretch
   * @param {number} place
   * @param {Steps} steps
   * @param {number} item
   */
  at(stretch, place, steps, item) {
    if (!stretch || !this.numbers) return null;
    const own = stretch.varies ? item - (this.first ?? 0) : 0;
    const start = stretch.at + (own * stretch.runs + this.run(place, steps)) * stretch.size;
    return this.numbers.subarray(start, start + stretch.size);
  }

  /**
   * The number of a value among those of all steps: what is inside an `iter` has one from step 1 on, and its
   * state one at step 0.
   * @param {number} place
   * @param {Steps} steps
   */
  run(place, steps) {
    if (place === this.result) return 0;
    const { over, states } = this.marks[place];
    let run = 0;
    for (const outer of over) {
      if (outer !== place) run = run * (this.marks[outer].states - 1) + steps[outer] - 1;
    }
    return states ? run * states + steps[place] : run;
  }
}

/**
 * Why a vector over the basis of data is no distribution; nothing where it is one.
 * @param {ArrayLike<number>} vector
 */
export function remark(vector) {
  let total = 0;
  let isZero = true;
  for (let i = 0; i < vector.length; i++) {
    total += vector[i];
    if (vector[i] !== 0) isZero = false;
  }
  if (!Number.isFinite(total)) return "not finite";
  if (isZero) return "sum 0";
  return Math.abs(total - 1) > 5e-3 ? `sum ${Number(total.toPrecision(3))}` : "";
}
