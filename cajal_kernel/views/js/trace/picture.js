// A run of a neuron: every named value in a tree, in the order of evaluation, beside the source.

import { element } from "../shared/dom.js";
import { heading } from "../shared/heading.js";
import { batchControl, button, searchBox } from "./controls.js";
import { Trace } from "./data.js";
import { Lines } from "./lines.js";
import { row } from "./row.js";
import { sourceView } from "./source.js";

/** @typedef {import("./lines.js").Line} Line */
/** @typedef {import("../shared/wire.js").Picture} Picture */

/** @type {(host: HTMLElement, picture: Picture, context: import("../shared/wire.js").Context) => import("../shared/wire.js").Handle} */
export function draw(host, picture, { ask }) {
  const { spec } = picture;
  const trace = new Trace(picture);
  const lines = new Lines(trace);
  const source = sourceView(spec.sources);
  const tree = element("div", {
    class: "cajal-tree",
    role: "tree",
    "aria-label": `trace of ${spec.title || spec.type}`,
  });
  /** @type {Map<string, ReturnType<typeof row>>} */
  const rows = new Map();
  /** @type {Line[]} */
  let visible = [];
  let focused = "";
  let item = 0;

  const problem = element("span", { class: "cajal-caption", role: "status" });
  const batch = batchControl(trace, ask !== null, choose);
  const search = searchBox(trace, reveal);
  const buttons = [
    button("Open calls", "Open every call", () => openAll(true)),
    button("Close all", "Close all lines", () => openAll(false)),
  ];
  const title = heading(spec.title, spec.type, spec.note);
  const controls = element("div", { class: "cajal-controls" }, ...batch, ...search, ...buttons, problem);
  host.classList.add("cajal-traced");
  host.append(title, controls, element("div", { class: "cajal-run" }, source.node, tree));

  function render() {
    visible = lines.visible();
    if (!visible.some((line) => line.key === focused)) focused = visible[0].key;
    const nodes = visible.map((line) => {
      let made = rows.get(line.key);
      if (!made) {
        made = row(trace, line);
        rows.set(line.key, made);
        made.show(item, trace.isPast(line.steps, item));
      }
      made.mark(lines.below(line).length ? lines.open.has(line.key) : null);
      made.node.tabIndex = line.key === focused ? 0 : -1;
      return made.node;
    });
    tree.replaceChildren(...nodes);
    const kept = new Set(visible.map((line) => line.key));
    for (const key of rows.keys()) if (!kept.has(key)) rows.delete(key);
  }

  /** @param {number} number */
  async function choose(number) {
    problem.textContent = "";
    if (!trace.has(number)) {
      if (!ask) return;
      try {
        trace.take(await ask({ item: number }));
      } catch (error) {
        problem.textContent = `the kernel has no item ${number}: ${error instanceof Error ? error.message : error}`;
        return;
      }
    }
    item = number;
    for (const line of visible) rows.get(line.key)?.show(item, trace.isPast(line.steps, item));
  }

  /** @param {boolean} isOpen */
  function openAll(isOpen) {
    lines.open.clear();
    const calls = (/** @type {Line[]} */ among) => {
      for (const line of among) {
        const below = lines.below(line);
        if (!below.length || lines.open.size > 2000) continue;
        lines.open.add(line.key);
        if (line.kind === "entry" && !trace.marks[line.place].states) calls(below);
      }
    };
    if (isOpen) calls(lines.top());
    render();
  }

  /** @param {number} place */
  function reveal(place) {
    const line = lines.reach(place);
    if (!line) return;
    focused = line.key;
    render();
    tree.querySelectorAll(".cajal-match").forEach((node) => node.classList.remove("cajal-match"));
    const made = rows.get(line.key);
    made?.node.classList.add("cajal-match");
    scrollTo(tree, made?.node);
    lightUp(line);
  }

  /** @param {Line | undefined} line */
  function lightUp(line) {
    source.light(line && line.place !== trace.result ? trace.marks[line.place].at : null);
  }

  /** @param {Line} line @param {boolean} [isOpen] */
  function toggle(line, isOpen = !lines.open.has(line.key)) {
    if (line.kind === "more") {
      lines.showMore(line.parent);
      render();
      return;
    }
    if (isOpen && lines.below(line).length) lines.open.add(line.key);
    else lines.open.delete(line.key);
    render();
  }

  /** @param {Line | undefined} line */
  function focus(line) {
    if (!line) return;
    focused = line.key;
    render();
    rows.get(line.key)?.node.focus({ preventScroll: true });
    scrollTo(tree, rows.get(line.key)?.node);
  }

  /** @param {Event} event */
  const lineOf = (event) => {
    const node = event.target instanceof Element ? event.target.closest(".cajal-row") : null;
    return visible.find((line) => rows.get(line.key)?.node === node);
  };
  tree.addEventListener("mouseover", (event) => lightUp(lineOf(event)));
  tree.addEventListener("mouseleave", () => lightUp(undefined));
  tree.addEventListener("focusin", (event) => {
    const line = lineOf(event);
    lightUp(line);
    for (const other of visible) {
      const row = rows.get(other.key)?.node;
      if (row) row.tabIndex = other === line ? 0 : -1;
    }
    focused = line?.key ?? focused;
  });
  tree.addEventListener("click", (event) => {
    const line = lineOf(event);
    if (!line) return;
    focused = line.key;
    toggle(line);
    rows.get(focused)?.node.focus({ preventScroll: true });
  });
  tree.addEventListener("keydown", (event) => {
    const place = visible.findIndex((line) => line.key === focused);
    const line = visible[place];
    const isOpen = lines.open.has(line.key);
    const canOpen = lines.below(line).length > 0;
    /** @type {Line | undefined} */
    let next = line;
    if (event.key === "ArrowDown") next = visible[place + 1];
    else if (event.key === "ArrowUp") next = visible[place - 1];
    else if (event.key === "Home") next = visible[0];
    else if (event.key === "End") next = visible.at(-1);
    else if (event.key === "ArrowRight" && isOpen) next = visible[place + 1];
    else if (event.key === "ArrowRight" && canOpen) toggle(line, true);
    else if (event.key === "ArrowLeft" && isOpen) toggle(line, false);
    else if (event.key === "ArrowLeft") next = visible.find((other) => other.key === line.parent);
    else if (event.key === "Enter" || event.key === " ") toggle(line);
    else if (event.key !== "ArrowRight") return;
    focus(next);
    event.preventDefault();
  });

  render();
  return {
    dispose: () => host.classList.remove("cajal-traced"),
    read: () => ({
      item,
      lit: source.read(),
      focused: rows.get(focused)?.read() ?? null,
      rows: visible.map((line) => rows.get(line.key)?.read()),
    }),
  };
}

/**
 * Scrolls a row into view within the tree, and nothing around it.
 * @param {HTMLElement} tree
 * @param {HTMLElement | undefined} node
 */
function scrollTo(tree, node) {
  if (!node) return;
  const [outer, inner] = [tree.getBoundingClientRect(), node.getBoundingClientRect()];
  if (inner.top < outer.top) tree.scrollTop -= outer.top - inner.top;
  else if (inner.bottom > outer.bottom) tree.scrollTop += inner.bottom - outer.bottom;
}
