// Text on a canvas: its font, the colours of the page it is on, and labels that are cut to their room.

import { brief } from "../shared/numbers.js";

export const LINE = 14;
const SIZE = 11;

/** @typedef {{ text: string, faint: string, rule: string, font: string }} Ink */

/**
 * The page's colours now, which change with its theme.
 * @param {HTMLElement} host
 * @returns {Ink}
 */
export function inkOf(host) {
  const style = getComputedStyle(host);
  const family = style.getPropertyValue("--jp-code-font-family").trim() || "monospace";
  const [red, green, blue] = style.color.match(/[\d.]+/g) ?? [128, 128, 128];
  const faint = `rgba(${red},${green},${blue},0.65)`;
  return { text: style.color, faint, rule: "rgba(128,128,128,0.7)", font: `${SIZE}px ${family}` };
}

/**
 * A text that is no wider than so many pixels.
 * @param {CanvasRenderingContext2D} pen
 * @param {string} text
 * @param {number} most
 */
export function cut(pen, text, most) {
  if (pen.measureText(text).width <= most) return text;
  let end = Math.max(1, Math.floor((text.length * most) / pen.measureText(text).width) - 1);
  while (end > 1 && pen.measureText(`${text.slice(0, end)}…`).width > most) end--;
  return `${text.slice(0, end)}…`;
}

/**
 * A number that is no wider than so many pixels, with as many digits as fit; nothing where none does.
 * @param {CanvasRenderingContext2D} pen
 * @param {number} value
 * @param {number} most
 */
export function fitting(pen, value, most) {
  const texts = [
    brief(value),
    ...(Math.abs(value) < 10 ? [2, 1].map((digits) => value.toPrecision(digits)) : []),
    ...(Math.abs(value) < 0.005 ? ["≈0"] : []),
  ];
  return texts.find((text) => pen.measureText(text).width <= most) ?? "";
}

/**
 * The pixels of the widest of some texts, at most so many; of very many the longest are measured.
 * @param {CanvasRenderingContext2D} pen
 * @param {string[]} texts
 * @param {number} most
 */
export function widest(pen, texts, most) {
  const longest = [...texts].sort((one, other) => other.length - one.length).slice(0, 200);
  return Math.min(most, Math.max(0, ...longest.map((text) => pen.measureText(text).width)));
}
