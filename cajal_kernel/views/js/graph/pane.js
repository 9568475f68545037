// A drawing that is moved and magnified: by dragging, by the wheel with Ctrl, by two fingers, by keys.

import { element } from "../shared/dom.js";
import { pinching } from "./touch.js";

const TALLEST = 640;
const STEP = 1.25;

/** The scale below which texts are no longer read. A larger drawing is shown in part at first. */
const READABLE = 0.85;

/** A pane that is narrower has the height of its drawing, since a finger that goes down scrolls the page. */
const NARROW = 560;
const LONGEST = 2400;

/** The least room between a box that is revealed and the edge. A drawing has a little more around it. */
const NEAR = 3;

/** How far the drawing fades out towards an edge behind which it goes on. */
const FADE = 28;

/**
 * The pane, and what can be done with it. `show` takes the text of an SVG that the kernel drew.
 * @typedef {{ node: HTMLElement, show: (svg: string) => SVGSVGElement, zoom: (factor: number) => void,
 *   fit: () => void, home: () => void, narrowed: (node: Element | null) => void, scale: () => number,
 *   reveal: (node: Element) => void, dispose: () => void }} Pane
 */

/** @returns {Pane} */
export function pane() {
  const node = element("div", {
    class: "cajal-graph-pane",
    tabindex: 0,
    role: "group",
    "aria-label":
      "Graph. Arrow keys move it, plus and minus magnify it, 0 shows it whole, 1 as at first. Tab goes to its boxes.",
  });
  /** @type {SVGSVGElement | null} */
  let svg = null;
  let natural = { x: 0, y: 0, width: 1, height: 1 };
  const view = { x: 0, y: 0, scale: 1 };

  function place() {
    if (!svg) return;
    const [wide, tall] = [node.clientWidth / view.scale, node.clientHeight / view.scale];
    svg.setAttribute("viewBox", [view.x, view.y, wide, tall].map((size) => size.toFixed(2)).join(" "));
    const beyond = {
      left: natural.x < view.x - 1,
      right: natural.x + natural.width > view.x + wide + 1,
      top: natural.y < view.y - 1,
      bottom: natural.y + natural.height > view.y + tall + 1,
    };
    for (const [edge, isBeyond] of Object.entries(beyond))
      svg.style.setProperty(`--cajal-${edge}`, isBeyond ? `${FADE}px` : "0px");
  }

  /** Across, in the middle; a wider drawing begins with what comes first in the program. */
  function middle() {
    const across = node.clientWidth / view.scale;
    const over = natural.width - across;
    view.x = natural.x + over / 2;
    const first = /** @type {SVGGraphicsElement | null} */ (svg?.querySelector(".cajal-node"));
    if (over <= 0 || !first) return;
    const box = first.getBBox();
    view.x = Math.max(natural.x, Math.min(natural.x + over, box.x + box.width / 2 - across / 2));
  }

  /** As large as it fits across, but never too small to be read. */
  function home() {
    const across = node.clientWidth || natural.width;
    view.scale = Math.max(READABLE, Math.min(1, across / natural.width));
    if (across < NARROW) node.style.height = `${Math.ceil(Math.min(LONGEST, natural.height * view.scale))}px`;
    else {
      view.scale = Math.max(READABLE, Math.min(view.scale, TALLEST / natural.height));
      const tall = natural.height * view.scale;
      // A little more is shown, too: better than an end that is cut.
      node.style.height = `${Math.ceil(tall < 1.25 * TALLEST ? tall : TALLEST)}px`;
    }
    middle();
    view.y = natural.y;
    place();
  }

  /** All of the drawing. */
  function fit() {
    const [wide, tall] = [node.clientWidth / natural.width, node.clientHeight / natural.height];
    view.scale = Math.min(1, wide, tall);
    view.x = natural.x + (natural.width - node.clientWidth / view.scale) / 2;
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
    const across = Math.min(0, frame.right - box.right - NEAR) || Math.max(0, frame.left - box.left + NEAR);
    const down = Math.min(0, frame.bottom - box.bottom - NEAR) || Math.max(0, frame.top - box.top + NEAR);
    if (across || down) move(across, down);
  }

  node.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // else the page scrolls
    event.preventDefault();
    const frame = node.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY / 300), event.clientX - frame.left, event.clientY - frame.top);
  });

  pinching(
    node,
    (factor, x, y) => {
      const frame = node.getBoundingClientRect();
      zoom(factor, x - frame.left, y - frame.top);
    },
    move,
  );

  /** @type {{ x: number, y: number, moved: boolean } | null} */
  let drag = null;
  node.addEventListener("pointerdown", (event) => {
    if (event.button === 0)
      drag = event.isPrimary ? { x: event.clientX, y: event.clientY, moved: false } : null;
  });
  node.addEventListener("pointermove", (event) => {
    if (!drag || !event.buttons) return;
    const [across, down] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(across, down) < 4) return;
    if (!drag.moved) node.setPointerCapture(event.pointerId); // from here on it is no click of a box
    move(across, down);
    drag = { x: event.clientX, y: event.clientY, moved: true };
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
    node.addEventListener(end, () => {
      drag = null;
    });
  }

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
    1: home,
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
    home();
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
      home();
      return shown;
    },
    zoom,
    fit,
    home,
    narrowed(target) {
      wide = node.clientWidth; // it is no reason to begin again
      if (natural.width * view.scale <= wide) middle();
      place();
      if (target) reveal(target);
    },
    scale: () => view.scale,
    reveal,
    dispose: () => observer.disconnect(),
  };
}
