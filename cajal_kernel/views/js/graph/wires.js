// Draws what wires carry into a drawing: a text where they leave a box, their width and colour.

import { shape } from "../shared/dom.js";

/** @typedef {import("./carried.js").Values} Values */
/** @typedef {import("./carried.js").Carried} Carried */
/** @typedef {{ node: SVGElement, number: number, target: string, port: number, title: Element, said: string }} Wire */
/** @typedef {{ node: SVGElement, title: Element, numbers: number[], text: SVGTextElement, room: number, said: string, stem: SVGElement | null }} Box */

/** The width of a character of the text, and the room right of a box. */
const CHARACTER = 5.9;
const BESIDE = 16;

/** The fewest characters of a value that are drawn: `false -0.273 …`. */
const LEAST = 14;

/** Of what is above zero, below, no finite number, and zero: graph.css has their colours. */
const LOOKS = ["cajal-above", "cajal-below", "cajal-no-number", "cajal-nothing"];

/** What is said of that on which the result does not depend. */
const DEAD = "; the result does not depend on it now";

/**
 * The wires and boxes of a drawing whose values a run has, to be painted again and again.
 * @param {SVGSVGElement} svg
 * @param {Values} values
 * @param {(id: string) => import("./details.js").Box} about a box, by its id
 */
export function wiresOf(svg, values, about) {
  /** @type {Wire[]} */
  const wires = [];
  /** @type {Map<string, number[]>} */
  const leaving = new Map();
  for (const node of /** @type {NodeListOf<SVGElement>} */ (svg.querySelectorAll(".cajal-wire"))) {
    const { source = "", target = "", port, value, text = "" } = node.dataset;
    const number = Number(value);
    if (!values.has(number)) continue;
    leaving.set(source, [...new Set([...(leaving.get(source) ?? []), number])]);
    const title = /** @type {Element} */ (node.querySelector("title"));
    wires.push({ node, number, target, port: Number(port), title, said: text });
  }
  /** @type {Box[]} */
  const boxes = [];
  for (const node of /** @type {NodeListOf<SVGElement>} */ (svg.querySelectorAll(".cajal-node"))) {
    const numbers = leaving.get(node.dataset.id ?? "");
    const type = /** @type {SVGTextElement | null} */ (node.querySelector(".cajal-type"));
    if (!numbers || !type) continue;
    const box = /** @type {SVGElement} */ (node.querySelector("rect"));
    const [x, y] = [Number(type.getAttribute("x")), type.getAttribute("y")];
    const right = Number(box.getAttribute("x")) + Number(box.getAttribute("width")) + BESIDE;
    const text = shape("text", { x, y, "font-size": type.getAttribute("font-size"), class: "cajal-now" });
    type.before(text); // the style sheet shows one of them
    const room = Math.max(LEAST, Math.floor((right - x) / CHARACTER));
    const said = node.getAttribute("aria-label") ?? "";
    const title = /** @type {Element} */ (node.querySelector("title"));
    boxes.push({ node, title, numbers, text, room, said, stem: node.querySelector(".cajal-stem") });
  }

  /**
   * @param {SVGElement} node
   * @param {Carried} value
   * @param {number} weight
   * @param {number} scale
   * @param {boolean} counts
   */
  function look(node, value, weight, scale, counts) {
    node.classList.toggle("cajal-dead", !counts);
    const share = counts ? (value.magnitude / scale) * Math.abs(weight) : 0;
    const isOdd = value.isOdd && counts;
    const sign = isOdd ? 2 : value.magnitude === 0 || !counts ? 3 : value.at < 0 ? 1 : 0;
    if (!node.classList.contains(LOOKS[sign])) {
      node.classList.remove(...LOOKS);
      node.classList.add(LOOKS[sign]);
    }
    const text = (isOdd ? 1 : Math.min(1, share)).toFixed(3);
    if (node.style.getPropertyValue("--cajal-share") !== text) node.style.setProperty("--cajal-share", text);
  }

  return {
    paint() {
      svg.classList.add("cajal-valued");
      const { types } = values.run.graph;
      // Data is a distribution, of which one is all; other vectors are compared with the greatest.
      let greatest = 0;
      for (const { number } of wires) {
        const { type, magnitude } = values.of(number);
        if (!types[type].is_data) greatest = Math.max(greatest, magnitude);
      }
      const scale = (/** @type {Carried} */ { type }) => (types[type].is_data ? 1 : greatest || 1);
      for (const { node, number, target, port, title, said } of wires) {
        const value = values.of(number);
        const { written, values: inside } = about(target);
        const counts =
          target === "result" ||
          (written
            ? values.countsAt(number, target, port, inside)
            : values.counts(number) && inside.some((each) => values.counts(Number(each.slice(1)))));
        const weight = written ? values.weight(number, target, port) : 1;
        look(node, value, weight, scale(value), counts);
        tell(title, `${said}: ${values.text(number)}${counts ? "" : DEAD}`);
      }
      for (const { node, title, numbers, text, room, said, stem } of boxes) {
        const short = Math.max(LEAST, Math.floor(room / numbers.length) - 1);
        tell(
          text,
          numbers.map((number) => values.text(number, numbers.length > 1 ? short : room)).join(" · "),
        );
        const counts = numbers.some((number) => values.counts(number));
        node.classList.toggle("cajal-dead", !counts);
        const now = numbers.map((number) => values.text(number)).join(" · ");
        const full = `${said}, now ${now}${counts ? "" : DEAD}`;
        if (node.getAttribute("aria-label") !== full) node.setAttribute("aria-label", full);
        tell(title, full);
        const value = values.of(numbers[0]);
        if (stem) look(stem, value, 1, scale(value), counts);
      }
    },
    /** Leaves the drawing as it was. */
    clear() {
      svg.classList.remove("cajal-valued");
      for (const { title, said } of wires) tell(title, said);
      for (const { node, title, text, said } of boxes) {
        text.remove();
        node.setAttribute("aria-label", said);
        tell(title, said);
      }
    },
  };
}

/**
 * @param {Element} node
 * @param {string} text
 */
function tell(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
