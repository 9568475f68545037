// A value in a few pixels: a bar and a number for each of its entries, or an image. It is drawn again in place.

import { element } from "../shared/dom.js";
import { excess } from "../shared/inputs.js";
import { brief } from "../shared/numbers.js";
import { paint, reach } from "../shared/painting.js";

/** @typedef {import("../shared/inputs.js").Type} Type */

/** The most entries of which a chip shows each; of more it shows the greatest. */
const MOST = 8;

/**
 * @typedef {{ element: HTMLElement, show: (values: ArrayLike<number> | null, isSlope?: boolean) => void, texts: () => string[] }} Chip
 */

/**
 * @param {Type} about
 * @param {boolean} isLarge with room for twice as many entries
 * @returns {Chip}
 */
export function chip(about, isLarge = false) {
  return about.image && !about.is_data ? imageChip(about.image) : barChip(about, isLarge ? 3 * MOST : MOST);
}

/** @param {number[]} image @returns {Chip} */
function imageChip(image) {
  const scale = Math.max(1, 64 / Math.max(image[1], image[2]));
  const canvas = element("canvas", {
    class: "cajal-image",
    role: "img",
    style: `width:${image[2] * scale}px;height:${image[1] * scale}px`,
  });
  const range = element("span", { class: "cajal-caption" });
  return {
    element: element("div", { class: "cajal-chip-image" }, canvas, range),
    show: (values) => {
      canvas.hidden = values === null;
      if (!values) {
        range.textContent = "not run";
        return;
      }
      paint(canvas, image, values, reach(values));
      let [low, high] = [Infinity, -Infinity];
      for (let i = 0; i < values.length; i++)
        [low, high] = [Math.min(low, values[i]), Math.max(high, values[i])];
      range.textContent = `${brief(low)} … ${brief(high)}`;
      canvas.setAttribute(
        "aria-label",
        `image of ${image[1]} × ${image[2]}, entries from ${range.textContent}`,
      );
    },
    texts: () => [range.textContent ?? ""],
  };
}

/**
 * @param {Type} about
 * @param {number} most
 * @returns {Chip}
 */
function barChip(about, most) {
  const count = Math.min(about.dim, most);
  const rows = Array.from({ length: count }, () => {
    const label = element("span", { class: "cajal-label" });
    const fill = element("span", { class: "cajal-fill" });
    const number = element("span", { class: "cajal-number" });
    const row = element(
      "div",
      { class: "cajal-row" },
      label,
      element("span", { class: "cajal-bar" }, fill),
      number,
    );
    return { row, label, fill, number };
  });
  const rest = element("span", { class: "cajal-caption" });
  const box = element("div", { class: "cajal-chip" }, ...rows.map(({ row }) => row), rest);
  const name = (/** @type {number} */ index) => about.labels?.[index] ?? String(index);
  /** @type {number[]} */
  let places = Array.from({ length: count }, (_, index) => index);
  places.forEach((index, k) => {
    rows[k].label.textContent = name(index);
    rows[k].label.title = name(index);
  });
  return {
    element: box,
    show: (values, isSlope = false) => {
      box.classList.toggle("cajal-absent", values === null);
      if (!values) {
        for (const { fill, number } of rows) {
          fill.style.transform = "scaleX(0)";
          number.textContent = "";
        }
        rest.textContent = "not run";
        return;
      }
      if (about.dim > most) {
        places = greatest(values, most);
        places.forEach((index, k) => {
          rows[k].label.textContent = name(index);
          rows[k].label.title = name(index);
        });
      }
      const scale = reach(values);
      places.forEach((index, k) => {
        const value = values[index];
        const { row, fill, number } = rows[k];
        fill.style.transform = `scaleX(${Number.isFinite(value) ? Math.abs(value) / scale : 1})`;
        row.className = `cajal-row${value < 0 ? " cajal-negative" : ""}${Number.isFinite(value) ? "" : " cajal-broken"}`;
        number.textContent = brief(value);
      });
      const more = about.dim > most ? `and ${about.dim - most} more` : "";
      const sum = about.is_data && !isSlope ? excess(Float64Array.from(values)) : "";
      rest.textContent = [more, sum.trim()].filter(Boolean).join(", ");
    },
    texts: () => [...rows.map(({ row }) => row.textContent ?? ""), rest.textContent ?? ""],
  };
}

/**
 * The places of the greatest entries by magnitude, in their order.
 * @param {ArrayLike<number>} values
 * @param {number} most
 */
function greatest(values, most) {
  const size = (/** @type {number} */ index) =>
    Number.isNaN(values[index]) ? Infinity : Math.abs(values[index]);
  const places = Array.from(values, (_, index) => index);
  return places
    .sort((a, b) => size(b) - size(a) || a - b)
    .slice(0, most)
    .sort((a, b) => a - b);
}
