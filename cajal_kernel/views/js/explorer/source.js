// The source beside the values: a line of code, and behind it the sub-terms that begin there.

import { element } from "../shared/dom.js";

/** @typedef {import("./run.js").Mark} Mark */

/**
 * The lines of the items that have marks. `term` makes what stands behind a line for a mark, or nothing.
 * @param {any} graph
 * @param {(place: number) => HTMLElement} term
 */
export function sourceLines(graph, term) {
  const box = element("div", { class: "cajal-source", role: "list" });
  /** @type {Map<number, HTMLElement[]>} */
  const pieces = new Map();
  graph.sources.forEach((/** @type {any} */ source, /** @type {number} */ index) => {
    for (const [start, end] of source.items) {
      const marks = /** @type {Mark[]} */ (graph.marks)
        .map((mark, place) => ({ mark, place }))
        .filter(({ mark: { at } }) => at[0] === index && start <= at[1] && at[2] <= end);
      if (!marks.length) continue;
      const item = element("div", { class: "cajal-item" });
      box.append(item);
      for (const [from, to] of lines(source.text, start, end)) {
        const here = marks.filter(({ mark: { at } }) => from <= at[1] && at[1] <= to);
        const code = element("div", { class: "cajal-code" });
        colour(code, source, from, to, marks, pieces);
        const values = element("div", { class: "cajal-values" });
        values.append(...here.map(({ place }) => term(place)));
        item.append(element("div", { class: "cajal-line", role: "listitem" }, code, values));
      }
    }
  });
  return { element: box, pieces };
}

/**
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @returns {[number, number][]}
 */
function lines(text, start, end) {
  /** @type {[number, number][]} */
  const made = [];
  for (let from = start; from <= end; ) {
    const newline = text.indexOf("\n", from);
    const to = newline < 0 || newline > end ? end : newline;
    made.push([from, to]);
    from = to + 1;
  }
  return made;
}

/**
 * Writes a line in pieces, each with its colour and with the marks that it lies in.
 * @param {HTMLElement} code
 * @param {any} source
 * @param {number} from
 * @param {number} to
 * @param {{ mark: Mark, place: number }[]} marks
 * @param {Map<number, HTMLElement[]>} pieces
 */
function colour(code, source, from, to, marks, pieces) {
  const tokens = /** @type {[number, number, string][]} */ (source.tokens).filter(
    ([start, end]) => start < to && end > from,
  );
  const inside = marks.filter(({ mark: { at } }) => at[1] < to && at[2] > from);
  const cuts = new Set([from, to]);
  for (const [start, end] of tokens) cuts.add(start).add(end);
  for (const {
    mark: { at },
  } of inside)
    cuts.add(at[1]).add(at[2]);
  const ordered = [...cuts].filter((cut) => cut >= from && cut <= to).sort((a, b) => a - b);
  for (let k = 0; k + 1 < ordered.length; k++) {
    const [start, end] = [ordered[k], ordered[k + 1]];
    const kind = tokens.find((token) => token[0] <= start && end <= token[1])?.[2] ?? "space";
    const covering = inside.filter(({ mark: { at } }) => at[1] <= start && end <= at[2]);
    const piece = element(
      "span",
      { class: `cajal-token-${kind}${covering.length ? " cajal-marked" : ""}` },
      source.text.slice(start, end),
    );
    if (covering.length) {
      // The innermost is the one that is meant.
      const { place } = covering.reduce((a, b) =>
        b.mark.at[2] - b.mark.at[1] < a.mark.at[2] - a.mark.at[1] ? b : a,
      );
      piece.dataset.mark = String(place);
      for (const each of covering) pieces.set(each.place, [...(pieces.get(each.place) ?? []), piece]);
    }
    code.append(piece);
  }
}
