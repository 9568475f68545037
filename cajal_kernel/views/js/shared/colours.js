// The colours of entries: blue above zero, orange below, the fainter the nearer to zero; magenta is no number.

export const POSITIVE = [38, 120, 226];
export const NEGATIVE = [226, 104, 22];
export const ODD = [200, 30, 120];

/** The opacity of the greatest entry of a table, where a number stands on it. */
const STRONGEST = 0.58;

/**
 * The colour of a cell of a table, in CSS, as `tint` of cajal_kernel/views/paint.py has it.
 * @param {number} value
 * @param {number} scale
 */
export function tint(value, scale) {
  const colour = !Number.isFinite(value) ? ODD : value > 0 ? POSITIVE : NEGATIVE;
  const share = Number.isFinite(value) ? Math.min(1, Math.abs(value) / (scale || 1)) : 1;
  return `rgba(${colour.join(", ")}, ${(share * STRONGEST).toFixed(3)})`;
}
