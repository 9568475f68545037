// The weight of each step, as bars over the steps.

import { brief, precise } from "../shared/numbers.js";
import { frame } from "./frame.js";

/** @typedef {import("./frame.js").Range} Range */

const HEIGHT = 42;

/**
 * @param {string} title
 * @param {number} steps
 * @param {(step: number) => void} choose
 * @param {(text: string) => void} tell
 */
export function bars(title, steps, choose, tell) {
  /** @type {Range} */
  let range = { first: 0, count: steps };
  /** @type {Float64Array} */
  let weights = new Float64Array();
  const made = frame(
    title,
    (step) => tell(`weight of step ${step}: ${precise(weights[step])}`),
    choose,
    () => range,
  );
  return {
    node: made.node,
    cursor: (/** @type {number} */ step) => made.cursor(step, range),
    /**
     * @param {Float64Array} given
     * @param {Range} shown
     */
    show(given, shown) {
      [weights, range] = [given, shown];
      const { width, height } = made.size(HEIGHT);
      let [low, high] = [0, 0];
      for (const value of weights) {
        if (Number.isFinite(value)) [low, high] = [Math.min(low, value), Math.max(high, value)];
      }
      if (low === high) high = 1;
      const unit = (height - 2) / (high - low);
      const zero = 1 + high * unit;
      const column = width / range.count;
      const thick = Math.max(1.5, Math.min(column * 0.7, 28));
      const { context } = made;
      context.fillStyle = getComputedStyle(made.node).getPropertyValue("--cajal-run-2") || "#1f9d61";
      for (let i = 0; i < range.count; i++) {
        const value = weights[range.first + i];
        if (!value) continue;
        if (!Number.isFinite(value)) context.fillText("×", (i + 0.5) * column, 10);
        else {
          const size = Math.abs(value) * unit;
          context.fillRect(
            (i + 0.5) * column - thick / 2,
            value > 0 ? zero - size : zero,
            thick,
            Math.max(size, 0.5),
          );
        }
      }
      context.fillStyle = "rgba(128, 128, 128, 0.6)";
      context.fillRect(0, zero, width, 1);
      made.names.style.height = `${height}px`;
      made.names.replaceChildren(
        ...[high, 0, ...(low ? [low] : [])].map((value) => {
          const name = document.createElement("span");
          name.className = "cajal-dy-name";
          name.textContent = brief(value);
          name.style.top = `${(100 * (1 + (high - value) * unit)) / height}%`;
          return name;
        }),
      );
    },
  };
}
