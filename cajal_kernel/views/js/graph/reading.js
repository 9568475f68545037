// What is drawn, as it is on the page: for tests.

/**
 * @param {Element} node
 * @param {string} selector
 */
const texts = (node, selector) => [...node.querySelectorAll(selector)].map((each) => each.textContent ?? "");

/** @param {SVGSVGElement} svg */
export function drawn(svg) {
  const isDead = (/** @type {Element} */ node) =>
    svg.classList.contains("cajal-valued") && node.classList.contains("cajal-dead");
  const boxes = [...svg.querySelectorAll(".cajal-node")].map((node) => {
    const { id, kind, path, opens } = /** @type {SVGElement} */ (node).dataset;
    const [name] = texts(node, ".cajal-name");
    return {
      id,
      kind,
      name,
      note: texts(node, ".cajal-note")[0] ?? "",
      type: texts(node, ".cajal-type")[0] ?? "",
      ports: texts(node, ".cajal-port"),
      constants: texts(node, ".cajal-constant"),
      path: (path ?? "").split(" ").filter(Boolean),
      opens: opens === "true",
      now: texts(node, ".cajal-now")[0] ?? "",
      weights: texts(node, ".cajal-weight title"),
      isDead: isDead(node),
    };
  });
  const wires = [...svg.querySelectorAll(".cajal-wire")].map((node) => {
    const { source, target, port, value, text } = /** @type {SVGElement} */ (node).dataset;
    const [title] = texts(node, "title");
    const back = node.classList.contains("cajal-back");
    const { stroke, strokeWidth, strokeOpacity } = getComputedStyle(/** @type {Element} */ (node.firstChild));
    const look = { stroke, width: Number.parseFloat(strokeWidth), opacity: Number(strokeOpacity) };
    const isLit = node.classList.contains("cajal-lit");
    const about = { title, back, look, isLit, isDead: isDead(node) };
    return { source, target, port: Number(port), value: Number(value), text, ...about };
  });
  const clusters = [...svg.querySelectorAll(".cajal-cluster")].map((node) => {
    const { id, kind, outer } = /** @type {SVGElement} */ (node).dataset;
    return { id, kind, outer: outer || null, title: texts(node, "text")[0] };
  });
  const halos = [...svg.querySelectorAll(".cajal-halos path")].map((path) => path.getAttribute("d"));
  return { boxes, wires, clusters, halos };
}

/** @param {HTMLElement} panel */
export function said(panel) {
  return {
    title: texts(panel, ".cajal-title")[0] ?? "",
    heads: texts(panel, ".cajal-graph-head"),
    lit: texts(panel, "mark")[0] ?? "",
    values: texts(panel, ".cajal-graph-values .cajal-vector-bar"),
    note: texts(panel, ".cajal-graph-values .cajal-caption").filter(Boolean).join("; "),
    code: texts(panel, ".cajal-graph-code")[0] ?? "",
    folds: texts(panel, ".cajal-graph-folds")[0] ?? "",
    columns: texts(panel, "thead th").slice(1),
    rows: texts(panel, "tbody th"),
    entries: [...panel.querySelectorAll("tbody tr")].map((row) => texts(row, "td").map(Number)),
  };
}
