// The controls above a matrix: zoom, the colour bar, and what a pixel shows of several entries.

import { element } from "../shared/dom.js";
import { brief } from "../shared/numbers.js";
import { gradient } from "./colours.js";

const ZOOM = 1.5;

/** @typedef {import("./values.js").Mode} Mode */

/**
 * @param {{ signed: boolean, scale: number }} spec
 * @param {{ zoom: (factor: number) => void, fit: () => void, choose: (mode: Mode) => void }} actions
 */
export function makeControls({ signed, scale }, { zoom, fit, choose }) {
  /** @type {(sign: string, title: string, act: () => void) => HTMLButtonElement} */
  const button = (sign, title, act) => {
    const made = element("button", { type: "button", title, "aria-label": title }, sign);
    made.addEventListener("click", act);
    return made;
  };
  const chooser = element("select", { "aria-label": "what a pixel shows of several entries" });
  for (const [value, text] of [
    ["extreme", "greatest magnitude"],
    ["greatest", "greatest entry"],
    ["least", "least entry"],
  ]) {
    chooser.append(element("option", { value }, text));
  }
  chooser.addEventListener("change", () => choose(/** @type {Mode} */ (chooser.value)));
  const pooling = element("label", { class: "cajal-matrix-pooling" }, "a pixel: ", chooser);
  const needle = element("div", { class: "cajal-matrix-needle", hidden: "" });
  const bar = element("div", { class: "cajal-matrix-bar", style: `background:${gradient(signed)}` }, needle);
  const [low, high] = [brief(signed ? -scale : 0), brief(scale)];
  const legend = element(
    "div",
    { class: "cajal-matrix-legend", role: "img", "aria-label": `colours from ${low} to ${high}` },
    low,
    bar,
    high,
  );
  const zooming = element(
    "div",
    { class: "cajal-group", role: "group", "aria-label": "zoom" },
    button("−", "zoom out (−)", () => zoom(1 / ZOOM)),
    button("+", "zoom in (+)", () => zoom(ZOOM)),
    button("fit", "show all (0)", fit),
  );
  return {
    element: element("div", { class: "cajal-controls" }, zooming, legend, pooling),
    /** Says what a pixel is, of so many entries. @param {{ down: number, across: number }} tile @param {boolean} isFitted */
    tell: ({ down, across }, isFitted) => {
      const isExact = down * across === 1;
      pooling.style.visibility = isExact ? "hidden" : "visible";
      if (isFitted) pooling.hidden = isExact; // then no zoom needs it
      chooser.disabled = isExact;
      pooling.title = `${down} × ${across} entries a pixel`;
    },
    /** Shows a number on the colour bar, or none. @param {number | null} value */
    point: (value) => {
      needle.hidden = value === null;
      if (value === null) return;
      const share = Math.max(-1, Math.min(1, value / scale));
      needle.style.left = `${100 * (signed ? (share + 1) / 2 : share)}%`;
    },
  };
}
