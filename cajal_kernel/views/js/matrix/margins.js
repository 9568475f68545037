// The labels beside and above a matrix: those that fit, and those of the entry that is pointed at.

import { cut, LINE } from "./ink.js";
import { choice, fitting } from "./labels.js";

/** The most pixels of a row label, and those right of the matrix. */
export const STUB = 150;
export const RIGHT = 14;

/** @typedef {import("./labels.js").Axis} Axis */
/** @typedef {{ text: string, x: number, y: number }} Written */

/**
 * Writes the labels, and returns them.
 * @param {CanvasRenderingContext2D} pen
 * @param {{ rows: Axis, columns: Axis[] }} spec
 * @param {import("./view.js").View} view
 * @param {{ left: number, top: number, width: number, height: number }} box  of the matrix on the canvas
 * @param {number[]} wide  pixels of the widest label of each argument
 * @param {import("./ink.js").Ink} ink
 * @param {import("./pane.js").Entry | null} cursor
 */
export function label(pen, spec, view, { left, top, width, height }, wide, ink, cursor) {
  /** @type {Written[]} */
  let written = [];
  pen.textBaseline = "middle";
  columns();
  rows();
  return written;

  function columns() {
    let repeat = spec.columns.reduce((product, { labels }) => product * labels.length, 1);
    const lit = cursor && choice(spec.columns, cursor.column);
    const span = width / view.across();
    spec.columns.forEach((axis, level) => {
      repeat /= axis.labels.length;
      const y = level * LINE + LINE / 2 + 1;
      pen.textAlign = "right";
      pen.fillStyle = ink.faint;
      pen.fillText(cut(pen, axis.name, left - 8), left - 5, y);
      pen.textAlign = "center";
      for (const { text, at } of fitting(
        axis.labels,
        repeat,
        view.place.x,
        span,
        view.across(),
        wide[level],
        level === 0,
      )) {
        // That of a narrow first column would run into the name.
        write(text, Math.max(left + at, left - 2 + pen.measureText(text).width / 2), y, ink.faint);
      }
      if (!lit || !cursor) return;
      const start = Math.floor(cursor.column / repeat) * repeat - view.place.x;
      const middle = repeat > 1 ? (Math.max(0, start) + Math.min(span, start + repeat)) / 2 : start + 0.5;
      overwrite(
        axis.labels[lit[level]],
        left + Math.max(0, Math.min(middle, span)) * view.across(),
        y,
        "center",
      );
    });
  }

  function rows() {
    const labels = fitting(
      spec.rows.labels,
      1,
      view.place.y,
      height / view.down(),
      view.down(),
      LINE - 6,
      true,
    );
    pen.textAlign = "right";
    for (const { text, at } of labels) write(cut(pen, text, STUB), left - 5, top + at, ink.faint);
    if (!cursor) return;
    const at = (cursor.row + 0.5 - view.place.y) * view.down();
    overwrite(cut(pen, spec.rows.labels[cursor.row], STUB), left - 5, top + at, "right");
  }

  /** @param {string} text @param {number} x @param {number} y @param {string} colour */
  function write(text, x, y, colour) {
    pen.fillStyle = colour;
    pen.fillText(text, x, y);
    written.push({ text, x, y });
  }

  /** The label of the cursor, in place of those that are under it. @param {string} text @param {number} x @param {number} y @param {"center" | "right"} align */
  function overwrite(text, x, y, align) {
    const wide = pen.measureText(text).width;
    const start =
      align === "right" ? x - wide : Math.max(left - 2, Math.min(x - wide / 2, left + width + RIGHT - wide));
    written = written.filter((label) => {
      const size = pen.measureText(label.text).width;
      const from = align === "right" ? label.x - size : label.x - size / 2;
      const isUnder = Math.abs(label.y - y) < LINE - 3 && from < start + wide + 4 && from + size > start - 4;
      if (isUnder) pen.clearRect(from - 1, label.y - LINE / 2, size + 2, LINE);
      return !isUnder;
    });
    pen.textAlign = "left";
    write(text, start, y, ink.text);
    pen.textAlign = align;
  }
}
