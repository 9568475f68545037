// The lines of a training as they are sent, and what is drawn of them: smoothed lines, means and bands.
// See cajal_kernel/views/curves/live.py.

/**
 * One metric of one run with one seed. `x` and `y` are its points, of which `count - x.length` are left out.
 * A bucket of points is the step of its last one, the mean of its finite values, and how many those are.
 * @typedef {{ metric: string, run: string, seed: string, x: Float64Array, y: Float64Array,
 *   ends: Float64Array, means: Float64Array, weights: Float64Array, count: number, odd: number }} Line
 */

/** @typedef {{ x: number[], y: number[] }} Points */

/**
 * What is drawn of one metric of one run: a line, and of several seeds a band around their mean. `seeds` is how
 * many of them have a value at the step.
 * @typedef {{ run: string, lines: Line[], x: number[], y: number[], low: number[], high: number[], seeds: number[] }} Group
 */

/**
 * @param {import("../shared/wire.js").Picture} picture
 * @returns {Line[]}
 */
export function linesOf({ spec, arrays }) {
  const points = /** @type {Float64Array} */ (arrays.points.data);
  const means = /** @type {Float64Array} */ (arrays.means.data);
  let at = 0;
  let bucket = 0;
  return spec.lines.map((/** @type {any} */ { metric, run, seed, size, buckets, count, odd }) => {
    const x = points.subarray(at, at + size);
    const y = points.subarray(at + size, at + 2 * size);
    at += 2 * size;
    const parts = [0, 1, 2].map((part) =>
      means.subarray(bucket + part * buckets, bucket + (part + 1) * buckets),
    );
    bucket += 3 * buckets;
    return {
      metric,
      run,
      seed,
      x,
      y,
      ...(buckets ? { ends: parts[0], means: parts[1], weights: parts[2] } : whole(x, y)),
      count,
      odd,
    };
  });
}

/**
 * The buckets of a line that is whole: its points.
 * @param {Float64Array} x
 * @param {Float64Array} y
 */
function whole(x, y) {
  return {
    ends: x,
    means: y.map((value) => (Number.isFinite(value) ? value : NaN)),
    weights: y.map((value) => (Number.isFinite(value) ? 1 : 0)),
  };
}

/**
 * The exponential moving average of a line: a value counts half for every `halfLife` steps that it is older.
 * It is debiased: the weights add up to one from the first value on. Without a half-life it is the line itself.
 * @param {Line} line
 * @param {number} halfLife
 * @returns {Points}
 */
export function smoothed(line, halfLife) {
  const { ends, means, weights } = line;
  if (!(halfLife > 0)) return { x: Array.from(ends), y: Array.from(means) };
  let sum = 0;
  let weight = 0;
  const y = Array.from(means, (mean, i) => {
    const decay = i ? 2 ** (-Math.max(0, ends[i] - ends[i - 1]) / halfLife) : 0;
    sum = sum * decay + (weights[i] ? mean * weights[i] : 0);
    weight = weight * decay + weights[i];
    return weights[i] ? sum / weight : NaN;
  });
  return { x: Array.from(ends), y };
}

/**
 * One line as a group: its points, or if it is smoothed its moving average.
 * @param {Line} line
 * @param {number} halfLife
 * @returns {Group}
 */
export function single(line, halfLife) {
  const { x, y } = halfLife > 0 ? smoothed(line, halfLife) : { x: Array.from(line.x), y: Array.from(line.y) };
  return { run: line.run, lines: [line], x, y, low: [], high: [], seeds: [] };
}

/**
 * The mean and the band of the seeds of one metric of one run, each on a straight line between two of its steps.
 * @param {Line[]} lines
 * @param {number} halfLife
 * @returns {Group}
 */
export function grouped(lines, halfLife) {
  const seeds = lines.map((line) => sorted(smoothed(line, halfLife)));
  const x = [...new Set(seeds.flatMap((seed) => seed.x))].sort((a, b) => a - b);
  const places = seeds.map(() => 0);
  /** @type {Group} */
  const group = { run: lines[0].run, lines, x, y: [], low: [], high: [], seeds: [] };
  for (const step of x) {
    let [sum, low, high, count] = [0, Infinity, -Infinity, 0];
    seeds.forEach((seed, i) => {
      while (places[i] < seed.x.length - 1 && seed.x[places[i] + 1] <= step) places[i]++;
      const value = between(seed, places[i], step);
      if (Number.isNaN(value)) return;
      sum += value;
      low = Math.min(low, value);
      high = Math.max(high, value);
      count++;
    });
    group.y.push(sum / count);
    group.low.push(low);
    group.high.push(high);
    group.seeds.push(count);
  }
  return group;
}

/**
 * @param {Points} points
 * @returns {Points}
 */
function sorted({ x, y }) {
  const order = x.map((_, i) => i).filter((i) => Number.isFinite(x[i]) && Number.isFinite(y[i]));
  if (x.some((step, i) => i > 0 && step < x[i - 1])) order.sort((a, b) => x[a] - x[b]);
  return { x: order.map((i) => x[i]), y: order.map((i) => y[i]) };
}

/**
 * The value of a line at a step that is not before point `i` and before the next; NaN outside the line.
 * @param {Points} line
 * @param {number} i
 * @param {number} step
 */
function between({ x, y }, i, step) {
  if (!x.length || step < x[0] || step > x[x.length - 1]) return NaN;
  if (i === x.length - 1 || step === x[i]) return y[i];
  return y[i] + ((y[i + 1] - y[i]) * (step - x[i])) / (x[i + 1] - x[i]);
}

/**
 * The place of the number that is nearest to a value, by bisection; the numbers are in order.
 * @param {ArrayLike<number>} numbers
 * @param {number} value
 */
export function closest(numbers, value) {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low > 0 && value - numbers[low - 1] < numbers[low] - value ? low - 1 : low;
}
