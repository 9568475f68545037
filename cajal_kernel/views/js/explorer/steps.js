// A slider for the steps of each recurrence. All sub-terms that belong to it share it.

import { placeOf } from "../neuron/items.js";
import { element } from "../shared/dom.js";
import { brief } from "../shared/numbers.js";

/** @param {import("./run.js").Run} run @param {() => void} change */
export function stepControls(run, change) {
  const box = element("div", { class: "cajal-steps" });
  const shown = new Set(run.inside.flat());
  const rows = [...run.loops.values()]
    .filter((loop) => shown.has(loop.to) && loop.count > 1)
    .map((loop) => {
      const slider = element("input", {
        type: "range",
        min: 0,
        max: loop.count - 1,
        "aria-label": `step of the ${loop.isFold ? "fold" : "iter"} of ${loop.name}`,
      });
      const says = element("output");
      slider.addEventListener("input", () => {
        run.step(loop.to, Number(slider.value));
        change();
      });
      const name = element("code", {}, loop.name);
      const inner = loop.outer.length ? " (inside)" : "";
      box.append(
        element(
          "div",
          { class: "cajal-controls" },
          element("label", {}, "step of ", name, inner, " ", slider),
          says,
        ),
      );
      return { loop, slider, says };
    });
  return {
    element: box,
    show: () => {
      for (const { loop, slider, says } of rows) {
        const step = run.steps.get(loop.to) ?? 0;
        slider.value = String(step);
        says.textContent = said(loop, step, run.weightsOf(loop));
      }
    },
  };
}

/**
 * What a step does: from one state to the next, each with its weight in the result.
 * @param {import("./recurrences.js").Loop} loop
 * @param {number} step
 * @param {ArrayLike<number> | null} weights null where the recurrence does not run
 */
function said(loop, step, weights) {
  if (!weights) return "not run";
  const weight = (/** @type {number} */ at) => `weight ${brief(weights[at])}`;
  const last = loop.count - 1;
  const reads = loop.isFold ? `reads element ${placeOf(loop, loop.count, step) + 1}, ` : "";
  return step < last
    ? `${reads}from state ${step}, ${weight(step)}, to state ${step + 1} of ${last}, ${weight(step + 1)}`
    : `state ${step} of ${last}, ${weight(step)}; no step follows`;
}
