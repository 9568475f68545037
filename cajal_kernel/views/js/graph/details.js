// What is said of the box that is chosen: its source, its matrix, its part of the code.

import { tint } from "../shared/colours.js";
import { element } from "../shared/dom.js";
import { heading } from "../shared/heading.js";
import { brief, counted, precise } from "../shared/numbers.js";

/**
 * @typedef {{ names: string[], columns: string[], rows: string[], linear: boolean, start: number, data?: ArrayLike<number> }} Matrix
 * @typedef {{ title: string, kind: string, note: string, out: string, values: string[], written: boolean, at: number[] | null, code: string,
 *   runs: number[], folds?: string[], structure?: string, weights?: Matrix }} Box
 * @typedef {{ name: string, text: string, items: [number, number][] }} Source
 */

const LINES = 14;
const AROUND = 4;

const KINDS = {
  input: "input",
  result: "result",
  operation: "operation",
  constant: "constant",
  call: "definition",
  extern: "extern",
  learn: "",
  argument: "argument that is a function",
  state: "state of the recurrence",
  sum: "sum of the states by the weights of the count",
};

/**
 * @param {Box} box
 * @param {Source[]} sources
 * @param {HTMLElement | null} [values] what leaves it now
 * @returns {HTMLElement[]}
 */
export function details(box, sources, values) {
  const kind = KINDS[/** @type {keyof typeof KINDS} */ (box.kind)];
  /** @type {HTMLElement[]} */
  const parts = [
    heading(box.title, box.out),
    element(
      "div",
      { class: "cajal-caption" },
      [kind, box.note, box.values.length === 1 ? box.values[0] : ""].filter(Boolean).join("; "),
    ),
  ];
  if (values) parts.push(...section("Now", values));
  if (box.at) parts.push(...section("Source", lit(sources[box.at[0]], box.at[1], box.at[2])));
  if (box.weights) parts.push(...matrix(box.weights));
  if (box.folds?.length) {
    parts.push(
      ...section("Stands for", element("div", { class: "cajal-graph-folds" }, box.folds.join(" · "))),
    );
  }
  if (box.code) {
    const where = box.runs.map((number) => `v${number}`).join(", ");
    const title = where ? `Runs as part of ${where}` : "Code";
    parts.push(...section(title, element("pre", { class: "cajal-graph-code" }, box.code)));
  }
  if (box.structure) parts.push(...section("Modules", element("pre", {}, box.structure)));
  return parts;
}

/**
 * @param {string} title
 * @param {HTMLElement} content
 */
function section(title, content) {
  return [element("div", { class: "cajal-graph-head" }, title), content];
}

/**
 * The item that a place is in, with the place lit; of a long item the lines around the place.
 * @param {Source} source
 * @param {number} start
 * @param {number} end
 */
function lit({ name, text, items }, start, end) {
  const [first, last] = items.find(([from, to]) => from <= start && end <= to) ?? [start, end];
  let [from, to] = [first, last];
  if (text.slice(first, last).split("\n").length > LINES) {
    from = start;
    to = end;
    for (let lines = 0; lines < AROUND && from > first; lines++) from = text.lastIndexOf("\n", from - 2) + 1;
    for (let lines = 0; lines < AROUND && to < last; lines++)
      to = (text.indexOf("\n", to + 1) + 1 || last + 1) - 1;
    from = Math.max(from, first);
    to = Math.min(to, last);
  }
  const mark = element("mark", {}, text.slice(start, end));
  const shown = element(
    "pre",
    { class: "cajal-graph-source" },
    text.slice(from, start),
    mark,
    text.slice(end, to),
  );
  shown.title = name;
  return shown;
}

/** @param {Matrix} weights */
function matrix(weights) {
  const { columns, rows, names } = weights;
  const data = weights.data ?? [];
  let scale = 0;
  for (let place = 0; place < data.length; place++) {
    if (Number.isFinite(data[place])) scale = Math.max(scale, Math.abs(data[place]));
  }
  const head = element("tr", {}, element("th", {}, names.join(", ")));
  for (const column of columns) head.append(element("th", { scope: "col" }, column));
  const body = rows.map((row, down) => {
    const line = element("tr", {}, element("th", { scope: "row" }, row));
    columns.forEach((column, across) => {
      const value = data[down * columns.length + across];
      const cell = element(
        "td",
        {
          title: `${column} → ${row}: ${precise(value)}`,
          class: Number.isFinite(value) ? "" : "cajal-odd",
          style: `background:${tint(value, scale)}`,
        },
        brief(value),
      );
      line.append(cell);
    });
    return line;
  });
  const size = `${counted(rows.length, "row")} × ${counted(columns.length, "column")}`;
  const note = weights.linear ? "" : "; values at basis vectors: between them it need not be linear";
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
  return section(`Matrix, ${size}${note}`, element("div", { class: "cajal-graph-matrix" }, table));
}
