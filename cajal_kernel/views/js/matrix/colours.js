// Colours of the entries of a matrix, as pixels and as a colour bar.

import { NEGATIVE, ODD, POSITIVE } from "../shared/colours.js";

const LEVELS = 255;

/**
 * A colour as an image has it in memory.
 * @param {number[]} colour
 * @param {number} opacity
 */
const word = ([red, green, blue], opacity) =>
  ((Math.round(opacity * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;

/** @param {number} strength  above 0, at most 1 */
const opacity = (strength) => 0.08 + 0.87 * strength;

const TABLE = new Uint32Array(2 * LEVELS + 1);
for (let level = 1; level <= LEVELS; level++) {
  TABLE[LEVELS + level] = word(POSITIVE, opacity(level / LEVELS));
  TABLE[LEVELS - level] = word(NEGATIVE, opacity(level / LEVELS));
}
const NO_NUMBER = word(ODD, 1);

/**
 * Paints numbers; what is not finite is listed by its place, up to `most`.
 * @param {Float64Array} values
 * @param {number} count
 * @param {number} scale
 * @param {Uint32Array} pixels
 * @param {number} most
 */
export function paint(values, count, scale, pixels, most) {
  /** @type {number[]} */
  const odd = [];
  const factor = LEVELS / scale;
  let [last, colour] = [0, 0];
  for (let i = 0; i < count; i++) {
    const value = values[i];
    if (value === last)
      pixels[i] = colour; // as in a tile, or among zeros
    else if (value - value !== 0) {
      pixels[i] = NO_NUMBER;
      if (odd.length < most) odd.push(i);
    } else {
      const level = value * factor;
      colour =
        TABLE[
          LEVELS + (level > 0 ? Math.ceil(Math.min(level, LEVELS)) : Math.floor(Math.max(level, -LEVELS)))
        ];
      pixels[i] = colour;
      last = value;
    }
  }
  return odd;
}

/**
 * The stops of the colour bar, as CSS.
 * @param {boolean} isSigned
 */
export function gradient(isSigned) {
  /** @type {(colour: number[], strength: number) => string} */
  const css = (colour, strength) => `rgba(${colour.join(",")},${opacity(strength)})`;
  const stops = isSigned
    ? [css(NEGATIVE, 1), `${css(NEGATIVE, 0)} 50%`, `${css(POSITIVE, 0)} 50%`]
    : [css(POSITIVE, 0)];
  return `linear-gradient(to right, ${[...stops, css(POSITIVE, 1)].join(", ")})`;
}
