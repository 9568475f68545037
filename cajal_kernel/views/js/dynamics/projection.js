// Where a state of two or three dimensions is drawn: in the plane, in the triangle of distributions, in space.

import { brief } from "../shared/numbers.js";
import { label } from "./model.js";

/** @typedef {(state: ArrayLike<number>) => [number, number]} Projection to (-1, 1) in both directions, up positive */
/** @typedef {{ turn: number, rise: number }} View of space: the angles around the third axis and above the plane */
/** @typedef {{ title: string, project: Projection, axes: [number[], number[], string][], inSpace: boolean }} Projected */

/** @type {View} */
export const BEGIN = { turn: 0.6, rise: 0.45 };

/**
 * Distributions of three are in a triangle, all else by their coordinates.
 * @param {Float64Array} states
 * @param {import("./model.js").Run} run
 * @param {View} view
 * @returns {Projected}
 */
export function projection(states, run, view) {
  const { dim } = run;
  const finite = states.filter(Number.isFinite);
  const size = finite.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const names = Array.from({ length: dim }, (_, i) => label(run, i));
  const units = names.map((_, i) => names.map((__, j) => (i === j ? 1 : 0)));
  const zero = names.map(() => 0);
  if (dim === 3 && isDistributions(states)) {
    return {
      title: "the state in the triangle of distributions",
      project: (state) => [0.95 * (state[2] - state[1]), 1.6 * state[0] - 0.7],
      axes: [0, 1, 2].map((i) => [units[(i + 2) % 3], units[i], names[i]]),
      inSpace: false,
    };
  }
  const [low, high] = [-size, size].map((end) => units.map((vector) => vector.map((value) => value * end)));
  const axes = /** @type {[number[], number[], string][]} */ (
    names.map((name, i) => [low[i], high[i], `${name} = ${brief(size)}`])
  );
  if (dim === 2) {
    if (states.every((value) => !(value < 0))) for (const axis of axes) axis[0] = zero;
    const at = states.every((value) => !(value < 0)) ? 1 : 0;
    const part = (/** @type {number} */ value) => (at ? (2 * value) / size - 1 : value / size);
    const project = (/** @type {ArrayLike<number>} */ state) =>
      /** @type {[number, number]} */ ([part(state[0]), part(state[1])]);
    return { title: "the path of the state", project, axes, inSpace: false };
  }
  return {
    title: "the path of the state",
    project: fromSide(view, longest(states) || 1),
    axes,
    inSpace: true,
  };
}

/**
 * The greatest norm of a state that is finite.
 * @param {Float64Array} states of three entries each
 */
function longest(states) {
  let most = 0;
  for (let i = 0; i < states.length; i += 3) {
    const norm = Math.hypot(states[i], states[i + 1], states[i + 2]);
    if (Number.isFinite(norm)) most = Math.max(most, norm);
  }
  return most;
}

/**
 * Space seen from far away, with right-handed axes: a ball of a radius stays within the picture however it is
 * turned.
 * @param {View} view
 * @param {number} radius
 * @returns {Projection}
 */
export function fromSide({ turn, rise }, radius) {
  return (state) => {
    const [a, b, c] = [state[0] / radius, state[1] / radius, state[2] / radius];
    const across = a * Math.cos(turn) - b * Math.sin(turn);
    const away = a * Math.sin(turn) + b * Math.cos(turn);
    return [across, c * Math.cos(rise) + away * Math.sin(rise)];
  };
}

/** @param {Float64Array} states of three entries each */
function isDistributions(states) {
  for (let i = 0; i < states.length; i += 3) {
    const sum = states[i] + states[i + 1] + states[i + 2];
    if (!(Math.min(states[i], states[i + 1], states[i + 2]) > -1e-9) || Math.abs(sum - 1) > 1e-4)
      return false;
  }
  return true;
}
