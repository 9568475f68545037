// The explorer: a program and its neuron together. The inputs are dragged, and every sub-term follows.

import { element } from "../shared/dom.js";
import { heading } from "../shared/heading.js";
import { asker } from "./asking.js";
import { chip } from "./chip.js";
import { backButton, ends, itemSlider } from "./ends.js";
import { inspector, nearest, whole } from "./inspector.js";
import { Run } from "./run.js";
import { sourceLines } from "./source.js";
import { stepControls } from "./steps.js";
import { subTerms } from "./terms.js";

/** @type {(host: HTMLElement, picture: import("../shared/wire.js").Picture, context: import("../shared/wire.js").Context) => import("../shared/wire.js").Handle} */
export function draw(host, picture, { ask }) {
  const { spec } = picture;
  const { graph } = spec;
  const run = new Run(picture);
  host.classList.add("cajal-explorer");

  // Inputs, and the result

  const { element: top, inputs, result, show: showEnds } = ends(run, rerun);

  // Controls

  const controls = element("div", { class: "cajal-controls" }, ...itemSlider(run, show));
  const back = backButton(() => {
    shown.reset();
    run.choose(run.item);
    show();
  });
  const mode = element(
    "select",
    { "aria-label": "what the bars show" },
    element("option", { value: "" }, "values"),
  );
  const { dim, labels: named } = graph.types[graph.result_type];
  const labels = named ?? Array.from({ length: dim }, (_, index) => String(index));
  if (labels.length <= 64) {
    labels.forEach((/** @type {string} */ label, /** @type {number} */ index) => {
      mode.append(element("option", { value: index }, `what pushes ${label}`));
    });
  }
  const key = element("span", { class: "cajal-caption", role: "status" });
  mode.addEventListener("change", () => show());
  controls.append(element("label", {}, "bars show ", mode), back, key);
  const steps = stepControls(run, () => show());

  // Sub-terms

  const about = inspector(run);
  const shown = subTerms(run, spec.links, rerun);
  const source = sourceLines(graph, (place) => shown.terms[place].element);
  /** @type {import("./inspector.js").Place} */
  let chosen = "result";

  // Drawing

  const networks = asker(run, ask, show, (reason) => {
    about.say(`The networks did not answer: ${reason}`);
  });

  function rerun() {
    run.run();
    show();
    networks.soon();
  }

  function show() {
    const slopes = mode.value === "" ? null : run.gradient(Number(mode.value));
    showEnds();
    host.classList.toggle("cajal-sloped", slopes !== null);
    key.textContent = slopes
      ? `green bars: how much ${labels[slopes.entry]} changes with an entry, per unit`
      : "";
    inputs.forEach((input, position) => {
      pushes(input.element, position, slopes?.inputs[position] ?? null);
    });
    shown.show(slopes);
    steps.show();
    about.show(chosen);
  }

  /** @type {Map<number, import("./chip.js").Chip>} */
  const slopeChips = new Map();

  /**
   * The derivative in an input, under its bars.
   * @param {HTMLElement} box
   * @param {number} position
   * @param {import("./slopes.js").Slope | null} slope
   */
  function pushes(box, position, slope) {
    let own = slopeChips.get(position);
    if (!own && slope) {
      own = chip(graph.types[graph.arguments[position].type], "what pushes", 8);
      own.element.classList.add("cajal-pushes");
      own.element.prepend(element("div", { class: "cajal-caption" }));
      slopeChips.set(position, own);
      box.append(own.element);
    }
    if (!own) return;
    own.element.hidden = !slope;
    if (!slope) return;
    /** @type {HTMLElement} */ (own.element.firstChild).textContent = mode.selectedOptions[0].text;
    own.slope(slope);
  }

  // Pointing

  /** @param {Event} event */
  function point(event) {
    const target = /** @type {HTMLElement} */ (event.target).closest("[data-mark], .cajal-result");
    if (!(target instanceof HTMLElement)) return;
    const place = target.dataset.mark === undefined ? "result" : Number(target.dataset.mark);
    if (place === chosen) return;
    light(chosen, false);
    chosen = place;
    light(chosen, true);
    about.show(chosen);
  }

  /**
   * @param {import("./inspector.js").Place} place
   * @param {boolean} isLit
   */
  function light(place, isLit) {
    if (place === "result") return;
    shown.terms[place].element.classList.toggle("cajal-lit", isLit);
    for (const piece of source.pieces.get(place) ?? []) piece.classList.toggle("cajal-lit", isLit);
  }
  for (const part of [top, source.element]) {
    part.addEventListener("pointerover", point);
    part.addEventListener("focusin", point);
  }

  const title = heading(spec.title, graph.type);
  host.append(title, top, controls, steps.element, source.element, about.element);
  show();

  return {
    dispose: () => {
      networks.stop();
      shown.dispose();
    },
    read: (query) => {
      if (query.set) run.set(query.set, Float64Array.from(query.values));
      if (query.result) return { values: [...run.result], maps: plain(whole(run)), ...result.read() };
      if (query.mark === undefined) return run.marks.map((mark, place) => ({ ...mark, place }));
      shown.draw(query.mark);
      return {
        values: run.valueOf(query.mark),
        ...shown.terms[query.mark].body.read(),
        note: shown.terms[query.mark].note.textContent,
        isPast: run.isPast(query.mark),
        maps: plain(nearest(run, query.mark)),
      };
    },
  };
}

/** @param {import("./inspector.js").Small[]} maps */
const plain = (maps) => maps.map(({ name, rows }) => ({ name, rows: rows.map((row) => [...row]) }));
