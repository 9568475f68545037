// A drawing that is moved and magnified: by dragging, by the wheel with Ctrl, by keys.

import { element } from "../shared/dom.js";

const TALLEST = 620;
const SMALLEST = 0.55;
const STEP = 1.25;

/**
 * The pane, and what can be done with it. `show` takes the text of an SVG that the kernel drew.
 * @typedef {{ node: HTMLElement, show: (svg: string) => SVGSVGElement, zoom: (factor: number) => void,
 *   fit: () => void, scale: () => number, reveal: (node: Element) => void, dispose: () => void }} Pane
 */

/** @returns {Pane} */
export function pane() {
  const node = element("div", {
    class: "cajal-graph-pane",
    tabindex: 0,
    role: "group",
    "aria-label":
      "Graph. Arrow keys move it, plus and minus magnify it, 0 shows it whole. Tab goes to its boxes.",
  });
  /** @type {SVGSVGElement | null} */
  let svg = null;
  let natural = { x: 0, y: 0, width: 1, height: 1 };
  const view = { x: 0, y: 0, scale: 1 };

  function place() {
    if (!svg) return;
    const { clientWidth, clientHeight } = node;
    svg.setAttribute(
      "viewBox",
      [view.x, view.y, clientWidth / view.scale, clientHeight / view.scale]
        .map((size) => size.toFixed(2))
        .join(" "),
    );
  }

  function fit() {
    const across = node.clientWidth || natural.width;
    const wide = Math.min(1, across / natural.width);
    view.scale = Math.max(SMALLEST, Math.min(wide, Math.max(0.75 * wide, TALLEST / natural.height)));
    const tall = Math.min(TALLEST, natural.height * view.scale);
    node.style.height = `${Math.ceil(tall)}px`;
    view.x = natural.x + Math.min(0, (natural.width - across / view.scale) / 2);
    view.y = natural.y;
    place();
  }

  /**
   * Magnifies around a point of the pane, its middle if there is none.
   * @param {number} factor
   * @param {number} [x]
   * @param {number} [y]
   */
  function zoom(factor, x = node.clientWidth / 2, y = node.clientHeight / 2) {
    const scale = Math.max(0.1, Math.min(6, view.scale * factor));
    view.x += x / view.scale - x / scale;
    view.y += y / view.scale - y / scale;
    view.scale = scale;
    place();
  }

  /**
   * @param {number} across
   * @param {number} down
   */
  function move(across, down) {
    view.x -= across / view.scale;
    view.y -= down / view.scale;
    place();
  }

  /** @param {Element} target */
  function reveal(target) {
    const box = target.getBoundingClientRect();
    const frame = node.getBoundingClientRect();
    const across = Math.min(0, frame.right - box.right - 8) || Math.max(0, frame.left - box.left + 8);
    const down = Math.min(0, frame.bottom - box.bottom - 8) || Math.max(0, frame.top - box.top + 8);
    if (across || down) move(across, down);
  }

  node.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // else the page scrolls
    event.preventDefault();
    const frame = node.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY / 300), event.clientX - frame.left, event.clientY - frame.top);
  });

  /** @type {{ x: number, y: number, moved: boolean } | null} */
  let drag = null;
  node.addEventListener("pointerdown", (event) => {
    if (event.button === 0) drag = { x: event.clientX, y: event.clientY, moved: false };
  });
  node.addEventListener("pointermove", (event) => {
    if (!drag || !event.buttons) return;
    const [across, down] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(across, down) < 4) return;
    if (!drag.moved) node.setPointerCapture(event.pointerId); // from here on it is no click of a box
    move(across, down);
    drag = { x: event.clientX, y: event.clientY, moved: true };
  });
  node.addEventListener("pointerup", () => {
    drag = null;
  });

  /** @type {Record<string, () => void>} */
  const keys = {
    ArrowLeft: () => move(40, 0),
    ArrowRight: () => move(-40, 0),
    ArrowUp: () => move(0, 40),
    ArrowDown: () => move(0, -40),
    "+": () => zoom(STEP),
    "=": () => zoom(STEP),
    "-": () => zoom(1 / STEP),
    0: fit,
  };
  node.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });

  let wide = 0;
  const observer = new ResizeObserver(() => {
    if (node.clientWidth === wide) return place();
    wide = node.clientWidth;
    fit();
  });
  observer.observe(node);

  return {
    node,
    show(text) {
      const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
      const shown = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (document.importNode(parsed, true)));
      const [x, y, width, height] = (shown.getAttribute("viewBox") ?? "0 0 1 1").split(" ").map(Number);
      natural = { x, y, width, height };
      for (const name of ["width", "height"]) shown.removeAttribute(name);
      shown.setAttribute("role", "group"); // an image would hide its boxes from a screen reader
      svg = shown;
      node.replaceChildren(shown);
      fit();
      return shown;
    },
    zoom,
    fit,
    scale: () => view.scale,
    reveal,
    dispose: () => observer.disconnect(),
  };
}
