// A slider for the steps of each recurrence. All sub-terms that belong to it share it.

import { element } from "../shared/dom.js";
import { brief } from "../shared/numbers.js";

/** @param {import("./run.js").Run} run @param {() => void} change */
export function stepControls(run, change) {
  const box = element("div", { class: "cajal-steps" });
  const shown = new Set(run.inside.flat());
  const rows = [...run.loops.values()]
    .filter((loop) => shown.has(loop.to))
    .map((loop) => {
      const slider = element("input", {
        type: "range",
        min: 0,
        max: loop.count - 1,
        "aria-label": `step of the iter of ${loop.name}`,
      });
      const says = element("output");
      slider.addEventListener("input", () => {
        run.steps.set(loop.to, Number(slider.value));
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
        says.textContent = `${step} of ${loop.count - 1}, weight ${brief(run.weightOf(loop))}`;
      }
    },
  };
}
