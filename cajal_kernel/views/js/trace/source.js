// The source of a neuron, of which one part can be lit.

import { element } from "../shared/dom.js";

/**
 * A source as the kernel sends it: offsets in it are those of JavaScript's strings.
 * @typedef {{ name: string, text: string, items: [number, number][], tokens: [number, number, string][] }} Source
 */
/** The place of a source, and where a part of it starts and ends. @typedef {readonly [number, number, number]} Place */

/**
 * Sources, one below the other; `light` lights a part, or none.
 * @param {Source[]} sources
 */
export function sourceView(sources) {
  const node = element("div", { class: "cajal-source" });
  /** @type {{ source: number, start: number, end: number, span: HTMLElement }[]} */
  const pieces = [];
  sources.forEach((source, place) => {
    if (sources.length > 1) node.append(element("div", { class: "cajal-caption" }, source.name));
    for (const [start, end] of source.items) {
      const code = element("pre", {});
      for (const [from, to, kind] of split(source, start, end)) {
        const span = element("span", { class: `cajal-token-${kind}` }, source.text.slice(from, to));
        pieces.push({ source: place, start: from, end: to, span });
        code.append(span);
      }
      node.append(code);
    }
  });

  /** @param {Place | null} at */
  function light(at) {
    /** @type {HTMLElement | null} */
    let first = null;
    for (const { source, start, end, span } of pieces) {
      const isLit = at !== null && source === at[0] && start >= at[1] && end <= at[2];
      span.classList.toggle("cajal-lit", isLit);
      if (isLit) first ??= span;
    }
    if (first) reveal(node, first);
  }
  const lit = () => pieces.filter(({ span }) => span.classList.contains("cajal-lit"));
  return {
    node,
    light,
    read: () =>
      lit()
        .map(({ span }) => span.textContent)
        .join(""),
  };
}

/**
 * A stretch of a source in pieces: its tokens, and what is between them.
 * @param {Source} source
 * @param {number} start
 * @param {number} end
 * @returns {[number, number, string][]}
 */
function split(source, start, end) {
  /** @type {[number, number, string][]} */
  const made = [];
  let at = start;
  for (const [from, to, kind] of source.tokens) {
    if (from < start || to > end) continue;
    if (from > at) made.push([at, from, "space"]);
    made.push([from, to, kind]);
    at = to;
  }
  if (at < end) made.push([at, end, "space"]);
  return made;
}

/**
 * Scrolls a part into view within its box, and nothing around the box.
 * @param {HTMLElement} box
 * @param {HTMLElement} part
 */
function reveal(box, part) {
  const [outer, inner] = [box.getBoundingClientRect(), part.getBoundingClientRect()];
  if (inner.top < outer.top) box.scrollTop -= outer.top - inner.top + 4;
  else if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom + 4;
}
