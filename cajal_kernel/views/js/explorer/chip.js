// A value in a few pixels: a bar and a number for each of its entries, or an image. It is drawn again in place.

import { bars } from "../shared/bars.js";
import { element } from "../shared/dom.js";
import { image } from "../shared/image.js";
import { excess } from "../shared/inputs.js";

/** @typedef {import("../shared/inputs.js").Type} Type */

/** @typedef {import("./slopes.js").Slope} Slope */

/**
 * `show` takes null where there is no value, and `slope` where there is no derivative.
 * @typedef {{ element: HTMLElement, show: (values: ArrayLike<number> | null) => void, slope: (slope: Slope | null) => void, read: () => any }} Chip
 */

/**
 * A value of a type, with at most so many bars.
 * @param {Type} about
 * @param {string} name
 * @param {number} most
 * @returns {Chip}
 */
export function chip(about, name, most) {
  const labels = about.labels ?? Array.from({ length: about.dim }, (_, index) => String(index));
  const isImage = about.image !== null && !about.is_data;
  const drawn = isImage ? image(/** @type {number[]} */ (about.image), { name }) : bars(labels, { most });
  const note = element("span", { class: "cajal-caption" });
  const box = element("div", { class: "cajal-chip" }, drawn.node, note);
  /** @param {ArrayLike<number> | null} values @param {string} said */
  const draw = (values, said) => {
    drawn.node.hidden = values === null;
    if (values) drawn.show(values);
    note.textContent = said;
  };
  return {
    element: box,
    show: (values) => draw(values, values === null ? "not run" : about.is_data ? excess(values) : ""),
    slope: (slope) => {
      const through = slope?.through.join(", ");
      if (!slope) draw(null, "not run");
      else if (!through) draw(slope.values, "");
      else if (slope.values.every((value) => value === 0))
        draw(null, `only through ${through}, whose derivative the page does not know`);
      else
        draw(slope.values, `without what goes through ${through}, whose derivative the page does not know`);
    },
    read: () => ({
      drawn: "read" in drawn && !isImage ? drawn.read(0, 0) : null,
      note: note.textContent,
      text: box.textContent,
    }),
  };
}
