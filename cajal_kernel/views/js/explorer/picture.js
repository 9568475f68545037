// The explorer: a program and its neuron together. The inputs are dragged, and every sub-term follows.

import { element } from "../shared/dom.js";
import { heading } from "../shared/heading.js";
import { control } from "../shared/inputs.js";
import { chip } from "./chip.js";
import { inspection, nearest } from "./inspector.js";
import { Run } from "./run.js";
import { sourceLines } from "./source.js";
import { stepControls } from "./steps.js";

/** @typedef {import("./run.js").Loop} Loop */

/** How long the page waits for the hand to rest before it asks the kernel's networks, in milliseconds. */
const REST = 120;

/** The most characters of a sub-term that is named as it is written. */
const LONGEST = 28;

/** @type {(host: HTMLElement, picture: import("../shared/wire.js").Picture, context: import("../shared/wire.js").Context) => import("../shared/wire.js").Handle} */
export function draw(host, picture, { ask }) {
  const { spec } = picture;
  const { graph } = spec;
  const run = new Run(picture);
  host.classList.add("cajal-explorer");

  // Inputs, and the result

  const inputs = graph.arguments.map(
    (/** @type {{ name: string, type: string }} */ { name, type }, /** @type {number} */ position) =>
      control(name, type, graph.types[type], run.inputs[position], (values) => {
        run.set(position, values);
        rerun();
      }),
  );
  const about = graph.types[graph.result_type];
  const result = chip(about, "result", 24);
  const resultBox = element("section", {
    class: "cajal-result",
    "aria-label": "result",
    "aria-live": "polite",
  });
  resultBox.append(
    element("div", { class: "cajal-name" }, element("b", {}, "result"), ` : ${graph.result_type}`),
    result.element,
  );
  const top = element("div", { class: "cajal-inputs" });
  top.append(
    ...inputs.map((/** @type {{ element: HTMLElement }} */ { element: box }) => box),
    element(
      "div",
      { class: "cajal-outcome" },
      ...(inputs.length ? [element("span", { class: "cajal-arrow", "aria-hidden": "true" }, "→")] : []),
      resultBox,
    ),
  );

  // Controls

  const controls = element("div", { class: "cajal-controls" });
  if (run.items > 1) {
    const item = element("input", {
      type: "range",
      min: 0,
      max: run.items - 1,
      value: 0,
      "aria-label": "item of the batch",
    });
    const says = element("output", {}, `0 of ${run.items}, from 0`);
    item.addEventListener("input", () => {
      says.textContent = `${item.value} of ${run.items}, from 0`;
      run.choose(Number(item.value));
      show();
    });
    controls.append(element("label", {}, "batch item ", item), says);
  }
  const back = element("button", { type: "button" }, "back to what was given");
  back.addEventListener("click", () => {
    for (const value of [...run.overridden]) run.override(value, null);
    run.choose(run.item);
    show();
  });
  const mode = element(
    "select",
    { "aria-label": "what the bars show" },
    element("option", { value: "" }, "values"),
  );
  const labels = about.labels ?? Array.from({ length: about.dim }, (_, index) => String(index));
  if (labels.length <= 64) {
    labels.forEach((/** @type {string} */ label, /** @type {number} */ index) => {
      mode.append(element("option", { value: index }, `what pushes ${label}`));
    });
  }
  mode.addEventListener("change", () => show());
  controls.append(element("label", {}, "bars show ", mode), back);
  const steps = stepControls(run, () => show());

  // Sub-terms

  /** How often each name stands at its place: once for each call of the definition that it is in. */
  const times = new Map();
  const spot = (/** @type {import("./run.js").Mark} */ { at, name }) => `${at} ${name}`;
  for (const mark of run.marks) times.set(spot(mark), (times.get(spot(mark)) ?? 0) + 1);

  const inspector = element(
    "div",
    { class: "cajal-inspector", "aria-live": "polite" },
    "Point at a sub-term, or go to it with Tab.",
  );
  const terms = run.marks.map((_, place) => term(place));
  const source = sourceLines(graph, (place) => terms[place].element);
  /** @type {number | null} */
  let chosen = null;

  /** @param {number} place */
  function term(place) {
    const mark = run.marks[place];
    const body = chip(graph.types[mark.type], mark.name, 8);
    const name = element("span", { class: "cajal-term-name" }, written(place));
    const note = element("span", { class: "cajal-note" });
    const box = element(
      "div",
      {
        class: `cajal-term cajal-${mark.kind}-term`,
        tabindex: "0",
        "data-mark": place,
        role: "group",
        "aria-label": `${mark.name} : ${mark.type}`,
      },
      element("div", {}, name, note),
      body.element,
    );
    const via = caller(place);
    if (via) name.title = `in ${via}`;
    if (via) name.append(element("span", { class: "cajal-caption" }, ` in ${via}`));
    if (isNetwork(place)) box.append(whatIf(place));
    return { element: box, body, note };
  }

  /**
   * A sub-term as it is written, where that is short; what is bound by its name.
   * @param {number} place
   */
  function written(place) {
    const { at, kind, name } = run.marks[place];
    const text = graph.sources[at[0]].text.slice(at[1], at[2]).split(/\s+/).join(" ");
    return ["call", "extern", "learn", "argument"].includes(kind) && text.length <= LONGEST ? text : name;
  }

  /**
   * The call that a sub-term is in, where its line has the sub-term more than once.
   * @param {number} place
   */
  function caller(place) {
    const { parent } = run.marks[place];
    if (times.get(spot(run.marks[place])) === 1) return "";
    const call = parent === null ? null : run.marks[parent];
    if (!call) return "";
    const { text } = graph.sources[call.at[0]];
    return text.slice(call.at[1], call.at[2]).split(/\s+/).join(" ").slice(0, 24);
  }

  /** @param {number} place */
  function isNetwork(place) {
    const { kind, value } = run.marks[place];
    return ["extern", "argument"].includes(kind) && run.neuron.answers.has(value);
  }

  /**
   * What if the network had said something else?
   * @param {number} place
   */
  function whatIf(place) {
    const mark = run.marks[place];
    const own = graph.types[mark.type];
    const choice = element(
      "select",
      { "aria-label": `what ${mark.name} is taken to answer` },
      element("option", { value: "" }, "its answer"),
    );
    if (own.dim <= 64) {
      (own.labels ?? []).forEach((/** @type {string} */ label, /** @type {number} */ index) => {
        choice.append(element("option", { value: index }, `what if: ${label}`));
      });
    }
    choice.addEventListener("change", () => {
      const made = new Float64Array(own.dim);
      if (choice.value !== "") made[Number(choice.value)] = 1;
      run.override(mark.value, choice.value === "" ? null : made);
      rerun();
    });
    return choice;
  }

  // Drawing

  let isAsking = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function rerun() {
    run.run();
    show();
    if (!ask || !run.neuron.answers.size) return;
    clearTimeout(timer);
    timer = setTimeout(refresh, REST);
  }

  /** Asks the networks themselves what they answer now. */
  async function refresh() {
    if (!ask || isAsking) return;
    isAsking = true;
    const asked = run.inputs;
    try {
      const answer = await ask({ inputs: asked.map((values) => [...values]) });
      run.answered(answer);
      show();
    } catch (error) {
      inspector.textContent = `The networks did not answer: ${/** @type {Error} */ (error).message}`;
    }
    isAsking = false;
    if (asked.some((values, position) => values !== run.inputs[position])) refresh();
  }

  /** @type {ReturnType<Run["gradient"]> | null} */
  let slopes = null;
  /** The sub-terms that are in sight: only they are drawn. @type {Set<number>} */
  const visible = new Set();
  const sight = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const place = Number(/** @type {HTMLElement} */ (target).dataset.mark);
      if (isIntersecting) {
        visible.add(place);
        drawTerm(place);
      } else visible.delete(place);
    }
  });
  for (const { element: box } of terms) sight.observe(box);

  /** @param {number} place */
  function drawTerm(place) {
    const { element: box, body, note } = terms[place];
    body.show(slopes ? slopes.marks[place] : run.valueOf(place), slopes !== null);
    box.classList.toggle("cajal-past", run.isPast(place));
    if (isNetwork(place)) note.textContent = networkNote(place);
  }

  function show() {
    slopes = mode.value === "" ? null : run.gradient(Number(mode.value));
    inputs.forEach(
      (
        /** @type {{ element: HTMLElement, show: (values: Float64Array) => void }} */ input,
        /** @type {number} */ position,
      ) => {
        input.show(run.inputs[position]);
        pushes(input.element, position, slopes?.inputs[position] ?? null);
      },
    );
    result.show(run.result);
    for (const place of visible) drawTerm(place);
    steps.show();
    if (chosen !== null) inspector.replaceChildren(inspection(run, chosen));
  }

  /** @type {Map<number, import("./chip.js").Chip>} */
  const slopeChips = new Map();

  /**
   * The derivative in an input, under its bars.
   * @param {HTMLElement} box
   * @param {number} position
   * @param {Float64Array | null} slope
   */
  function pushes(box, position, slope) {
    let shown = slopeChips.get(position);
    if (!shown && slope) {
      shown = chip(graph.types[graph.arguments[position].type], "what pushes", 8);
      shown.element.classList.add("cajal-pushes");
      shown.element.prepend(element("div", { class: "cajal-caption" }));
      slopeChips.set(position, shown);
      box.append(shown.element);
    }
    if (!shown) return;
    shown.element.hidden = !slope;
    if (!slope) return;
    /** @type {HTMLElement} */ (shown.element.firstChild).textContent = mode.selectedOptions[0].text;
    shown.show(slope, true);
  }

  /** @param {number} place */
  function networkNote(place) {
    const { value, name } = run.marks[place];
    const what = spec.links[name] ?? "network";
    if (run.overridden.has(value)) return ` ${what}, overridden`;
    const scope = run.scopeOf(place);
    if (scope && run.neuron.isOutdated(value, scope))
      return ` ${what}: its answer to what was given, not asked again`;
    return ` ${what}`;
  }

  // Pointing

  /** @param {Event} event */
  function point(event) {
    const target = /** @type {HTMLElement} */ (event.target).closest("[data-mark]");
    const place = target ? Number(/** @type {HTMLElement} */ (target).dataset.mark) : null;
    if (place === null || place === chosen) return;
    light(chosen, false);
    chosen = place;
    light(chosen, true);
    inspector.replaceChildren(inspection(run, place));
  }

  /**
   * @param {number | null} place
   * @param {boolean} isLit
   */
  function light(place, isLit) {
    if (place === null) return;
    terms[place].element.classList.toggle("cajal-lit", isLit);
    for (const piece of source.pieces.get(place) ?? []) piece.classList.toggle("cajal-lit", isLit);
  }
  source.element.addEventListener("pointerover", point);
  source.element.addEventListener("focusin", point);

  const title = heading(spec.title, graph.type);
  host.append(title, top, controls, steps.element, source.element, inspector);
  show();

  return {
    dispose: () => {
      clearTimeout(timer);
      sight.disconnect();
    },
    read: (query) => {
      if (query.set) run.set(query.set, Float64Array.from(query.values));
      if (query.result) return { values: [...run.result], ...result.read() };
      if (query.mark === undefined) return run.marks.map((mark, place) => ({ ...mark, place }));
      drawTerm(query.mark);
      return {
        values: run.valueOf(query.mark),
        ...terms[query.mark].body.read(),
        note: terms[query.mark].note.textContent,
        isPast: run.isPast(query.mark),
        maps: nearest(run, query.mark).map(({ name, rows }) => ({ name, rows: rows.map((row) => [...row]) })),
      };
    },
  };
}
