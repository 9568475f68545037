// A vector as small labelled bars: blue and to the right of zero for what is above it, orange and to the left
// for what is below, each with its label and its number.

import { element } from "./dom.js";
import { brief, precise } from "./numbers.js";

/** The most characters of a label that have room. */
const LONGEST = 22;
/** The most characters of a number for which vector.css has room. */
const ROOM = 6;

/** @typedef {"positive" | "negative" | "zero" | "not finite"} Sign */
/**
 * What a bar shows: its place in the vector, and in percent of its track where it starts and how long it is.
 * @typedef {{ index: number, label: string, value: number, text: string, sign: Sign, from: number, width: number }} Bar
 */
/**
 * @typedef {{
 *   node: HTMLElement,
 *   show: (values: ArrayLike<number>, scale?: number) => void,
 *   read: () => { bars: Bar[], rest: string },
 * }} Bars
 */

/**
 * Bars for vectors with these labels. Of longer vectors than `most` the entries of greatest magnitude are shown,
 * in their order, and the others are counted.
 * @param {readonly string[]} labels
 * @param {{ most?: number }} [options]
 * @returns {Bars}
 */
export function bars(labels, { most = 8 } = {}) {
  const rest = element("span", { class: "cajal-vector-rest" });
  const longest = labels.reduce((most, label) => Math.max(most, label.length), 0);
  const style = `--cajal-label: ${Math.min(longest, LONGEST)}ch`; // so that bars below each other begin together
  const node = element("span", { class: "cajal-vector", style }, rest);
  /** @type {ReturnType<typeof cell>[]} */
  const cells = [];
  /** @type {Bar[]} */
  let drawn = [];

  /**
   * Shows a vector. A bar of the size `scale` is full; the greatest is, where one is greater.
   * @param {ArrayLike<number>} values
   * @param {number} [scale]
   */
  function show(values, scale = 1) {
    drawn = laidOut(labels, values, largest(values, most), scale);
    while (cells.length < drawn.length) cells.push(cell());
    cells.forEach((bar, place) => {
      if (place >= drawn.length) return bar.node.remove();
      bar.show(drawn[place]);
      if (!bar.node.isConnected || bar.node.parentNode !== node) node.insertBefore(bar.node, rest);
    });
    rest.textContent = others(values, drawn);
  }
  return { node, show, read: () => ({ bars: drawn, rest: rest.textContent ?? "" }) };
}

/**
 * The places of the entries that are shown, in order: all, or those of greatest magnitude that are not zero.
 * @param {ArrayLike<number>} values
 * @param {number} most
 */
export function largest(values, most) {
  const places = Array.from({ length: values.length }, (_, place) => place);
  if (values.length <= most) return places;
  const size = (/** @type {number} */ place) => {
    const magnitude = Math.abs(values[place]);
    return Number.isNaN(magnitude) ? Infinity : magnitude;
  };
  const weighing = places.filter((place) => size(place) > 0);
  return (weighing.length ? weighing : places.slice(0, 1))
    .sort((a, b) => (size(b) === size(a) ? a - b : size(b) - size(a)))
    .slice(0, most)
    .sort((a, b) => a - b);
}

/**
 * @param {readonly string[]} labels
 * @param {ArrayLike<number>} values
 * @param {number[]} places
 * @param {number} scale
 * @returns {Bar[]}
 */
function laidOut(labels, values, places, scale) {
  let greatest = scale;
  let isSigned = false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isFinite(value)) greatest = Math.max(greatest, Math.abs(value));
    if (value < 0) isSigned = true;
  }
  const [zero, room] = isSigned ? [50, 50] : [0, 100];
  return places.map((index) => {
    const value = values[index];
    const isNumber = Number.isFinite(value);
    const width = isNumber ? (Math.abs(value) / greatest) * room : room;
    /** @type {Sign} */
    const sign = !isNumber ? "not finite" : value > 0 ? "positive" : value < 0 ? "negative" : "zero";
    const text = brief(value);
    return { index, label: labels[index], value, text, sign, from: value < 0 ? zero - width : zero, width };
  });
}

/**
 * What is said of the entries that have no bar.
 * @param {ArrayLike<number>} values
 * @param {Bar[]} drawn
 */
function others(values, drawn) {
  const count = values.length - drawn.length;
  if (count === 0) return "";
  const shown = new Set(drawn.map((bar) => bar.index));
  let sum = 0;
  let isZero = true;
  for (let i = 0; i < values.length; i++) {
    if (shown.has(i)) continue;
    sum += values[i];
    if (values[i] !== 0) isZero = false;
  }
  return `… ${count} more${isZero ? " of 0" : `, sum ${brief(sum)}`}`;
}

const CLASSES = {
  positive: "",
  zero: "",
  negative: "cajal-negative",
  "not finite": "cajal-odd",
};

/** A bar. A drag draws hundreds of them a frame: what has not changed is not written, and no size depends on it. */
function cell() {
  const label = element("span", { class: "cajal-vector-label" });
  const fill = element("span", { class: "cajal-vector-fill" });
  const digits = new Text(); // to give it other characters is cheaper than another text
  const number = element("span", { class: "cajal-vector-number" }, digits);
  const track = element("span", { class: "cajal-vector-track", "aria-hidden": "true" }, fill);
  const node = element("span", { class: "cajal-vector-bar" }, label, track, number);
  /** @type {Partial<Bar>} */
  let shown = {};
  return {
    node,
    /** @param {Bar} bar */
    show(bar) {
      if (bar.label !== shown.label) label.textContent = bar.label;
      if (bar.text !== shown.text) {
        digits.data = bar.text;
        number.style.minWidth = bar.text.length > ROOM ? `${bar.text.length}ch` : "";
      }
      if (bar.label !== shown.label || !Object.is(bar.value, shown.value))
        node.title = `${bar.label}: ${precise(bar.value)}`;
      if (bar.from !== shown.from || bar.width !== shown.width)
        fill.style.transform = `translateX(${bar.from}%) scaleX(${bar.width / 100})`;
      if (bar.sign !== shown.sign) {
        fill.className = `cajal-vector-fill ${CLASSES[bar.sign]}`;
        node.classList.toggle("cajal-none", bar.sign === "zero");
      }
      shown = bar;
    },
  };
}
