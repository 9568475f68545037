// Turning a picture of space: by dragging it, and by the arrow keys.

import { BEGIN } from "./projection.js";

/** Radians for a pixel that is dragged, and for an arrow key. */
const PIXEL = 0.01;
const KEY = Math.PI / 36;

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * @param {SVGSVGElement} svg
 * @param {() => void} show draws it as it is seen now
 */
export function turning(svg, show) {
  let view = BEGIN;
  let isOn = false;
  let last = { x: 0, y: 0 };

  /** @param {import("./projection.js").View} to */
  function see(to) {
    view = to;
    show();
  }

  /**
   * @param {number} across
   * @param {number} down
   */
  function by(across, down) {
    const rise = Math.max(-Math.PI / 2, Math.min(Math.PI / 2, view.rise + down));
    const turn = Math.atan2(Math.sin(view.turn + across), Math.cos(view.turn + across));
    see({ turn, rise });
  }

  svg.addEventListener("pointerdown", (event) => {
    if (!isOn || event.button !== 0) return;
    svg.setPointerCapture(event.pointerId);
    last = { x: event.clientX, y: event.clientY };
  });
  svg.addEventListener("pointermove", (event) => {
    if (!svg.hasPointerCapture(event.pointerId)) return;
    const [across, down] = [event.clientX - last.x, event.clientY - last.y];
    last = { x: event.clientX, y: event.clientY };
    by(across * PIXEL, down * PIXEL);
  });
  svg.addEventListener("dblclick", () => {
    if (isOn) see(BEGIN);
  });
  svg.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (!isOn || !(arrow || event.key === "Home")) return;
    if (arrow) by(arrow[0] * KEY, arrow[1] * KEY);
    else see(BEGIN);
    event.preventDefault();
  });

  return {
    view: () => view,
    /**
     * Lets it be turned, or not.
     * @param {boolean} can
     */
    allow(can) {
      isOn = can;
      svg.classList.toggle("cajal-dy-turned", can);
      svg.setAttribute("role", can ? "application" : "img");
      if (can) svg.setAttribute("tabindex", "0");
      else svg.removeAttribute("tabindex");
    },
    /** What the picture is seen from, in words. */
    said() {
      const [turn, rise] = [view.turn, view.rise].map((angle) => Math.round((angle * 180) / Math.PI));
      const above = rise < 0 ? `${-rise}° below` : `${rise}° above`;
      return `turned by ${turn}°, seen from ${above}; arrow keys turn it, Home turns it back`;
    },
  };
}
