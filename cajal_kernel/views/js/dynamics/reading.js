// What the steps of a fold read beside the state: a column for each step, or the image of the chosen step.

import { element } from "../shared/dom.js";
import { brief } from "../shared/numbers.js";
import { scaleOf } from "./colours.js";
import { heatmap, scaleBar } from "./heatmap.js";
import { words } from "./model.js";
import { drawImage, isImage } from "./strip.js";

/**
 * @param {import("./model.js").Run} run
 * @param {number} place which of the elements that a step reads
 * @param {ArrayLike<number>} data (steps - 1, dim)
 * @param {(step: number) => void} choose
 * @param {(text: string) => void} tell
 */
export function reading(run, place, data, choose, tell) {
  const space = { ...run, ...run.elements[place] };
  const { dim, type, steps } = space;
  // The first state is there before anything is read.
  const values = new Float64Array(steps * dim);
  values.set(data, dim);
  const scale = scaleOf(values);
  const title = `element that the step reads : ${type}`;
  const at = (/** @type {number} */ step) => values.subarray(step * dim, (step + 1) * dim);
  const said = (/** @type {number} */ step) =>
    step
      ? `step ${step} reads ${isImage(space) ? "this image" : words(space, at(step), brief)}`
      : "the first state reads none";
  const caption = element("div", { class: "cajal-caption", role: "status" });
  const read = (/** @type {number} */ step) => ({ values: [...at(step)], text: said(step) });
  if (isImage(space)) {
    const canvas = element("canvas", { role: "img", "aria-label": title, class: "cajal-dy-image" });
    const figure = element("div", { class: "cajal-dy-large" }, canvas, caption);
    return {
      node: element("div", { class: "cajal-dy-strip" }, figure),
      layOut: () => {},
      cursor: (/** @type {number} */ step) => {
        drawImage(canvas, at(step), space.sizes ?? [], scale);
        caption.textContent = said(step);
      },
      read,
    };
  }
  const map = heatmap(title, space, choose, tell, 160);
  return {
    node: element("div", {}, map.node, caption),
    layOut: () => {
      map.show(values, scale, { first: 0, count: steps });
      map.side.replaceChildren(scaleBar(scale, map.height));
    },
    cursor: (/** @type {number} */ step) => {
      map.cursor(step);
      caption.textContent = said(step);
    },
    read,
  };
}
