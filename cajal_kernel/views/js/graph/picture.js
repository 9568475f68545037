// A neuron as a graph: as it is written, with definitions that open, and as it runs.

import { element } from "../shared/dom.js";
import { heading } from "../shared/heading.js";
import { details } from "./details.js";
import { halos } from "./halos.js";
import { pane } from "./pane.js";
import { drawn, said } from "./reading.js";
import { liveValues } from "./values.js";

/**
 * @typedef {{ level: "written" | "run", depth: number | null, svg: string, open: string[], leftOut: number }} Drawing
 * @typedef {import("./details.js").Box} Box
 */

const CHOOSE =
  "Choose a box: its source, its matrix, its code. A box with a double edge opens by a double click. " +
  "Drag, two fingers, or Ctrl and the wheel move and magnify.";
const LEVELS = /** @type {const} */ ({ written: "as written", run: "as run" });

/** @type {(host: HTMLElement, picture: import("../shared/wire.js").Picture, context: import("../shared/wire.js").Context) => import("../shared/wire.js").Handle} */
export function draw(host, picture, context) {
  const { spec, arrays } = picture;
  /** @type {Drawing[]} */
  const drawings = spec.drawings;
  const written = drawings.filter((drawing) => drawing.level === "written");
  /** @type {Record<string, Record<string, Box>>} */
  const boxes = withNumbers(spec.boxes, arrays);
  /** @type {import("./details.js").Source[]} */
  const sources = spec.graph ? spec.graph.sources : spec.sources;
  /** @param {string} id */
  const about = (id) => boxes[shown.level][id];
  const live = spec.graph ? liveValues(picture, context.ask, about, switched) : null;
  const why = spec.why ? [element("div", { class: "cajal-caption" }, `No values: ${spec.why}`)] : [];
  const frame = pane();
  /** @type {Drawing} */
  let shown = drawings[spec.first];
  let before = shown;
  /** @type {SVGSVGElement} */
  let svg;
  let light = halos(null);
  /** @type {string | null} */
  let chosen = null;

  const title = heading(spec.title, spec.type);
  const levels = element("div", { class: "cajal-group", role: "group", "aria-label": "Level" });
  const buttons = Object.entries(LEVELS).map(([level, text]) => {
    const button = element("button", { type: "button" }, text);
    button.addEventListener("click", () => {
      if (level === shown.level) return;
      if (level === "run") before = shown;
      show(level === "run" ? drawings[drawings.length - 1] : before);
    });
    levels.append(button);
    return /** @type {const} */ ([level, button]);
  });
  const depth = element("select", { "aria-label": "Definitions" });
  written.forEach((drawing, place) => {
    const last = place === written.length - 1;
    const text = place === 0 ? "definitions closed" : last ? "all open" : `open ${drawing.depth} deep`;
    depth.append(element("option", { value: place }, text));
  });
  const singly = element("option", { value: "singly", hidden: "" }, "opened singly");
  depth.append(singly);
  depth.addEventListener("change", () => show(written[Number(depth.value)]));
  const zooms = element("div", { class: "cajal-group", role: "group", "aria-label": "Zoom" });
  for (const [text, label, act] of /** @type {[string, string, () => void][]} */ ([
    ["−", "zoom out", () => frame.zoom(0.8)],
    ["+", "zoom in", () => frame.zoom(1.25)],
    ["fit", "show all of it", () => frame.fit()],
    ["1:1", "as at first, large enough to be read", () => frame.home()],
  ])) {
    const button = element("button", { type: "button", "aria-label": label, title: label }, text);
    button.addEventListener("click", act);
    zooms.append(button);
  }
  const remark = element("div", { class: "cajal-caption", "aria-live": "polite" });
  const panel = element("div", { class: "cajal-graph-details", "aria-live": "polite" });
  const legend = live ? [live.legend] : [];
  const drawing = element(
    "div",
    { class: "cajal-graph-drawing" },
    frame.node,
    element("div", { class: "cajal-caption" }, CHOOSE),
    ...legend,
    remark,
  );
  const body = element("div", { class: "cajal-graph-body" }, ...(live ? [live.panel] : []), drawing, panel);
  host.classList.add("cajal-graph");
  host.append(
    title,
    element("div", { class: "cajal-controls" }, levels, zooms, ...(live ? [live.toggle] : []), depth),
    ...why,
    body,
  );

  /**
   * @param {Drawing} drawing
   * @param {string} [note]
   */
  function show(drawing, note = "") {
    shown = drawing;
    for (const [level, button] of buttons)
      button.setAttribute("aria-pressed", String(level === drawing.level));
    depth.hidden = drawing.level !== "written" || written.length === 1;
    depth.value = drawing.depth === null ? "singly" : String(Math.max(0, written.indexOf(drawing)));
    svg = frame.show(drawing.svg);
    light = halos(svg);
    const out = drawing.leftOut ? `${drawing.leftOut} more boxes are left out. ` : "";
    remark.textContent = out + note;
    live?.draw(svg);
    choose(chosen);
  }

  /** @param {string} id */
  const node = (id) =>
    /** @type {SVGElement | null} */ (
      svg.querySelector(`[data-id="${id}"].cajal-node, [data-id="${id}"].cajal-cluster`)
    );

  /** Beside the drawing is room for what there is to be said. */
  function compose() {
    body.classList.toggle("cajal-beside", chosen !== null || (live?.isOn() ?? false));
  }

  function switched() {
    compose();
    frame.home();
    choose(chosen);
  }

  /**
   * The values that leave a box, or that come into the result.
   * @param {string} id
   */
  function carried(id) {
    const wires = [
      ...svg.querySelectorAll(`.cajal-wire[data-${id === "result" ? "target" : "source"}="${id}"]`),
    ];
    return [...new Set(wires.map((wire) => Number(/** @type {SVGElement} */ (wire).dataset.value)))];
  }

  /** @param {string | null} id */
  function choose(id) {
    const target = id === null ? null : node(id);
    const box = target && id !== null ? boxes[shown.level][id] : null;
    chosen = box ? id : null;
    for (const each of svg.querySelectorAll(".cajal-chosen")) each.classList.remove("cajal-chosen");
    light(chosen);
    panel.replaceChildren();
    compose();
    if (!target || !box || id === null) {
      live?.details([]);
      return frame.narrowed(null);
    }
    frame.narrowed(target);
    target.classList.add("cajal-chosen");
    const values = live?.details(carried(id));
    panel.replaceChildren(...details(box, sources, values));
    const isOpen = shown.open.includes(id);
    if (isOpen || /** @type {SVGElement} */ (target).dataset.opens) {
      const button = element("button", { type: "button" }, isOpen ? "Close definition" : "Open definition");
      button.addEventListener("click", () => toggle(id));
      panel.children[1].after(button);
    }
  }

  /**
   * Opens or closes one definition: the kernel draws it, or else a drawing that the page has.
   * @param {string} id
   */
  async function toggle(id) {
    const isOpen = shown.open.includes(id);
    const open = isOpen ? shown.open.filter((each) => each !== id) : [...shown.open, id];
    if (context.ask) {
      try {
        const answer = await context.ask({ open });
        const more = withNumbers(answer.spec.boxes, answer.arrays);
        Object.assign(boxes.written, more.written);
        return show(answer.spec.drawings[0]);
      } catch (error) {
        remark.textContent = `The kernel does not answer: ${error instanceof Error ? error.message : error}`;
      }
    }
    const nearest = isOpen
      ? written.findLast((drawing) => !drawing.open.includes(id))
      : written.find((drawing) => drawing.open.includes(id));
    if (nearest) show(nearest, "Without a kernel, definitions open level by level.");
  }

  /** @param {Event} event */
  const at = (event) =>
    /** @type {SVGElement | null} */ (
      /** @type {Element} */ (event.target).closest(".cajal-node, .cajal-cluster[tabindex]")
    );
  frame.node.addEventListener("click", (event) => {
    if (event.detail < 2) choose(at(event)?.dataset.id ?? null);
  });
  // The first click may have moved the drawing from under the pointer.
  frame.node.addEventListener("dblclick", () => flip(chosen === null ? null : node(chosen)));
  frame.node.addEventListener("keydown", (event) => {
    const target = at(event);
    if (!target) return;
    if (event.key === "Enter" || event.key === " ") choose(target.dataset.id ?? null);
    else if (event.key === "o") flip(target);
    else return;
    event.preventDefault();
  });
  frame.node.addEventListener("pointerover", (event) => light(at(event)?.dataset.id ?? chosen));
  frame.node.addEventListener("focusin", (event) => {
    const target = at(event);
    if (target?.matches(":focus-visible")) frame.reveal(target);
  });

  /** @param {SVGElement | null} target */
  function flip(target) {
    const id = target?.dataset.id;
    if (id && (target.dataset.opens || shown.open.includes(id))) toggle(id);
  }

  show(shown);
  return {
    dispose: () => {
      frame.dispose();
      live?.dispose();
    },
    read(query) {
      if (query?.details) return said(panel);
      if (query?.value !== undefined) return live?.read(query.value) ?? null;
      if (query?.at) {
        const [x, y] = query.at;
        const found = document.elementFromPoint(x, y)?.closest(".cajal-node, .cajal-cluster");
        return /** @type {SVGElement | null | undefined} */ (found)?.dataset.id ?? null;
      }
      return { level: shown.level, open: shown.open, chosen, scale: frame.scale(), ...drawn(svg) };
    },
  };
}

/**
 * The boxes with the numbers of their matrices.
 * @param {Record<string, Record<string, Box>>} levels
 * @param {import("../shared/wire.js").Picture["arrays"]} arrays
 */
function withNumbers(levels, arrays) {
  for (const boxes of Object.values(levels)) {
    for (const { weights } of Object.values(boxes)) {
      if (weights)
        weights.data = arrays.matrices.data.subarray(
          weights.start,
          weights.start + weights.rows.length * weights.columns.length,
        );
    }
  }
  return levels;
}
