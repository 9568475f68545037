// The recurrences of a neuron: inputs that they share, and a section for each, one of which is shown.

import { element } from "../shared/dom.js";
import { heading } from "../shared/heading.js";
import { inputControls, isAsked } from "./inputs.js";
import { course, word } from "./model.js";
import { section } from "./section.js";

/** @type {(host: HTMLElement, picture: import("../shared/wire.js").Picture, context: import("../shared/wire.js").Context) => import("../shared/wire.js").Handle} */
export function draw(host, picture, { ask }) {
  /** @type {import("./model.js").Spec} */
  const spec = picture.spec;
  /** What the page has states for: all that was sent, or what the kernel has answered. */
  let { runs } = spec;
  let { arrays } = picture;
  /** @type {Float64Array[]} */
  const values = spec.inputs.map((_, place) => Float64Array.from(arrays[`value${place}`].data));
  let shown = spec.main;
  host.classList.add("cajal-dynamics");
  let isAsking = false;
  let isStale = false;
  /** @type {(import("./model.js").Course | null)[]} */
  const courses = spec.runs.map(() => null);

  const only = spec.runs.length === 1 ? spec.runs[0] : null;
  const words = [...new Set(spec.runs.map(word))].join(", ");
  const title = heading(spec.title, only ? `${words} with state ${only.name} : ${only.type}` : words);
  const notice = element("div", { class: "cajal-caption", role: "status" });
  const controls = inputControls(spec.inputs, values, ask !== null, changed);
  const made = () =>
    runs.map((run, place) => {
      const count = run.count === null ? null : spec.inputs[run.count].name;
      const read = run.elements.map((_, number) => arrays[`read${place} ${number}`]);
      return section(run, arrays[`eigen${place}`], read, count, () => stepped(place));
    });
  let sections = made();
  const where = element("div", { class: "cajal-caption" });
  const body = element("div", { role: "tabpanel" });
  const tabs = spec.runs.map((run, place) => {
    const tab = element("button", { type: "button", role: "tab" }, `${run.name} : ${run.type}`);
    tab.addEventListener("click", () => open(place));
    return tab;
  });
  if (tabs.length > 1) {
    const list = element(
      "div",
      { class: "cajal-dy-tabs", role: "tablist", "aria-label": "recurrences" },
      ...tabs,
    );
    list.addEventListener("keydown", (event) => {
      const last = tabs.length - 1;
      const to = { ArrowRight: shown + 1, ArrowLeft: shown - 1, Home: 0, End: last }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      open(Math.max(0, Math.min(last, to)));
      tabs[shown].focus();
    });
    host.append(title, controls.node, notice, list, where, body);
  } else {
    host.append(title, controls.node, notice, where, body);
  }

  /**
   * Which run of a recurrence is shown: the one in the chosen step of that around it.
   * @param {number} place
   * @returns {number}
   */
  function number(place) {
    const { inside } = runs[place];
    if (inside === null) return 0;
    const outer = runs[inside];
    return number(inside) * (outer.steps - 1) + Math.min(sections[inside].step(), outer.steps - 2);
  }

  /**
   * @param {number} place
   * @param {boolean} begin
   */
  function show(place, begin) {
    const run = runs[place];
    const made = course(
      run,
      arrays[`states${place}`],
      arrays[`weights${place}`],
      values,
      number(place),
      courses[place],
    );
    courses[place] = made;
    sections[place].show(made, begin);
    if (place !== shown || run.inside === null) return;
    const outer = runs[run.inside];
    const step = Math.min(sections[run.inside].step(), outer.steps - 2);
    where.textContent = `in step ${step} of ${outer.name}, which makes its state ${step + 1}; choose that step in ${outer.name}`;
  }

  /** @param {number} place */
  function open(place) {
    sections[shown].stop();
    shown = place;
    tabs.forEach((tab, i) => {
      tab.setAttribute("aria-selected", String(i === place));
      tab.tabIndex = i === place ? 0 : -1;
    });
    where.textContent = "";
    controls.tailor(spec.runs[place]);
    body.replaceChildren(sections[place].node);
    show(place, false);
    sections[place].layOut(true);
  }

  /** @param {number} place */
  function stepped(place) {
    spec.runs.forEach((run, inner) => {
      if (run.inside === place && inner === shown) show(inner, false);
    });
  }

  /**
   * @param {number} place
   * @param {Float64Array} value
   */
  function changed(place, value) {
    values[place] = value;
    controls.show(place, value);
    const asks = spec.inputs.some((input, i) => isAsked(input, values[i]));
    if (!asks && arrays !== picture.arrays) take(picture);
    if (!isAsked(spec.inputs[place], value)) show(shown, spec.runs[shown].count === place);
    else if (ask) request(ask);
  }

  /** @param {import("../shared/wire.js").Picture} answer */
  function take(answer) {
    const before = runs;
    arrays = answer.arrays;
    runs = answer.spec.runs;
    if (runs.every((run, i) => run.steps === before[i].steps && !run.elements.length)) {
      sections.forEach((each, i) => {
        each.transition(runs[i].eigen, arrays[`eigen${i}`]);
      });
      return;
    }
    // A list of another length has other steps.
    const step = sections[shown].step();
    for (const each of sections) each.stop();
    sections = made();
    courses.fill(null);
    begin();
    body.replaceChildren(sections[shown].node);
    if (runs[shown].steps === before[shown].steps) sections[shown].choose(step);
    sections[shown].layOut(true);
  }

  /**
   * Asks for the states at the present inputs; where an answer is still to come, when it has come.
   * @param {NonNullable<import("../shared/wire.js").Context["ask"]>} ask
   */
  function request(ask) {
    isStale = isAsking;
    if (isAsking) return;
    isAsking = true;
    const needed = spec.inputs.flatMap((input, place) =>
      isAsked(input, values[place]) ? [[place, [...values[place]]]] : [],
    );
    notice.textContent = "the kernel computes the states …";
    ask({ inputs: Object.fromEntries(needed) })
      .then(
        (answer) => {
          notice.textContent = "";
          if (!spec.inputs.some((input, i) => isAsked(input, values[i]))) return;
          take(answer);
          show(shown, false);
        },
        (error) => {
          notice.textContent = `the states stay those of before: ${error.message}`;
        },
      )
      .finally(() => {
        isAsking = false;
        if (isStale) request(ask);
      });
  }

  /** Shows each at its telling step, the outer ones first, since an inner one is shown in their chosen step. */
  function begin() {
    runs.forEach((run, place) => {
      if (run.inside === null) show(place, true);
    });
    runs.forEach((run, place) => {
      if (run.inside !== null) show(place, true);
    });
  }

  const observer = new ResizeObserver(() => sections[shown].layOut(true));
  begin();
  open(shown);
  observer.observe(host);
  return {
    dispose: () => {
      observer.disconnect();
      for (const each of sections) each.stop();
    },
    read: (query) => {
      if (query.open !== undefined) open(query.open);
      if (query.choose !== undefined) sections[shown].choose(query.choose);
      if (query.input !== undefined) changed(query.input, Float64Array.from(query.value));
      return sections[shown].read(query);
    },
  };
}
