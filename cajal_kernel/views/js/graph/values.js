// The values on the wires: a switch, and what belongs to it while it is on: inputs, steps, the run.

import { asker } from "../explorer/asking.js";
import { chip } from "../explorer/chip.js";
import { backButton, ends, itemSlider } from "../explorer/ends.js";
import { Run } from "../explorer/run.js";
import { stepControls } from "../explorer/steps.js";
import { element } from "../shared/dom.js";
import { Values } from "./carried.js";
import { wiresOf } from "./wires.js";

/** The most bars of a value, and the most vectors of one that runs over axes. */
const BARS = 12;
const VECTORS = 8;

const LEGEND =
  "Wires: the wider, the greater; blue above zero, orange and dashed below, red and dotted no finite number. " +
  "Faint: the result does not depend on it now.";

/**
 * @typedef {object} LiveValues
 * @property {HTMLElement} toggle the switch
 * @property {HTMLElement} panel the inputs, hidden while it is off
 * @property {HTMLElement} legend what colours and widths say, hidden while it is off
 * @property {() => boolean} isOn
 * @property {(svg: SVGSVGElement) => void} draw takes another drawing
 * @property {(numbers: number[]) => HTMLElement | null} details the values of a box, which follow; null while it is off
 * @property {(number: number) => any} read
 * @property {() => void} dispose
 */

/**
 * @param {import("../shared/wire.js").Picture} picture
 * @param {import("../shared/wire.js").Context["ask"]} ask
 * @param {(id: string) => import("./details.js").Box} about a box, by its id
 * @param {() => void} switched called when the switch was pressed
 * @returns {LiveValues}
 */
export function liveValues(picture, ask, about, switched) {
  const box = element("input", { type: "checkbox" });
  const panel = element("div", { class: "cajal-graph-run", hidden: "" });
  const legend = element("div", { class: "cajal-caption", hidden: "" }, LEGEND);
  /** @type {Values | null} */
  let values = null;
  /** @type {SVGSVGElement | null} */
  let svg = null;
  /** @type {ReturnType<typeof wiresOf> | null} */
  let wires = null;
  let showControls = () => {};
  let stop = () => {};
  let showDetails = () => {};

  /** Runs the neuron for the first time. */
  function open() {
    const run = new Run(picture);
    const remark = element("div", { class: "cajal-caption", "aria-live": "polite" });
    const top = ends(run, () => {
      run.run();
      show();
      networks.soon();
    });
    const steps = stepControls(run, show);
    const back = backButton(() => {
      run.choose(run.item);
      show();
    });
    let failure = "";
    const answered = () => {
      failure = "";
      show();
    };
    const networks = asker(run, ask, answered, (reason) => {
      failure = `The networks did not answer: ${reason}. `;
      show();
    });
    const controls = element("div", { class: "cajal-controls" }, ...itemSlider(run, show));
    if (run.inputs.length) controls.append(back);
    panel.append(top.element, controls, steps.element, remark);
    stop = networks.stop;
    showControls = () => {
      top.show();
      steps.show();
      // While a kernel is there, it is asked at once.
      remark.textContent = failure || !ask ? failure + outdated(run) : "";
    };
    return new Values(run);
  }

  function show() {
    if (!values || !box.checked) return;
    values.renew();
    wires?.paint();
    showControls();
    showDetails();
  }

  function attach() {
    wires = svg && values && box.checked ? wiresOf(svg, values, about) : null;
    show();
  }

  box.addEventListener("change", () => {
    panel.hidden = legend.hidden = !box.checked;
    wires?.clear();
    if (box.checked && !values) values = open();
    attach();
    switched();
  });

  return {
    toggle: element(
      "label",
      { title: "run the neuron here, and show what each wire carries" },
      box,
      "values",
    ),
    panel,
    legend,
    isOn: () => box.checked,
    draw(next) {
      svg = next;
      attach();
    },
    details(numbers) {
      const known = values && box.checked ? numbers.filter((number) => values?.has(number)) : [];
      if (!known.length || !values) {
        showDetails = () => {};
        return null;
      }
      const made = known.map((number) => shown(/** @type {Values} */ (values), number));
      showDetails = () => {
        for (const each of made) each.show();
      };
      showDetails();
      return element("div", { class: "cajal-graph-values" }, ...made.map((each) => each.element));
    },
    read(number) {
      if (!values?.has(number)) return null;
      const { vectors, isPast } = values.of(number);
      return { vectors: vectors?.map((vector) => [...vector]) ?? null, isPast, text: values.text(number) };
    },
    dispose: () => stop(),
  };
}

/**
 * The networks that were not asked again.
 * @param {Run} run
 */
function outdated(run) {
  const old = [...run.neuron.answers.keys()].filter((number) => {
    const scope = run.scopeIn(run.paths.get(number) ?? [], false);
    return scope && run.neuron.isOutdated(number, scope);
  });
  const names = new Set(
    old.map((number) => run.marks.find(({ value }) => value === number)?.name ?? `v${number}`),
  );
  return names.size
    ? `Not asked again: ${[...names].join(", ")}. What it answers is still its answer to what was given.`
    : "";
}

/**
 * A value as bars, or as an image.
 * @param {Values} values
 * @param {number} number
 */
function shown(values, number) {
  const { run } = values;
  const { type, vectors } = values.of(number);
  const count = Math.min(VECTORS, vectors?.length ?? 1);
  const chips = Array.from({ length: count }, () => chip(run.graph.types[type], `v${number}`, BARS));
  const note = element("div", { class: "cajal-caption" });
  return {
    element: element("div", {}, ...chips.map((each) => each.element), note),
    show() {
      const now = values.of(number);
      chips.forEach((each, place) => {
        each.show(now.vectors?.[place] ?? null);
      });
      note.textContent = [
        ...now.path.map((to) => `step ${run.steps.get(to) ?? 0} of ${run.loops.get(to)?.name}`),
        ...(now.isPast ? ["past the count"] : []),
        ...(now.summed.length ? ["summed over what is copied, by its weights"] : []),
        ...((now.vectors?.length ?? 0) > count
          ? [`the first ${count} of ${now.vectors?.length} vectors`]
          : []),
      ].join("; ");
    },
  };
}
