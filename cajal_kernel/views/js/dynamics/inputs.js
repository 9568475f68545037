// The inputs of recurrences: a control for each, and the states at values that the page cannot compute.

import { element } from "../shared/dom.js";
import { control } from "../shared/inputs.js";
import { unit } from "./model.js";

/**
 * @param {import("./model.js").Input[]} inputs
 * @param {Float64Array[]} values
 * @param {boolean} asks whether there is a kernel to ask
 * @param {(place: number, value: Float64Array) => void} changed
 */
export function inputControls(inputs, values, asks, changed) {
  const node = element("div", { class: "cajal-dy-inputs" });
  const made = inputs.map((input, place) => {
    if (input.fixed && !asks) {
      const text = `${input.name} : ${input.type} stays as it is: its other values need the kernel`;
      const note = element("div", { class: "cajal-caption" }, text);
      node.append(note);
      return { element: note, show: () => {} };
    }
    const one = control(input.name, input.type, input.about, values[place], (value) => {
      changed(place, input.curved && !asks ? unit(value.length, greatest(value)) : value);
    });
    if (input.curved && !asks) {
      const text = `only basis vectors: the states are not known to be linear in ${input.name}`;
      one.element.append(element("div", { class: "cajal-caption" }, text));
    }
    node.append(one.element);
    return one;
  });
  return {
    node,
    show: (/** @type {number} */ place, /** @type {Float64Array} */ value) => made[place].show(value),
    /**
     * Hides what is bound around other recurrences than this one.
     * @param {import("./model.js").Run} run
     */
    tailor(run) {
      inputs.forEach(({ bound }, place) => {
        made[place].element.hidden = bound && !run.over.includes(place) && !run.weighs.includes(place);
      });
    },
  };
}

/**
 * Whether the page has no states for a value, and must ask for them.
 * @param {import("./model.js").Input} input
 * @param {Float64Array} value
 */
export function isAsked({ fixed, curved }, value) {
  return (
    fixed || (curved && value.filter((entry) => entry !== 0).length !== 1) || (curved && !value.includes(1))
  );
}

/** @param {Float64Array} value */
function greatest(value) {
  return value.reduce((best, entry, i) => (entry > value[best] ? i : best), 0);
}
