// Names that are spelt nearly like another, as the compiler's `nearest` finds them.

/** The most letters of a name that is compared with others. */
const LONGEST = 100;

/**
 * At most two names from which this one is a slip or two of the fingers away, the nearest first. One slip is
 * taken for a slip in a name of three letters, two in one of six, and so on. Capitals do not count.
 * @param {string} name
 * @param {Iterable<string>} names
 * @returns {string[]}
 */
export function nearest(name, names) {
  const wanted = letters(name);
  if (!wanted.length || wanted.length > LONGEST) return [];
  return [...new Set(names)]
    .map((other) => ({ other, own: letters(other) }))
    .filter(({ own }) => 3 * Math.abs(wanted.length - own.length) <= Math.max(wanted.length, own.length))
    .map(({ other, own }) => ({
      other,
      most: Math.max(wanted.length, own.length),
      count: slips(wanted, own),
    }))
    .filter(({ most, count }) => 3 * count <= most)
    .sort((a, b) => a.count - b.count)
    .slice(0, 2)
    .map(({ other }) => other);
}

/** @param {string} text */
const letters = (text) => [...text.toLowerCase()];

/**
 * How many letters are left out, too many, other or swapped with the next (optimal string alignment).
 * @param {string[]} first
 * @param {string[]} second
 */
function slips(first, second) {
  /** @type {number[]} */
  let before = [];
  let row = second.map((_, j) => j + 1);
  row.unshift(0);
  first.forEach((letter, i) => {
    const next = [i + 1];
    second.forEach((other, j) => {
      const same = letter === other ? 0 : 1;
      let least = Math.min(row[j + 1] + 1, next[j] + 1, row[j] + same);
      if (i && j && letter === second[j - 1] && first[i - 1] === other)
        least = Math.min(least, before[j - 1] + 1);
      next.push(least);
    });
    [before, row] = [row, next];
  });
  return row[second.length];
}
