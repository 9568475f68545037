// What the pointer, the wheel and the keys do on the canvas of a matrix.

/** @type {Record<string, [number, number]>} */
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const ZOOM = 1.5;

/**
 * `move` takes rows and columns, and whether the view moves instead of the cursor.
 * @typedef {object} Actions
 * @property {(entry: import("./pane.js").Entry | null) => void} point
 * @property {(factor: number, x?: number, y?: number) => void} zoom
 * @property {() => void} fit
 * @property {(step: [number, number], isPan: boolean) => void} move
 * @property {() => void} invalidate
 */

/**
 * @param {ReturnType<typeof import("./pane.js").makePane>} pane
 * @param {import("./view.js").View} view
 * @param {Actions} actions
 */
export function listen(pane, view, { point, zoom, fit, move, invalidate }) {
  const { canvas } = pane;
  /** @type {{ x: number, y: number } | null} */
  let dragged = null;
  canvas.addEventListener("pointerdown", (event) => {
    dragged = { x: event.clientX, y: event.clientY };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (dragged && event.buttons) {
      view.pan(event.clientX - dragged.x, event.clientY - dragged.y);
      dragged = { x: event.clientX, y: event.clientY };
      invalidate();
    }
    const [x, y] = pane.point(event);
    point(view.entry(x, y));
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (dragged = null));
  for (const end of ["pointerleave", "blur"]) canvas.addEventListener(end, () => point(null));
  canvas.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
      event.preventDefault();
      const [x, y] = pane.point(event);
      zoom(Math.exp(-Math.max(-60, Math.min(60, event.deltaY)) / 120), x, y);
      point(view.entry(x, y));
    },
    { passive: false },
  );
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+" || event.key === "=") zoom(ZOOM);
    else if (event.key === "-" || event.key === "−") zoom(1 / ZOOM);
    else if (event.key === "0") fit();
    else if (event.key === "Escape") point(null);
    else if (event.key in STEPS) move(STEPS[event.key], event.shiftKey);
    else return;
    event.preventDefault();
  });
}
