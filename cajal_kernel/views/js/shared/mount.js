// Puts a live picture in the place of a static one.
//
// The output that a notebook stores is static HTML with a class of its own, the slot. Where a kernel is alive,
// this module finds the slot in the page and shows the live picture there instead. So nothing is missing when
// the notebook is opened without its kernel, and no saved output refers to a widget that is gone.

import { element } from "./dom.js";

/**
 * Draws into every element of a class, whenever one comes, until the function that is returned is called.
 * @param {string} slotClass
 * @param {(host: HTMLElement) => () => void} draw
 */
export function enliven(slotClass, draw) {
  /** @type {Map<Element, () => void>} */
  const mounted = new Map();

  function attach() {
    for (const [slot, remove] of mounted) {
      if (!slot.isConnected) {
        remove();
        mounted.delete(slot);
      }
    }
    for (const slot of document.getElementsByClassName(slotClass)) {
      if (!mounted.has(slot)) mounted.set(slot, mount(slot));
    }
  }

  /** @param {Element} slot */
  function mount(slot) {
    const children = /** @type {HTMLElement[]} */ ([...slot.children]);
    const hidden = children.map((child) => /** @type {const} */ ([child, child.style.display]));
    for (const [child] of hidden) child.style.display = "none";
    const host = element("div");
    slot.append(host);
    const dispose = draw(host);
    return () => {
      dispose();
      host.remove();
      for (const [child, display] of hidden) child.style.display = display;
    };
  }

  // Outputs come, go and are drawn again at the front end's will: new cells, other views of a notebook, scrolling.
  const observer = new MutationObserver(attach);
  observer.observe(document.body, { childList: true, subtree: true });
  attach();
  return () => {
    observer.disconnect();
    for (const remove of mounted.values()) remove();
  };
}

/**
 * Draws a picture into an element, which has the handle as `cajal` for tests.
 * @param {HTMLElement} host
 * @param {(host: HTMLElement, picture: import("./wire.js").Picture, context: import("./wire.js").Context) => import("./wire.js").Handle} draw
 * @param {import("./wire.js").Picture} picture
 * @param {import("./wire.js").Context} context
 */
export function place(host, draw, picture, context) {
  host.classList.add("cajal-live", "mathjax_ignore"); // a name may have `$` signs
  // The notebook takes arrow keys and letters for itself unless they end here.
  host.addEventListener("keydown", (event) => event.stopPropagation());
  const handle = draw(host, picture, context);
  Object.assign(host, { cajal: handle });
  return handle;
}
