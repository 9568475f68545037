// One recurrence: its states, its weights and its sum over the steps, and what is seen at the chosen step.

import { element } from "../shared/dom.js";
import { brief } from "../shared/numbers.js";
import { bars } from "./bars.js";
import { scaleOf } from "./colours.js";
import { eigenvalues } from "./eigen.js";
import { nameSteps } from "./frame.js";
import { heatmap, resultColumn, scaleBar } from "./heatmap.js";
import { words } from "./model.js";
import { normCurve } from "./norms.js";
import { pattern } from "./pattern.js";
import { plane } from "./plane.js";
import { reading } from "./reading.js";
import { stepControl } from "./steps.js";
import { isImage, strip } from "./strip.js";
import { vectorTable } from "./vector.js";

/** @typedef {import("./model.js").Course} Course */
/** @typedef {import("./colours.js").Scale} Scale */

/** More steps than this are shown once more from near. */
const NEAR = 96;
const WINDOW = 32;

/**
 * @param {import("./model.js").Run} run
 * @param {import("../shared/wire.js").Tensor | undefined} eigen
 * @param {import("../shared/wire.js").Tensor[]} read what the steps of a fold read, (steps - 1, dim)
 * @param {string | null} count the input that the weights of the steps are
 * @param {() => void} stepped is told that another step is looked at
 */
