// Values by name or number: `odd`, `odd 1`, `trace["odd", 1]`, or the number of an entry.

import { nearest } from "../shared/spelling.js";

/** The most names that are listed. */
const LISTED = 12;

/**
 * The places of the entries that a text names: by a part of their name, by name and place among those of the
 * name, or by their own place.
 * @param {readonly { name: string }[]} marks
 * @param {string} text
 * @returns {number[]}
 */
export function found(marks, text) {
  const wanted = bare(text);
  if (!wanted) return [];
  const places = marks.map((_, place) => place);
  const named = places.filter((place) => marks[place].name === wanted);
  if (named.length) return named;
  if (/^#?\d+$/.test(wanted)) return places.filter((place) => place === Number(wanted.replace("#", "")));
  const numbered = split(wanted);
  if (numbered) {
    const { name, index } = numbered;
    const same = places.filter((place) => marks[place].name === name);
    const one = same.at(index);
    if (one !== undefined) return [one];
  }
  return places.filter((place) => marks[place].name.toLowerCase().includes(wanted.toLowerCase()));
}

/**
 * What is said where a text names nothing: how often there is a value of its name, or which name may have
 * been meant, and which there are.
 * @param {readonly { name: string }[]} marks
 * @param {string} text
 */
export function missing(marks, text) {
  const wanted = bare(text);
  const name = split(wanted)?.name ?? wanted;
  const times = marks.filter((mark) => mark.name === name).length;
  if (times) return `none; \`${name}\` is there ${times === 1 ? "once" : `${times} times`}, counted from 0`;
  const near = nearest(
    name,
    marks.map((mark) => mark.name),
  );
  const meant = near.length ? `did you mean ${near.map((each) => `\`${each}\``).join(" or ")}? ` : "";
  const all = names(marks);
  const more = all.length > LISTED ? ", …" : "";
  return `none; ${meant}there are ${all.slice(0, LISTED).join(", ")}${more}`;
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

/** @param {string} text */
function bare(text) {
  return text
    .trim()
    .replace(/^trace\s*\[(.*)\]$/, "$1")
    .replace(/["`]/g, "")
    .trim();
}

/**
 * The name and the place of `odd 1` or `odd, 1`.
 * @param {string} wanted
 */
function split(wanted) {
  const parts = /^(.*?)[\s,]\s*(-?\d+)$/.exec(wanted);
  return parts ? { name: parts[1].trim(), index: Number(parts[2]) } : null;
}
