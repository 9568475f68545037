// How numbers are written.

/**
 * What stands for a number that is not finite where there is no room for its name.
 * @param {number} value
 */
export const mark = (value) => (value !== value ? "×" : value > 0 ? "▲" : "▼");

/**
 * What stands for a number that is not finite.
 * @param {number} value
 */
export const sign = (value) => (value !== value ? "NaN" : value > 0 ? "+∞" : "−∞");

/**
 * A number in a few characters, for a label.
 * @param {number} value
 */
export function brief(value) {
  if (!Number.isFinite(value)) return sign(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  return String(Number(value.toPrecision(3)));
}

/**
 * A number as a hover text gives it.
 * @param {number} value
 */
export function precise(value) {
  if (!Number.isFinite(value)) return sign(value);
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

/**
 * A number and its noun: 1 step, 10 steps.
 * @param {number} count
 * @param {string} what
 */
export const counted = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;
