// Which labels there is room for: those of the outer arguments first, of the inner ones every few.

/** @typedef {{ name: string, type: string, labels: string[] }} Axis */
/** @typedef {{ text: string, at: number, size: number }} Label */

/**
 * The least of 1, 2, 5, 10, 20, … that is no less.
 * @param {number} least
 */
export function roundUp(least) {
  for (let power = 1; ; power *= 10)
    for (const step of [1, 2, 5]) if (step * power >= least) return step * power;
}

/**
 * The index of the basis vector on each axis, at a column.
 * @param {Axis[]} axes
 * @param {number} column
 */
export function choice(axes, column) {
  const indices = [];
  for (const { labels } of [...axes].reverse()) {
    indices.unshift(column % labels.length);
    column = Math.floor(column / labels.length);
  }
  return indices;
}

/**
 * A basis vector in words: `x = true`, or `true` without a name.
 * @param {Axis} axis
 * @param {number} index
 */
export const word = (axis, index) =>
  axis.name ? `${axis.name} = ${axis.labels[index]}` : axis.labels[index];

/**
 * An entry in words, without its value: `x = true, y = false → false`.
 * @param {Axis[]} axes
 * @param {Axis} rows
 * @param {number} row
 * @param {number} column
 */
export function place(axes, rows, row, column) {
  const origin = choice(axes, column)
    .map((index, level) => word(axes[level], index))
    .join(", ");
  return origin ? `${origin} → ${word(rows, row)}` : word(rows, row);
}

/**
 * The labels of one axis that fit in what is in view.
 * @param {string[]} labels
 * @param {number} repeat  the entries that a label covers
 * @param {number} start  the first entry in view, which may be cut
 * @param {number} span  the entries in view
 * @param {number} size  pixels of an entry
 * @param {number} widest  pixels of the widest label
 * @param {boolean} isOuter  whether a label must be written however little room there is
 * @returns {Label[]}
 */
export function fitting(labels, repeat, start, span, size, widest, isOuter) {
  const room = repeat * size;
  let stride = roundUp((widest + 6) / room);
  if (2 * stride > labels.length && stride > 1) {
    // One label of many says little, but where the outermost begins.
    if (!isOuter) return [];
    stride = Math.min(stride, labels.length);
  }
  /** @type {Label[]} */
  const made = [];
  for (let group = Math.floor(start / repeat); group * repeat < start + span; group++) {
    const index = group % labels.length;
    if (index % stride || (index && index + stride > labels.length)) continue;
    // A group that is cut has its label in the middle of what is left.
    const [from, to] = [Math.max(group * repeat, start), Math.min((group + 1) * repeat, start + span)];
    if ((to - from) * size < Math.min(widest, room) && repeat > 1) continue;
    if (repeat === 1 && ((group + 0.5 - start) * size < 0 || (start + span - group - 0.5) * size < 0))
      continue;
    made.push({
      text: labels[index],
      at: ((repeat > 1 ? (from + to) / 2 : group + 0.5) - start) * size,
      size: room,
    });
  }
  return made;
}
