// The states of a space of images: some of them as a strip, and the chosen one, the sum and the result large.

import { element } from "../shared/dom.js";
import { cells } from "./colours.js";

/** @typedef {import("./colours.js").Scale} Scale */

const MOST = 14;

/** @param {{ sizes: number[] | null, dim: number }} space */
export function isImage({ sizes, dim }) {
  return sizes !== null && (sizes.length === 2 || sizes.length === 3) && dim > 16;
}

/**
 * An image on a canvas of its own pixels; one of three channels between 0 and 1 in its own colours.
 * @param {HTMLCanvasElement} canvas
 * @param {Float64Array} values
 * @param {number[]} sizes
 * @param {Scale} scale
 */
export function drawImage(canvas, values, sizes, scale) {
  const [height, width] = sizes.slice(-2);
  const channels = values.length / (height * width);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const isRgb = channels === 3 && values.every((value) => value >= 0 && value <= 1);
  canvas.width = isRgb ? width : width * channels;
  canvas.height = height;
  if (isRgb) {
    const image = new ImageData(width, height);
    for (let i = 0; i < width * height; i++) {
      const pixel = [0, 1, 2].map((channel) => Math.round(255 * values[channel * width * height + i]));
      image.data.set([...pixel, 255], 4 * i);
    }
    context.putImageData(image, 0, 0);
    return;
  }
  for (let channel = 0; channel < channels; channel++) {
    const part = values.subarray(channel * width * height, (channel + 1) * width * height);
    context.putImageData(cells(part, width, scale), channel * width, 0);
  }
}

/**
 * @param {string} text
 * @param {string} kind
 */
function figure(text, kind) {
  const canvas = element("canvas", { role: "img", "aria-label": text, class: "cajal-dy-image" });
  const caption = element("span", { class: "cajal-caption" }, text);
  return { node: element("div", { class: kind }, canvas, caption), canvas, caption };
}

/**
 * @param {import("./model.js").Run} run
 * @param {(step: number) => void} choose
 */
export function strip(run, choose) {
  const sizes = run.sizes ?? [];
  const count = Math.min(MOST, run.steps);
  const steps = Array.from({ length: count }, (_, i) =>
    Math.round((i * (run.steps - 1)) / Math.max(1, count - 1)),
  );
  const small = steps.map((step) => {
    const made = figure(`step ${step}`, "cajal-dy-thumb");
    const button = element("button", { type: "button", title: `go to step ${step}` }, made.node);
    button.addEventListener("click", () => choose(step));
    return { ...made, button, step };
  });
  const large = ["state", "sum so far", "result"].map((text) => figure(text, "cajal-dy-large"));
  const node = element(
    "div",
    {},
    element("div", { class: "cajal-dy-strip" }, ...small.map((each) => each.button)),
  );
  node.append(element("div", { class: "cajal-dy-strip" }, ...large.map((each) => each.node)));
  return {
    node,
    /**
     * @param {Float64Array} states
     * @param {Scale} scale
     */
    show(states, scale) {
      for (const { canvas, step } of small) {
        drawImage(canvas, states.subarray(step * run.dim, (step + 1) * run.dim), sizes, scale);
      }
    },
    /**
     * @param {number} step
     * @param {Float64Array[]} images the state, the sum so far and the result
     * @param {Scale[]} scales
     */
    cursor(step, images, scales) {
      images.forEach((image, i) => {
        drawImage(large[i].canvas, image, sizes, scales[i]);
      });
      large[0].caption.textContent = `state at step ${step}`;
      for (const each of small) each.button.classList.toggle("cajal-chosen", each.step === step);
    },
    /**
     * The colour of a pixel of a step in the strip.
     * @param {number} step
     * @param {number} row
     * @param {number} column
     */
    read(step, row, column) {
      const canvas = small.find((each) => each.step === step)?.canvas;
      return canvas ? [...(canvas.getContext("2d")?.getImageData(column, row, 1, 1).data ?? [])] : null;
    },
  };
}
