// The sub-terms of a program, each with its value now. Only those in sight are drawn.

import { element } from "../shared/dom.js";
import { brief } from "../shared/numbers.js";
import { chip } from "./chip.js";

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./run.js").Mark} Mark */
/** @typedef {{ element: HTMLElement, body: import("./chip.js").Chip, note: HTMLElement, blame: HTMLElement }} Term */

const caption = (/** @type {string} */ text) => element("span", { class: "cajal-caption" }, text);

/** The most characters of a sub-term that is named as it is written, and of the call that it is in. */
const LONGEST = 28;
/** The most bars of a value, and the most answers that a network can be taken to give. */
const BARS = 8;
const CHOICES = 64;

/**
 * @param {Run} run
 * @param {Record<string, string>} links what is linked to each extern, in words
 * @param {() => void} rerun called when a network is taken to answer something else
 */
export function subTerms(run, links, rerun) {
  const { graph, marks } = run;
  /** How often each name stands at its place: once for each call of the definition that it is in. */
  const times = new Map();
  const spot = (/** @type {Mark} */ { at, name }) => `${at} ${name}`;
  for (const mark of marks) times.set(spot(mark), (times.get(spot(mark)) ?? 0) + 1);
  const terms = marks.map((_, place) => term(place));
  /** The derivatives of an entry of the result, while they are shown. @type {import("./slopes.js").Slopes | null} */
  let slopes = null;
  /** @type {Set<number>} */
  const visible = new Set();
  const sight = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const place = Number(/** @type {HTMLElement} */ (target).dataset.mark);
      if (isIntersecting) {
        visible.add(place);
        draw(place);
      } else visible.delete(place);
    }
  });
  for (const { element: box } of terms) sight.observe(box);

  /**
   * @param {number} place
   * @returns {Term}
   */
  function term(place) {
    const mark = marks[place];
    const body = chip(graph.types[mark.type], mark.name, BARS);
    const name = element("span", { class: "cajal-term-name" }, written(mark));
    if (mark.kind === "condition") name.append(caption(" condition"));
    const note = element("span", { class: "cajal-note" });
    const via = caller(mark);
    if (via) name.append(caption(` in ${via}`));
    const attributes = { tabindex: "0", role: "group", "data-mark": place };
    const box = element(
      "div",
      {
        ...attributes,
        class: `cajal-term cajal-${mark.kind}-term`,
        "aria-label": `${mark.name} : ${mark.type}`,
      },
      element("div", {}, name, note),
      body.element,
    );
    const blame = element("div", { class: "cajal-caption" });
    if (isNetwork(mark) && !isAgain(place)) box.append(whatIf(mark), blame);
    box.hidden = isTwice(mark);
    return { element: box, body, note, blame };
  }

  /** Whether a condition is a sub-term that is there already, such as a call. @param {Mark} mark */
  function isTwice(mark) {
    const isSame = (/** @type {Mark} */ { value, at }) => value === mark.value && `${at}` === `${mark.at}`;
    return mark.kind === "condition" && marks.some((other) => other !== mark && isSame(other));
  }

  /** The words of a place in the source. @param {[number, number, number]} at */
  function words([source, start, end]) {
    return graph.sources[source].text.slice(start, end).split(/\s+/).join(" ");
  }

  /** A sub-term as it is written, where that is short; what is bound by its name. @param {Mark} mark */
  function written({ at, kind, name }) {
    const isWritten = ["call", "extern", "learn", "argument", "condition"].includes(kind);
    return isWritten && words(at).length <= LONGEST ? words(at) : name;
  }

  /** The call that a sub-term is in, where it is there for several. @param {Mark} mark */
  function caller(mark) {
    if (mark.parent === null || times.get(spot(mark)) === 1) return "";
    return words(marks[mark.parent].at).slice(0, LONGEST);
  }

  /** @param {Mark} mark */
  function isNetwork({ kind, value }) {
    return ["extern", "argument"].includes(kind) && run.neuron.answers.has(value);
  }

  /** What if the network had said something else? @param {Mark} mark */
  function whatIf({ name, type, value }) {
    const { dim, labels } = graph.types[type];
    const own = element("option", { value: "" }, "its answer");
    const choice = element("select", { "aria-label": `what ${name} is taken to answer` }, own);
    if (dim <= CHOICES) {
      (labels ?? []).forEach((/** @type {string} */ label, /** @type {number} */ index) => {
        choice.append(element("option", { value: index }, `what if: ${label}`));
      });
    }
    choice.addEventListener("change", () => {
      const made = new Float64Array(dim);
      if (choice.value !== "") made[Number(choice.value)] = 1;
      run.override(value, choice.value === "" ? null : made);
      rerun();
    });
    return choice;
  }

  /** Whether a network is called here with what it was called with before: that is one call. @param {number} place */
  function isAgain(place) {
    return marks.findIndex(({ value }) => value === marks[place].value) < place;
  }

  /** What is said of a network. @param {number} place */
  function networkNote(place) {
    const { value, name } = marks[place];
    if (isAgain(place)) return " the same call";
    const what = links[name] ?? "network";
    if (run.overridden.has(value)) return ` ${what}, overridden`;
    const scope = run.scopeOf(place);
    const isOld = scope && run.neuron.isOutdated(value, scope);
    return isOld ? ` ${what}: its answer to what was given, not asked again` : ` ${what}`;
  }

  /** What the entry of the result that is looked at would be, had a network answered what pushes it most. @param {number} place */
  function blamed(place) {
    const slope = slopes?.marks[place];
    const { value, type } = marks[place];
    if (!slopes || !slope || slope.through.length) return "";
    const { values } = slope;
    const best = values.reduce((most, push, index) => (push > values[most] ? index : most), 0);
    const answer = new Float64Array(graph.types[type].dim);
    answer[best] = 1;
    const would = brief(run.whatIf(value, answer)[slopes.entry]);
    const entry = labelOf(graph.result_type, slopes.entry);
    const now = brief(run.result[slopes.entry]);
    const said = run.inside[place].length ? "if it always said" : "if it said";
    return `${said} ${labelOf(type, best)}, ${entry} would be ${would} instead of ${now}`;
  }

  const labelOf = (/** @type {string} */ type, /** @type {number} */ index) =>
    graph.types[type].labels?.[index] ?? String(index);

  /** @param {number} place */
  function draw(place) {
    const { element: box, body, note, blame } = terms[place];
    if (slopes) body.slope(slopes.marks[place]);
    else body.show(run.valueOf(place));
    box.classList.toggle("cajal-past", run.isPast(place));
    if (!isNetwork(marks[place])) return;
    note.textContent = networkNote(place);
    blame.textContent = blamed(place);
  }

  return {
    terms,
    draw,
    /** Draws all in sight: their values, or the derivatives. @param {import("./slopes.js").Slopes | null} now */
    show: (now) => {
      slopes = now;
      for (const place of visible) draw(place);
    },
    /** Takes back what networks are taken to answer. */
    reset: () => {
      for (const value of [...run.overridden]) run.override(value, null);
      for (const { element: box } of terms)
        for (const choice of box.querySelectorAll("select")) choice.value = "";
    },
    dispose: () => sight.disconnect(),
  };
}
