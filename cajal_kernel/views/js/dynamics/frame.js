// A row of the picture over the steps: names at the left, a canvas with a cursor, and room at the right.

import { element } from "../shared/dom.js";

/**
 * Which steps are drawn: from `first` on, so many.
 * @typedef {{ first: number, count: number }} Range
 */

/**
 * @typedef {{ node: HTMLElement, names: HTMLElement, plot: HTMLElement, side: HTMLElement,
 *   canvas: HTMLCanvasElement, context: CanvasRenderingContext2D,
 *   size: (height: number) => { width: number, height: number },
 *   cursor: (step: number, range: Range) => void }} Frame
 */

/**
 * @param {string} title
 * @param {(step: number, part: number) => void} point is told the step and the height, from 0 to 1, under the pointer
 * @param {(step: number) => void} choose is told a step that is clicked or dragged to
 * @param {() => Range} range
 * @returns {Frame}
 */
export function frame(title, point, choose, range) {
  const canvas = element("canvas", { "aria-hidden": "true" });
  const line = element("div", { class: "cajal-dy-cursor" });
  const plot = element("div", { class: "cajal-dy-plot" }, canvas, line);
  const names = element("div", { class: "cajal-dy-names" });
  const side = element("div", { class: "cajal-dy-side" });
  const node = element(
    "div",
    { class: "cajal-dy-frame", role: "group", "aria-label": title },
    element("div", { class: "cajal-caption cajal-dy-title" }, title),
    names,
    plot,
    side,
  );
  /** @param {PointerEvent} event */
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    const { first, count } = range();
    const step = first + Math.floor(((event.clientX - box.left) / box.width) * count);
    return /** @type {const} */ ([
      Math.max(first, Math.min(first + count - 1, step)),
      Math.max(0, Math.min(0.999999, (event.clientY - box.top) / box.height)),
    ]);
  };
  plot.addEventListener("pointerdown", (event) => {
    plot.setPointerCapture(event.pointerId);
    choose(at(event)[0]);
  });
  plot.addEventListener("pointermove", (event) => {
    const [step, part] = at(event);
    if (event.buttons) choose(step);
    point(step, part);
  });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  return {
    node,
    names,
    plot,
    side,
    canvas,
    context,
    // Makes the canvas as sharp as the screen, and empty.
    size: (height) => {
      const ratio = Math.min(3, window.devicePixelRatio || 1);
      const width = plot.clientWidth || 480;
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.height = `${height}px`;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      return { width, height };
    },
    cursor: (step, { first, count }) => {
      const inside = step >= first && step < first + count;
      line.style.display = inside ? "" : "none";
      line.style.left = `${(100 * (step - first)) / count}%`;
      line.style.width = `${100 / count}%`;
    },
  };
}

/**
 * Names of rows, as many as there is room for.
 * @param {HTMLElement} node
 * @param {number} count
 * @param {number} height
 * @param {(index: number) => string} name
 */
export function nameRows(node, count, height, name) {
  const stride = roundUp((12 * count) / height);
  node.style.height = `${height}px`;
  const shown = [];
  for (let i = 0; i < count; i += stride) {
    const text = name(i);
    const style = `top:${(100 * (i + 0.5)) / count}%`;
    shown.push(element("span", { class: "cajal-dy-name", style, title: text }, text));
  }
  node.replaceChildren(...shown);
}

/**
 * The numbers of some steps below a plot, as many as there is room for.
 * @param {HTMLElement} node
 * @param {Range} range
 * @param {number} width
 */
export function nameSteps(node, { first, count }, width) {
  const stride = roundUp((34 * count) / width);
  const shown = [];
  for (let step = Math.ceil(first / stride) * stride; step < first + count; step += stride) {
    const style = `left:${(100 * (step - first + 0.5)) / count}%`;
    shown.push(element("span", { style }, String(step)));
  }
  node.replaceChildren(...shown);
}

/**
 * The least of 1, 2, 5, 10, 20, … that is no less.
 * @param {number} least
 */
export function roundUp(least) {
  const power = 10 ** Math.max(0, Math.ceil(Math.log10(Math.max(least, 1))) - 1);
  return [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= least) ?? 10 * power;
}
