// A halo around the wires of a box. Their colours, which may be those of values, stay as they are.

import { shape } from "../shared/dom.js";

/**
 * What lights the wires of a box of a drawing, by its id; of none for null.
 * @param {SVGSVGElement | null} svg
 * @returns {(id: string | null) => void}
 */
export function halos(svg) {
  if (!svg) return () => {};
  const wires = [...svg.querySelectorAll(".cajal-wire")];
  const layer = shape("g", { class: "cajal-halos" });
  wires[0]?.before(layer);
  return (id) => {
    layer.replaceChildren();
    for (const wire of wires) {
      const { source, target } = /** @type {SVGElement} */ (wire).dataset;
      const isLit = id !== null && (source === id || target === id);
      wire.classList.toggle("cajal-lit", isLit);
      if (!isLit) continue;
      const stem = svg.querySelector(`.cajal-node[data-id="${source}"] .cajal-stem`);
      for (const path of [wire.querySelector("path"), wire.classList.contains("cajal-back") ? null : stem])
        if (path) layer.append(shape("path", { d: path.getAttribute("d") ?? "" }));
    }
  };
}
