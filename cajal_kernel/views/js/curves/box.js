// The box that a pointer drags over a plot, and the part of the plot that it means.

import { shape } from "../shared/dom.js";
import { MARGIN } from "./plot.js";

/** The least distance that is meant, in pixels: across, and twice that down, since a hand is seldom steady. */
const DRAG = 6;

/** @typedef {{ x: number, y: number }} Place from 0 to 1 across and down the plot */
/** @typedef {{ x: [number, number] | null, y: [number, number] | null }} Area null where all is meant */

/**
 * @param {SVGSVGElement} svg
 * @param {() => import("./plot.js").Size} size of the inside of the plot
 * @param {{ moved: (place: Place) => void, boxed: (area: Area) => void }} act
 */
export function boxOf(svg, size, act) {
  const node = shape("rect", { class: "cajal-box", visibility: "hidden" });
  /** @type {Place | null} */
  let start = null;

  /** @param {PointerEvent} event */
  function placeOf(event) {
    const bounds = svg.getBoundingClientRect();
    const { width, height } = size();
    const scale = (width + MARGIN.left + MARGIN.right) / bounds.width;
    const x = ((event.clientX - bounds.left) * scale - MARGIN.left) / width;
    const y = ((event.clientY - bounds.top) * scale - MARGIN.top) / height;
    return { x: Math.max(0, Math.min(1, x)), y: Math.max(0, Math.min(1, y)) };
  }

  /**
   * @param {Place} from
   * @param {Place} to
   * @returns {Area}
   */
  function areaOf(from, to) {
    const isWide = Math.abs(to.x - from.x) * size().width > DRAG;
    const isTall = Math.abs(to.y - from.y) * size().height > 2 * DRAG;
    return {
      x: isWide ? [Math.min(from.x, to.x), Math.max(from.x, to.x)] : null,
      y: isTall ? [Math.min(from.y, to.y), Math.max(from.y, to.y)] : null,
    };
  }

  /** @param {Area} area */
  function show({ x, y }) {
    const { width, height } = size();
    const [left, right] = x ?? [0, 1];
    const [top, bottom] = y ?? [0, 1];
    node.setAttribute("x", String(MARGIN.left + left * width));
    node.setAttribute("y", String(MARGIN.top + top * height));
    node.setAttribute("width", String((right - left) * width));
    node.setAttribute("height", String((bottom - top) * height));
    node.setAttribute("visibility", x || y ? "visible" : "hidden");
  }

  function end() {
    start = null;
    node.setAttribute("visibility", "hidden");
  }

  svg.addEventListener("pointermove", (event) => {
    const place = placeOf(event);
    act.moved(place);
    if (start) show(areaOf(start, place));
  });
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    start = placeOf(event);
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointerup", (event) => {
    const area = start && areaOf(start, placeOf(event));
    end();
    if (area?.x || area?.y) act.boxed(area);
  });
  svg.addEventListener("pointercancel", end);
  return node;
}
