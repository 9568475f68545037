// One line of the tree in the page.

import { bars } from "../shared/bars.js";
import { element } from "../shared/dom.js";
import { image } from "../shared/image.js";
import { brief, counted } from "../shared/numbers.js";
import { remark } from "./data.js";

/** @typedef {import("./data.js").Trace} Trace */
/** @typedef {import("./lines.js").Line} Line */

/**
 * The row of a line, which shows its value for an item of the batch.
 * @param {Trace} trace
 * @param {Line} line
 */
export function row(trace, line) {
  const { place, kind, steps, depth } = line;
  const toggle = element("span", { class: "cajal-toggle", "aria-hidden": "true" });
  const note = element("span", { class: "cajal-caption cajal-note" });
  const shown = element("span", { class: "cajal-shown" });
  const name = element("span", { class: "cajal-name" }, toggle, ...heading(trace, line));
  name.title = name.textContent ?? ""; // where it has no room
  name.style.paddingLeft = `${Math.min(depth, 12) * 1.15}em`;
  const node = element(
    "div",
    {
      class: `cajal-row cajal-row-${place === trace.result ? "result" : kind}`,
      role: "treeitem",
      "aria-level": depth + 1,
      tabindex: -1,
    },
    name,
    element("span", { class: "cajal-cell" }, shown, note),
  );
  const isIter = kind === "entry" && place !== trace.result && trace.marks[place].states > 0;
  const type = trace.type(place);
  const size = trace.places?.[place].values?.size ?? 0;
  const view = kind === "more" || isIter ? null : pictured(type, size, "value");
  if (view) shown.append(view.node);
  /** @type {ArrayLike<number> | null} */
  let values = null;

  /** @param {number} item @param {boolean} isPast whether it is at a step past the count */
  function show(item, isPast) {
    values = view ? trace.value(place, steps, item) : null;
    if (view && values) view.show(values);
    node.classList.toggle("cajal-past", isPast);
    note.textContent = told(item, isPast);
  }

  /** @param {number} item @param {boolean} isPast */
  function told(item, isPast) {
    if (kind === "more") return "";
    if (isIter) return counted(trace.marks[place].states - 1, "step");
    const parts = [];
    if (!values) parts.push(absent(trace, place));
    else if (type.is_data) parts.push(remark(values));
    if (kind === "step") {
      const weight = trace.weight(place, steps, item);
      if (weight !== null) parts.push(`weight ${brief(weight)}`);
      if (isPast) parts.push("past the count");
    }
    return parts.filter(Boolean).join(", ");
  }

  return {
    node,
    name,
    show,
    /** @param {boolean | null} isOpen */
    mark(isOpen) {
      toggle.textContent = isOpen === null ? "" : isOpen ? "▾" : "▸";
      if (isOpen === null) node.removeAttribute("aria-expanded");
      else node.setAttribute("aria-expanded", String(isOpen));
    },
    read: () => ({
      key: line.key,
      kind,
      place,
      steps,
      depth,
      name: name.textContent?.slice(toggle.textContent?.length ?? 0) ?? "",
      values: values ? [...Array.from(values)] : null,
      drawn: view ? view.read() : null,
      note: note.textContent ?? "",
      past: node.classList.contains("cajal-past"),
      expanded: node.getAttribute("aria-expanded"),
    }),
  };
}

/**
 * What draws a value of a type: an image, or bars.
 * @param {import("./data.js").Type} type
 * @param {number} size
 * @param {string} name
 */
function pictured(type, size, name) {
  if (type.image) {
    const view = image(type.image, { name });
    return { node: view.node, show: view.show, read: () => view.read(0, 0) };
  }
  return bars(type.labels ?? Array.from({ length: size }, (_, place) => String(place)));
}

/**
 * @param {Trace} trace
 * @param {Line} line
 * @returns {(Node | string)[]}
 */
function heading(trace, { place, kind, steps, count }) {
  if (kind === "more") return [`… ${counted(count, "step")} more`];
  if (kind === "step") return [`step ${steps[place]}`];
  if (place === trace.result) return [element("b", {}, "result"), typed(trace.resultType)];
  const mark = trace.marks[place];
  const what = element(
    "span",
    { class: `cajal-kind cajal-kind-${mark.kind}` },
    mark.kind === "state" ? (mark.is_fold ? "fold" : "iter") : mark.kind,
  );
  return [what, element("b", {}, mark.name), mark.applied && ` ${mark.applied}`, typed(mark.type)];
}

/** @param {string} type */
function typed(type) {
  return element("span", { class: "cajal-type" }, ` : ${type}`);
}

/** @param {Trace} trace @param {number} place */
function absent(trace, place) {
  return trace.places?.[place].values ? "" : "too large to be sent, or over a basis";
}
