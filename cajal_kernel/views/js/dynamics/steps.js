// The step that is looked at: a slider, a button that plays, and the step in words.

import { element } from "../shared/dom.js";

/**
 * @param {string} name what it is a step of
 * @param {number} steps
 * @param {(step: number) => void} changed
 */
export function stepControl(name, steps, changed) {
  const slider = element("input", {
    type: "range",
    min: 0,
    max: steps - 1,
    step: 1,
    value: 0,
    "aria-label": `step of ${name}`,
  });
  const play = element(
    "button",
    { type: "button", title: "Play the steps", "aria-label": "Play the steps" },
    "▶",
  );
  const shown = element("output", { class: "cajal-step" });
  /** @type {number | null} */
  let timer = null;

  function stop() {
    if (timer !== null) clearInterval(timer);
    timer = null;
    play.textContent = "▶";
  }

  /** @param {number} step */
  function choose(step) {
    slider.value = String(step);
    changed(step);
  }

  play.addEventListener("click", () => {
    if (timer !== null) return stop();
    play.textContent = "⏸";
    if (Number(slider.value) >= steps - 1) choose(0);
    // All steps in about ten seconds, but no more than two a second.
    const stride = Math.max(1, Math.round(steps / 200));
    timer = setInterval(
      () => {
        choose(Math.min(steps - 1, Number(slider.value) + stride));
        if (Number(slider.value) >= steps - 1) stop();
      },
      Math.max(50, Math.min(500, 10_000 / steps)),
    );
  });
  slider.addEventListener("input", () => {
    stop();
    changed(Number(slider.value));
  });
  return {
    node: element("div", { class: "cajal-controls" }, play, slider, shown),
    stop,
    /**
     * @param {number} step
     * @param {string} text
     */
    show(step, text) {
      slider.value = String(step);
      slider.setAttribute("aria-valuetext", text);
      shown.textContent = text;
    },
  };
}
