// A value in few words: the basis vector that it is, or its greatest entries.

import { brief, precise, sign } from "../shared/numbers.js";

/** @typedef {import("../shared/inputs.js").Type} Type */

/** The most characters of a hover text. */
const FULL = 1000;

/**
 * One or several vectors of a type, in about so many characters. A number is never cut.
 * @param {Float64Array[]} vectors
 * @param {Type} about
 * @param {number} room
 * @param {(entry: number) => string} write
 */
export function inWords(vectors, about, room, write = short) {
  let text = "";
  for (const vector of vectors) {
    const more = written(vector, about, room, write);
    if (text && text.length + more.length + 3 > room) return `${text} | …`;
    text += text ? ` | ${more}` : more;
  }
  return text;
}

/**
 * All vectors of a type, their numbers as a hover text has them.
 * @param {Float64Array[]} vectors
 * @param {Type} about
 */
export const inFull = (vectors, about) => inWords(vectors, about, FULL, precise);

/**
 * A number in three digits. That it is no whole number is said where the digits do not.
 * @param {number} entry
 */
function short(entry) {
  const text = brief(entry);
  return Number.isInteger(Number(text)) && Number(text) !== entry ? `≈${text}` : text;
}

/**
 * @param {Float64Array} vector
 * @param {Type} about
 * @param {number} room
 * @param {(entry: number) => string} write
 */
function written(vector, about, room, write) {
  const places = [...vector.keys()].filter((place) => vector[place] !== 0);
  if (!places.length) return "0";
  const label = (/** @type {number} */ place) => about.labels?.[place] ?? `[${place}]`;
  if (places.length === 1 && vector[places[0]] === 1) return cut(label(places[0]), room);
  if (about.image && !about.is_data) {
    const least = Math.min(...vector);
    return Number.isFinite(least) ? `${write(least)} to ${write(Math.max(...vector))}` : sign(least);
  }
  const size = (/** @type {number} */ place) =>
    Number.isFinite(vector[place]) ? Math.abs(vector[place]) : Number.POSITIVE_INFINITY;
  places.sort((a, b) => (size(a) === size(b) ? a - b : size(b) - size(a)));
  let text = "";
  for (const [count, place] of places.entries()) {
    const entry = vector[place];
    const number = write(entry);
    const rest = count === places.length - 1 ? "" : " …";
    const more = `${cut(label(place), room - number.length - 1 - rest.length)} ${number}`;
    if (text && text.length + 2 + more.length + rest.length > room) return `${text} …`;
    text += text ? `, ${more}` : more;
  }
  return text;
}

/**
 * @param {string} label
 * @param {number} room
 */
const cut = (label, room) => (label.length <= room ? label : `${label.slice(0, Math.max(1, room - 1))}…`);
