// The states and the weights of recurrences at some inputs, and the sum of weight times state.

/** @typedef {import("../shared/wire.js").Tensor} Tensor */
/**
 * What recurrences depend on: `fixed` where states are there for one value alone, `curved` where they are not
 * known to be linear in it, and are there at basis vectors; `bound` where a `copy` or a `let` binds it.
 * @typedef {{ name: string, type: string, curved: boolean, fixed: boolean, bound: boolean, about: import("../shared/inputs.js").Type }} Input
 */

/** @typedef {{ type: string, dim: number, labels: string[] | null, sizes: number[] | null }} Space */
/**
 * A recurrence: see `dynamics_live` of cajal_kernel/views/dynamics/picture.py.
 * @typedef {{ name: string, type: string, dim: number, labels: string[] | null, sizes: number[] | null,
 *   line: number, steps: number, over: number[], weighs: number[], count: number | null, inside: number | null,
 *   order: string | null, elements: Space[], eigen: { error?: number, reason?: string } }} Run
 */

/** @typedef {{ title: string, main: number, inputs: Input[], runs: Run[] }} Spec */

/**
 * What a recurrence computes: `states` and `running` are (steps, dim), `weights` is (steps).
 * `of` is what the states were made of.
 * @typedef {{ states: Float64Array, weights: Float64Array, running: Float64Array, of: unknown[] }} Course
 */

/**
 * The name of a basis vector.
 * @param {{ labels: string[] | null, sizes: number[] | null }} space
 * @param {number} index
 */
export function label({ labels, sizes }, index) {
  if (labels) return labels[index];
  if (!sizes) return String(index);
  const places = [];
  let rest = index;
  for (const size of [...sizes].reverse()) {
    places.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return `[${places.join(", ")}]`;
}

/**
 * A recurrence at some inputs, in one of its runs. An entry of zero is not seen, of an input or of a weight.
 * @param {Run} run
 * @param {Tensor} states (runs, steps, dims of `over`, dim)
 * @param {Tensor | undefined} weights (runs, dims of `weighs`, steps)
 * @param {Float64Array[]} values
 * @param {number} number which run
 * @param {Course | null} before whose states are taken over where they are the same
 * @returns {Course}
 */
export function course(run, states, weights, values, number, before) {
  const { steps, dim } = run;
  const of = [states, number, ...run.over.map((place) => values[place])];
  const isSame = before !== null && of.every((part, i) => part === before.of[i]);
  const made = {
    states: isSame ? before.states : new Float64Array(steps * dim),
    weights: new Float64Array(steps),
    running: new Float64Array(steps * dim),
    of,
  };
  // What both depend on is taken apart by the program itself, so that their product is linear in it.
  const shared = run.over.filter((place) => run.weighs.includes(place));
  for (const [choice, factor] of combinations(shared.map((place) => values[place]))) {
    const part = [...values];
    shared.forEach((place, i) => {
      part[place] = unit(values[place].length, choice[i]);
    });
    const own = isSame && !shared.length ? made.states : mixedStates(run, states, part, number);
    const weighed =
      weights && run.count === null ? mixedWeights(run, weights, part, number) : values[run.count ?? 0];
    const total = new Float64Array(dim);
    for (let step = 0; step < steps; step++) {
      const weight = weighed[step];
      made.weights[step] += factor * weight;
      for (let i = 0; i < dim; i++) {
        const at = step * dim + i;
        if (!isSame) made.states[at] += factor * own[at];
        if (weight !== 0) total[i] += weight * own[at];
        made.running[at] += factor * total[i];
      }
    }
  }
  return made;
}

/**
 * @param {Run} run
 * @param {Tensor} states
 * @param {Float64Array[]} values
 * @param {number} number
 */
function mixedStates({ steps, dim, over }, { data, shape }, values, number) {
  const made = new Float64Array(steps * dim);
  const samples = shape.slice(2, -1).reduce((product, size) => product * size, 1);
  const start = number * steps * samples * dim;
  for (const [choice, factor] of combinations(over.map((place) => values[place]))) {
    const sample = flat(choice, shape.slice(2, -1));
    for (let step = 0; step < steps; step++) {
      const from = start + (step * samples + sample) * dim;
      for (let i = 0; i < dim; i++) made[step * dim + i] += factor * data[from + i];
    }
  }
  return made;
}

/**
 * @param {Run} run
 * @param {Tensor} weights
 * @param {Float64Array[]} values
 * @param {number} number
 */
function mixedWeights({ steps, weighs }, { data, shape }, values, number) {
  const made = new Float64Array(steps);
  const samples = shape.slice(1, -1).reduce((product, size) => product * size, 1);
  for (const [choice, factor] of combinations(weighs.map((place) => values[place]))) {
    const from = (number * samples + flat(choice, shape.slice(1, -1))) * steps;
    for (let step = 0; step < steps; step++) made[step] += factor * data[from + step];
  }
  return made;
}

/**
 * Every choice of an entry that is not zero, one from each vector, with the product of these entries.
 * @param {Float64Array[]} vectors
 * @returns {[number[], number][]}
 */
function combinations(vectors) {
  /** @type {[number[], number][]} */
  let made = [[[], 1]];
  for (const vector of vectors) {
    made = made.flatMap(([choice, factor]) => {
      /** @type {[number[], number][]} */
      const longer = [];
      vector.forEach((value, i) => {
        if (value !== 0) longer.push([[...choice, i], factor * value]);
      });
      return longer;
    });
  }
  return made;
}

/**
 * @param {number[]} places
 * @param {number[]} sizes
 */
function flat(places, sizes) {
  return places.reduce((index, place, i) => index * sizes[i] + place, 0);
}

/**
 * A basis vector.
 * @param {number} dim
 * @param {number} index
 */
export function unit(dim, index) {
  const vector = new Float64Array(dim);
  vector[index] = 1;
  return vector;
}

/**
 * The word of the program that a recurrence stands for.
 * @param {Run} run
 */
export const word = ({ order }) => (order ? "fold" : "iter");

/**
 * The norm of each state.
 * @param {Float64Array} states
 * @param {number} dim
 */
export function norms(states, dim) {
  return Float64Array.from({ length: states.length / dim }, (_, step) => {
    let size = 0;
    for (let i = step * dim; i < (step + 1) * dim; i++) size = Math.hypot(size, states[i]);
    return size;
  });
}

/**
 * A vector by its greatest entries: `true`, or `true: 0.7, false: 0.3`.
 * @param {{ labels: string[] | null, sizes: number[] | null }} space
 * @param {ArrayLike<number>} vector
 * @param {(value: number) => string} write
 */
export function words(space, vector, write) {
  const places = Array.from(vector, (_, i) => i).filter((i) => vector[i] !== 0);
  const size = (/** @type {number} */ i) => (Number.isFinite(vector[i]) ? Math.abs(vector[i]) : Infinity);
  places.sort((a, b) => size(b) - size(a) || a - b);
  if (!places.length) return "0";
  if (places.length === 1 && vector[places[0]] === 1) return label(space, places[0]);
  const listed = places.slice(0, 3).map((i) => `${label(space, i)}: ${write(vector[i])}`);
  if (places.length > 3) listed.push("…");
  return listed.join(", ");
}
