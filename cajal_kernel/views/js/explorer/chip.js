// A value in a few pixels: a bar and a number for each of its entries, or an image. It is drawn again in place.

import { bars } from "../shared/bars.js";
import { element } from "../shared/dom.js";
import { image } from "../shared/image.js";
import { excess } from "../shared/inputs.js";

/** @typedef {import("../shared/inputs.js").Type} Type */

/**
 * `show` takes null where there is no value; a slope need be no distribution.
 * @typedef {{ element: HTMLElement, show: (values: ArrayLike<number> | null, isSlope?: boolean) => void, read: () => any }} Chip
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
  return {
    element: box,
    show: (values, isSlope = false) => {
      drawn.node.hidden = values === null;
      if (values) drawn.show(values);
      note.textContent = values === null ? "not run" : about.is_data && !isSlope ? excess(values) : "";
    },
    read: () => ({
      drawn: "read" in drawn && !isImage ? drawn.read(0, 0) : null,
      note: note.textContent,
      text: box.textContent,
    }),
  };
}
