// Values by name or number: `odd`, `odd 1`, `trace["odd", 1]`, or the number of an entry.

/**
 * The places of the entries that a text names: by a part of their name, by name and place among those of the
 * name, or by their own place.
 * @param {readonly { name: string }[]} marks
 * @param {string} text
 * @returns {number[]}
 */
export function found(marks, text) {
  const wanted = text
    .trim()
    .replace(/^trace\s*\[(.*)\]$/, "$1")
    .replace(/["`]/g, "")
    .trim();
  if (!wanted) return [];
  const places = marks.map((_, place) => place);
  const named = places.filter((place) => marks[place].name === wanted);
  if (named.length) return named;
  if (/^#?\d+$/.test(wanted)) return places.filter((place) => place === Number(wanted.replace("#", "")));
  const numbered = /^(.*?)[\s,]\s*(-?\d+)$/.exec(wanted);
  if (numbered) {
    const [, name, index] = numbered;
    const same = places.filter((place) => marks[place].name === name.trim());
    const one = same.at(Number(index));
    if (one !== undefined && Number(index) >= -same.length) return [one];
  }
  return places.filter((place) => marks[place].name.toLowerCase().includes(wanted.toLowerCase()));
}

/**
 * The names that there are, each with how often.
 * @param {readonly { name: string }[]} marks
 */
export function names(marks) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { name } of marks) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count > 1 ? `${name} (${count} times)` : name));
}