export function section(run, eigen, read, count, stepped) {
  const { steps, dim } = run;
  let step = 0;
  /** @type {Course} */
  let now = { states: new Float64Array(), weights: new Float64Array(), running: new Float64Array(), of: [] };
  /** @type {Scale[]} */
  let scales = [];

  const result = element("div", { class: "cajal-dy-sum" });
  const repeats = element("div", { class: "cajal-caption cajal-dy-pattern" });
  const hint = element("div", { class: "cajal-caption cajal-dy-hint" });
  const tell = (/** @type {string} */ text) => {
    hint.textContent = text;
  };
  const control = stepControl(run.name, steps, (to) => choose(to));
  const choose = (/** @type {number} */ to) => {
    look(to);
    stepped();
  };
  const images = isImage(run) ? strip(run, choose) : null;
  const elements = read.map(({ data }, place) => reading(run, place, data, choose, tell));
  const states = images ? null : heatmap(`state ${run.name} : ${run.type}`, run, choose, tell, 260);
  const weights = bars(`weight of each step${count ? `, from ${count}` : ""}`, steps, choose, tell);
  const sums = images ? null : heatmap("Σ weight · state, so far", run, choose, tell, 260);
  const near = states && steps > NEAR ? heatmap("states near the chosen step", run, choose, tell, 200) : null;
  const numbers = element("div", { class: "cajal-dy-steps" });
  const nearNumbers = element("div", { class: "cajal-dy-steps" });
  const table = images ? null : vectorTable(run);
  const path = dim === 2 || dim === 3 ? plane(run) : null;
  const norm = normCurve(run);
  let spectrum = eigenvalues(run.eigen, eigen);

  const panels = element(
    "div",
    { class: "cajal-dy-panels" },
    ...(path ? [path.node] : []),
    spectrum.node,
    norm.node,
  );
  const node = element("div", { class: "cajal-dy-run" }, result, control.node);
  if (run.order === "cons") {
    node.append(element("div", { class: "cajal-caption" }, "from the last element of the list to the first"));
  }
  node.append(...elements.map((each) => each.node));
  if (images) node.append(images.node);
  if (states) node.append(states.node);
  node.append(repeats, weights.node);
  if (sums) node.append(sums.node);
  node.append(numbers, hint);
  if (near) node.append(near.node, nearNumbers);
  if (table) node.append(table.node);
  node.append(panels);

  const at = (/** @type {Float64Array} */ values, /** @type {number} */ place) =>
    values.subarray(place * dim, (place + 1) * dim);

  /** @param {number} to */
  function look(to) {
    step = to;
    control.show(step, `step ${step} of ${steps - 1}, weight ${brief(now.weights[step])}`);
    for (const each of [states, weights, sums, norm]) each?.cursor(step);
    const state = at(now.states, step);
    const final = at(now.running, steps - 1);
    path?.cursor(state);
    for (const each of elements) each.cursor(step);
    if (near) {
      const first = Math.max(0, Math.min(steps - WINDOW, step - WINDOW / 2));
      const range = { first, count: Math.min(WINDOW, steps) };
      near.show(now.states, scales[0], range);
      near.cursor(step);
      nameSteps(nearNumbers, range, nearNumbers.clientWidth || 480);
    }
    const weighted = state.map((value) => (now.weights[step] ? now.weights[step] * value : 0));
    table?.show([state, weighted, at(now.running, step), final]);
    images?.cursor(step, [state, at(now.running, step), final], [scales[0], scales[1], scales[1]]);
  }

  /**
   * Draws all that depends on the width of the page.
   * @param {boolean} withStates
   */
  function layOut(withStates) {
    const range = { first: 0, count: steps };
    if (withStates) {
      for (const each of elements) each.layOut();
      states?.show(now.states, scales[0], range);
      states?.side.replaceChildren(scaleBar(scales[0], states.height));
      images?.show(now.states, scales[0]);
    }
    weights.show(now.weights, range);
    sums?.show(now.running, scales[1], range);
    sums?.side.replaceChildren(resultColumn(run, at(now.running, steps - 1), scales[1], sums.height));
    nameSteps(numbers, range, numbers.clientWidth || 480);
    look(step);
  }

  return {
    node,
    layOut,
    stop: control.stop,
    /**
     * Shows the eigenvalues of another step.
     * @param {import("./model.js").Run["eigen"]} about
     * @param {import("../shared/wire.js").Tensor | undefined} values
     */
    transition(about, values) {
      const other = eigenvalues(about, values);
      spectrum.node.replaceWith(other.node);
      spectrum = other;
    },
    step: () => step,
    /**
     * Shows other numbers; with `begin` the step of the greatest weight.
     * @param {Course} course
     * @param {boolean} begin
     */
    show(course, begin) {
      const isNew = now.states !== course.states;
      now = course;
      scales = [isNew ? scaleOf(now.states) : scales[0], scaleOf(now.running)];
      const final = at(now.running, steps - 1);
      const said = images
        ? `an image, sum ${brief(final.reduce((sum, value) => sum + value, 0))}`
        : words(run, final, brief);
      result.replaceChildren("Σ weight · state = ", element("b", {}, said));
      if (isNew) {
        path?.show(now.states);
        norm.show(now.states);
        // Of a fold nothing follows for the states of a longer list.
        repeats.textContent = run.order ? "" : pattern(run, now.states, brief);
      }
      path?.result(final);
      if (begin) step = heaviest(now.weights);
      layOut(isNew);
    },
    choose,
    /** @param {{ step?: number, row: number, column?: number }} query */
    read(query) {
      if (query.step === undefined) return { step };
      return {
        step,
        state: states?.read(query.step, query.row) ?? null,
        near: near?.read(query.step, query.row) ?? null,
        sum: sums?.read(query.step, query.row) ?? null,
        image: images?.read(query.step, query.row, query.column ?? 0) ?? null,
        weight: now.weights[query.step],
        course: { states: [...at(now.states, query.step)], running: [...at(now.running, query.step)] },
        result: [...at(now.running, steps - 1)],
        eigen: spectrum.read(),
        path: path?.read() ?? null,
        norm: norm.read(query.step),
        reads: elements.map((each) => each.read(query.step ?? 0)),
        pattern: repeats.textContent,
        scales,
      };
    },
  };
}

/** @param {Float64Array} weights */
function heaviest(weights) {
  return weights.reduce(
    (best, weight, step) => (Math.abs(weight) > Math.abs(weights[best]) ? step : best),
    0,
  );
}
