// The controls above the panels: smoothing, the horizontal axis, seeds, and the way back from a zoom.

import { element } from "../shared/dom.js";
import { precise } from "../shared/numbers.js";
import { SMOOTHEST } from "./view.js";

/**
 * @param {{ smooth: (place: number) => void, logX: () => void, apart: (apart: boolean) => void, reset: () => void }} act
 */
export function controlsOf(act) {
  const slider = element("input", {
    type: "range",
    min: 0,
    max: SMOOTHEST,
    step: 1,
    value: 0,
    "aria-label": "smoothing",
  });
  const halfLife = element("output", { class: "cajal-quiet cajal-half-life" });
  const smoothing = element(
    "label",
    {
      class: "cajal-smoothing",
      title: "exponential moving average: a value counts half for every half-life that it is older",
    },
    "smoothing ",
    slider,
    halfLife,
  );
  const logX = element(
    "button",
    { type: "button", title: "linear or logarithmic axis of steps" },
    "log steps",
  );
  const box = element("input", { type: "checkbox" });
  const apart = element(
    "label",
    { title: "a line for each seed in place of their mean, with a band from the least to the greatest" },
    box,
    " seeds apart",
  );
  const reset = element(
    "button",
    { type: "button", title: "show all again: double-click a panel, or Escape in it" },
    "reset zoom",
  );
  const note = element("span", { class: "cajal-quiet" });
  slider.addEventListener("input", () => act.smooth(Number(slider.value)));
  logX.addEventListener("click", act.logX);
  box.addEventListener("change", () => act.apart(box.checked));
  reset.addEventListener("click", act.reset);
  const node = element("div", { class: "cajal-controls" }, logX, apart, note, smoothing, reset);
  return {
    node,
    /** @param {{ halfLife: number, logX: boolean, isZoomed: boolean, hasSeeds: boolean, apart: boolean, isEmpty: boolean }} shown */
    show({ halfLife: steps, logX: isLog, isZoomed, hasSeeds, apart: isApart, isEmpty }) {
      node.hidden = isEmpty;
      halfLife.textContent = steps ? `half-life ${precise(Number(steps.toPrecision(3)))} steps` : "off";
      logX.setAttribute("aria-pressed", String(isLog));
      apart.hidden = !hasSeeds;
      note.textContent =
        hasSeeds && !isApart ? "lines are means of seeds, bands go from the least to the greatest" : "";
      reset.hidden = !isZoomed;
    },
  };
}
