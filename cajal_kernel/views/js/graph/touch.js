// Two fingers on a drawing magnify and move it. One finger is left to the page, so that it still scrolls.

/**
 * @param {HTMLElement} node
 * @param {(factor: number, x: number, y: number) => void} zoom around a point of the window
 * @param {(across: number, down: number) => void} move
 */
export function pinching(node, zoom, move) {
  /** @type {{ x: number, y: number, apart: number } | null} */
  let last = null;

  /** @param {TouchList} touches */
  const between = ([a, b]) => ({
    x: (a.clientX + b.clientX) / 2,
    y: (a.clientY + b.clientY) / 2,
    apart: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) || 1,
  });

  node.addEventListener("touchstart", ({ touches }) => {
    last = touches.length === 2 ? between(touches) : null;
  });
  node.addEventListener(
    "touchmove",
    (event) => {
      if (!last || event.touches.length !== 2) return;
      event.preventDefault(); // else the page scrolls, too
      const now = between(event.touches);
      move(now.x - last.x, now.y - last.y);
      zoom(now.apart / last.apart, now.x, now.y);
      last = now;
    },
    { passive: false },
  );
  for (const end of /** @type {const} */ (["touchend", "touchcancel"])) {
    node.addEventListener(end, () => {
      last = null;
    });
  }
}
