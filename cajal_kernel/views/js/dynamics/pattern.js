// What the states of a recurrence come to, where that is seen: they stay, or they repeat.

import { counted } from "../shared/numbers.js";
import { words } from "./model.js";

/** The longest period that is looked for. */
const PERIODS = 64;

/**
 * A pattern that holds from some step to the last one, and is seen twice at least; else "".
 * @param {Pick<import("./model.js").Run, "labels" | "sizes" | "steps" | "dim">} run
 * @param {Float64Array} states (steps, dim)
 * @param {(value: number) => string} brief
 */
export function pattern(run, states, brief) {
  const { steps, dim } = run;
  if (!states.every(Number.isFinite)) return "";
  // Two states are the same but for rounding: by their own size, since a fading state is no state that stays.
  const isSame = (/** @type {number} */ step, /** @type {number} */ other) => {
    let apart = 0;
    let size = 0;
    for (let d = 0; d < dim; d++) {
      const [a, b] = [states[step * dim + d], states[other * dim + d]];
      apart = Math.max(apart, Math.abs(a - b));
      size = Math.max(size, Math.abs(a), Math.abs(b));
    }
    return apart <= 1e-6 * size;
  };
  for (let period = 1; period <= Math.min(PERIODS, Math.floor((steps - 1) / 2)); period++) {
    let first = steps - period;
    // With the last state of the same phase, since small changes add up.
    while (first > 0 && isSame(first - 1, first - 1 + period * Math.floor((steps - first) / period))) first--;
    // Twice a whole period after the states that it repeats.
    if (first + 2 * period > steps - 1) continue;
    const from = first ? `from step ${first} on ` : "";
    if (period > 1) return `${from}the states repeat every ${counted(period, "step")}`;
    const state = words(run, states.subarray(first * dim, (first + 1) * dim), brief);
    return dim <= 8 ? `${from}the state stays ${state}` : `${from}the state stays the same`;
  }
  return "";
}
