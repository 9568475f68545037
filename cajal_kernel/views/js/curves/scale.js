// Axes: where a number is drawn, linear or logarithmic, and which numbers have a label.

/**
 * An axis from `low` to `high`. `ticks` are round numbers on it, at most about as many as asked for, or as for
 * one where a hidden panel asks for none. `at` gives the place of a number between 0 and 1 (outside it is clipped
 * by the panel), `back` the number at a place. On a logarithmic axis what is not above zero is at the lower edge.
 * @typedef {{ log: boolean, low: number, high: number, at: (value: number) => number,
 *   back: (place: number) => number, ticks: (most: number) => number[] }} Scale
 */

/**
 * What some numbers span. `low` is Infinity where there is none; `least` is the least one above zero, and `below`
 * how many are not above zero.
 * @typedef {{ low: number, high: number, least: number, below: number }} Extent
 */

/**
 * Where a number is drawn: greater ones at this one, since the distance of two floats may be no float.
 * @param {number} value
 */
const near = (value) => Math.max(-1e300, Math.min(1e300, value));

/**
 * @param {Iterable<ArrayLike<number>>} arrays
 * @returns {Extent}
 */
export function extent(arrays) {
  const found = { low: Infinity, high: -Infinity, least: Infinity, below: 0 };
  for (const numbers of arrays) {
    for (let i = 0; i < numbers.length; i++) {
      if (!Number.isFinite(numbers[i])) continue;
      const value = near(numbers[i]);
      if (value < found.low) found.low = value;
      if (value > found.high) found.high = value;
      if (value <= 0) found.below++;
      else if (value < found.least) found.least = value;
    }
  }
  return found;
}

/**
 * The axis of an extent. It is logarithmic if that is asked for and something is above zero.
 * @param {Extent} extent
 * @param {boolean} log
 * @param {[number, number] | null} window the part that is looked at, null for all
 * @returns {Scale}
 */
export function scaleOf(extent, log, window) {
  const isLog = log && extent.least < Infinity;
  let [low, high] =
    window ?? (isLog ? [extent.least, Math.max(extent.high, extent.least)] : [extent.low, extent.high]);
  if (isLog) low = Math.max(low, Math.min(extent.least, high));
  if (!(low <= high)) [low, high] = [0, 1];
  return isLog ? logarithmic(low, high) : linear(low, high);
}

/**
 * @param {number} low
 * @param {number} high
 * @returns {Scale}
 */
function linear(low, high) {
  const greatest = Math.max(Math.abs(low), Math.abs(high));
  const least = Math.max(greatest * 1e-9, 1e-300); // numbers that are closer have no round numbers between them
  if (high - low < least) {
    const room = low === high ? Math.max(greatest / 2, 0.5) : least;
    [low, high] = [low - room, high + room];
  }
  const [first, last] = [low, high];
  return {
    log: false,
    low,
    high,
    at: (value) => (near(value) - first) / (last - first),
    back: (place) => first + place * (last - first),
    ticks: (most) => roundNumbers(low, high, Math.max(1, most)),
  };
}

/**
 * @param {number} low
 * @param {number} high
 * @returns {Scale}
 */
function logarithmic(low, high) {
  if (high / low < 1.0001) [low, high] = [low / 2, high * 2];
  const [first, last] = [Math.log10(low), Math.log10(high)];
  const edge = low;
  return {
    log: true,
    low,
    high,
    at: (value) => (Math.log10(Math.max(near(value), edge * 1e-3)) - first) / (last - first),
    back: (place) => 10 ** (first + place * (last - first)),
    ticks: (most) => powers(first, last, Math.max(1, most)) ?? roundNumbers(low, high, Math.max(1, most)),
  };
}

/**
 * Round numbers between two, at most about as many as asked for.
 * @param {number} low
 * @param {number} high
 * @param {number} most
 */
function roundNumbers(low, high, most) {
  const power = 10 ** Math.floor(Math.log10((high - low) / most));
  const size =
    [1, 2, 5, 10].map((digit) => digit * power).find((step) => (high - low) / step <= most) ?? power * 10;
  const numbers = [];
  for (let i = Math.ceil(low / size - 1e-9); i * size <= high + size * 1e-9; i++)
    numbers.push(Number((i * size).toPrecision(12)));
  return numbers;
}

/**
 * Powers of ten between two exponents, at most about as many as asked for, and 2 and 5 times them where they
 * are few.
 * @param {number} first
 * @param {number} last
 * @param {number} most
 */
function powers(first, last, most) {
  const stride = Math.max(1, Math.ceil((last - first) / most));
  const digits = (last - first) * 3 < most ? [1, 2, 5] : [1];
  const numbers = [];
  for (let power = Math.floor(first / stride) * stride; power <= last; power += stride) {
    for (const digit of digits) {
      const exponent = power + Math.log10(digit);
      if (exponent >= first - 1e-9 && exponent <= last + 1e-9)
        numbers.push(Number((digit * 10 ** power).toPrecision(6)));
    }
  }
  return numbers.length > 1 ? numbers : null;
}
