// The state at the chosen step, its weighted part, the sum so far and the result, as labelled bars.

import { element } from "../shared/dom.js";
import { brief, precise } from "../shared/numbers.js";
import { label } from "./model.js";

const MOST = 14;
const TITLES = ["state", "weight · state", "sum so far", "result"];

/**
 * A table of the coordinates; where there are many, of the greatest ones.
 * @param {import("./model.js").Run} run
 */
export function vectorTable(run) {
  const body = element("tbody");
  const note = element("div", { class: "cajal-caption" });
  const head = element("tr", {}, element("th", { scope: "col" }, run.type));
  for (const title of TITLES) head.append(element("th", { scope: "col" }, title));
  const table = element("table", { class: "cajal-dy-vector" }, element("thead", {}, head), body);

  /**
   * @param {Float64Array[]} columns a vector for each of the titles
   */
  function show(columns) {
    const places = Array.from({ length: run.dim }, (_, i) => i);
    const size = (/** @type {number} */ i) =>
      Math.max(...columns.map((column) => (Number.isFinite(column[i]) ? Math.abs(column[i]) : Infinity)));
    if (run.dim > MOST) {
      places.sort((a, b) => size(b) - size(a) || a - b);
      places.splice(MOST);
      while (places.length > 1 && size(places[places.length - 1]) === 0) places.pop();
      places.sort((a, b) => a - b);
    }
    const greatest = columns.map((column) =>
      column.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0),
    );
    body.replaceChildren(
      ...places.map((i) => {
        const name = label(run, i);
        const row = element("tr", {}, element("th", { scope: "row", title: name }, name));
        columns.forEach((column, k) => {
          row.append(bar(name, TITLES[k], column[i], greatest[k]));
        });
        return row;
      }),
    );
    const rest = places.length < MOST ? "all others are 0" : "the greatest";
    note.textContent = run.dim > MOST ? `${places.length} of ${run.dim} coordinates; ${rest}` : "";
  }
  return { node: element("div", { class: "cajal-dy-scroll" }, table, note), show };
}

/**
 * @param {string} name
 * @param {string} title
 * @param {number} value
 * @param {number} greatest
 */
function bar(name, title, value, greatest) {
  const part = Number.isFinite(value) && greatest ? (50 * Math.abs(value)) / greatest : 0;
  const fill = element("i", {
    class: value < 0 ? "cajal-dy-fill cajal-negative" : "cajal-dy-fill",
    style: `width:${part}%;${value < 0 ? "right" : "left"}:50%`,
  });
  return element(
    "td",
    { title: `${title}, ${name}: ${precise(value)}` },
    element("span", { class: "cajal-dy-track" }, fill),
    element("span", { class: "cajal-dy-number" }, brief(value)),
  );
}
