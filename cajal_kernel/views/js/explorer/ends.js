// The ends of a run: its arguments as controls, its result, and the batch that was given.

import { element } from "../shared/dom.js";
import { control } from "../shared/inputs.js";
import { chip } from "./chip.js";

/** The most bars of a result. */
const BARS = 24;

/**
 * Controls for the arguments, and the result behind them.
 * @param {import("./run.js").Run} run
 * @param {() => void} changed called when the user has changed an argument; nothing has run yet
 */
export function ends(run, changed) {
  const { graph } = run;
  /** @type {import("../shared/inputs.js").Control[]} */
  const inputs = graph.arguments.map(
    (/** @type {{ name: string, type: string }} */ { name, type }, /** @type {number} */ position) => {
      const given = run.inputs[position];
      if (!given) return network(name, type);
      return control(name, type, graph.types[type], given, (values) => {
        run.set(position, values);
        changed();
      });
    },
  );
  const result = chip(graph.types[graph.result_type], "result", BARS);
  const about = { class: "cajal-result", "aria-label": "result", "aria-live": "polite" };
  const name = element("div", { class: "cajal-name" }, element("b", {}, "result"), ` : ${graph.result_type}`);
  const arrow = inputs.length ? [element("span", { class: "cajal-arrow", "aria-hidden": "true" }, "→")] : [];
  const outcome = element(
    "div",
    { class: "cajal-outcome" },
    ...arrow,
    element("section", about, name, result.element),
  );
  return {
    element: element("div", { class: "cajal-inputs" }, ...inputs.map((input) => input.element), outcome),
    inputs,
    result,
    show: () => {
      inputs.forEach((input, position) => {
        const values = run.inputs[position];
        if (values) input.show(values);
      });
      result.show(run.result);
    },
  };
}

/**
 * An argument that is a network stays in Python.
 * @param {string} name
 * @param {string} type
 * @returns {import("../shared/inputs.js").Control}
 */
function network(name, type) {
  const title = element("div", { class: "cajal-name" }, element("b", {}, name), ` : ${type}`);
  const said = element("div", { class: "cajal-caption" }, "a network, which stays in Python");
  const about = { class: "cajal-input", "aria-label": `${name} : ${type}` };
  return { element: element("section", about, title, said), show: () => {} };
}

/**
 * A slider that picks an item of the batch; nothing where there is one item.
 * @param {import("./run.js").Run} run
 * @param {() => void} changed called when the item has run
 * @returns {HTMLElement[]}
 */
export function itemSlider(run, changed) {
  if (run.items <= 1) return [];
  const item = element("input", {
    type: "range",
    min: 0,
    max: run.items - 1,
    value: 0,
    "aria-label": "item of the batch",
  });
  const range = `(items 0 to ${run.items - 1})`;
  const says = element("output", {}, `0 ${range}`);
  item.addEventListener("input", () => {
    says.textContent = `${item.value} ${range}`;
    run.choose(Number(item.value));
    changed();
  });
  return [element("label", {}, "batch item ", item), says];
}

/**
 * A button that takes back what the user has changed.
 * @param {() => void} act
 */
export function backButton(act) {
  const button = element("button", { type: "button" }, "back to what was given");
  button.addEventListener("click", act);
  return button;
}
