// A matrix, or several under the same labels, to move in: zoom, pan, and the labels and the value of every entry.

import { element } from "../shared/dom.js";
import { heading } from "../shared/heading.js";
import { precise } from "../shared/numbers.js";
import { makeControls } from "./controls.js";
import { listen } from "./input.js";
import { place } from "./labels.js";
import { makePane } from "./pane.js";
import { tiles } from "./tiles.js";
import { dense, ones } from "./values.js";
import { makeView } from "./view.js";

/** The most pixels of a matrix down, and of each of several. */
const TALL = 460;
const GAP = 18;

/** @type {(host: HTMLElement, picture: import("../shared/wire.js").Picture, context: import("../shared/wire.js").Context) => import("../shared/wire.js").Handle} */
export function draw(host, { spec, arrays }, { ask }) {
  const axes = /** @type {import("./labels.js").Axis[]} */ (spec.columns);
  const [rows, columns] = [
    spec.rows.labels.length,
    axes.reduce((product, { labels }) => product * labels.length, 1),
  ];
  const view = makeView(rows, columns);
  /** @type {import("./pane.js").Entry | null} */
  let cursor = null;
  /** @type {import("./values.js").Mode} */
  let mode = "extreme";
  let frame = 0;
  let took = 0;

  const panes = spec.panes.map((/** @type {any} */ said, /** @type {number} */ index) => {
    const label = `${[said.title, said.type].filter(Boolean).join(" : ")}. ${said.facts}. Arrow keys move over its entries.`;
    return makePane(spec, source(said, index), arrays[`lost${index}`].data, view, label);
  });
  const unit = Math.max(...spec.panes.map((/** @type {any} */ said) => said.tile));

  /**
   * @param {any} said
   * @param {number} index
   * @returns {import("./values.js").Source}
   */
  function source(said, index) {
    if (said.kind === "ones") return ones(arrays[`ones${index}`].data, rows, columns);
    if (said.kind === "dense") return dense(arrays[`values${index}`].data, rows, columns);
    const [extreme, least, greatest] = ["extreme", "least", "greatest"].map(
      (name) => arrays[name + index].data,
    );
    const exact =
      ask &&
      ((/** @type {number} */ row, /** @type {number} */ column) =>
        ask({ pane: index, row, column }).then((answer) => answer.arrays.values.data));
    return tiles({
      rows,
      columns,
      tile: said.tile,
      block: spec.block,
      tiles: { extreme, least, greatest },
      ask: exact,
      changed: invalidate,
    });
  }

  // What is said of each, and the canvases

  const figures = panes.map(
    (/** @type {ReturnType<typeof makePane>} */ pane, /** @type {number} */ index) => {
      const said = spec.panes[index];
      const title = heading(said.title, said.type);
      const notes = [said.remark, said.facts, ...said.notes].filter(Boolean);
      const captions = notes.map((note) => element("div", { class: "cajal-caption" }, note));
      const above = element("div", {}, title, ...captions);
      if (panes.length === 1) host.append(above); // above the controls
      return element(
        "div",
        { class: "cajal-matrix-pane" },
        ...(panes.length > 1 ? [above] : []),
        pane.canvas,
      );
    },
  );
  const row = element("div", { class: "cajal-matrix-panes" }, ...figures);

  const controls = makeControls(spec, {
    zoom: (factor) => zoom(factor),
    fit,
    choose: (chosen) => {
      mode = chosen;
      invalidate();
    },
  });
  const readout = element("output", { class: "cajal-matrix-readout", "aria-live": "polite" });
  host.append(controls.element, row, readout);

  /** @param {number} factor @param {number} [x] @param {number} [y] */
  function zoom(factor, x, y) {
    if (x === undefined && cursor) {
      const [left, top, wide, high] = view.box(cursor.row, cursor.column);
      [x, y] = [left + wide / 2, top + high / 2];
    }
    view.zoom(factor, x, y);
    invalidate();
  }

  function fit() {
    view.fit();
    invalidate();
  }

  // Drawing, at most once a frame

  function invalidate() {
    frame ||= requestAnimationFrame(render);
  }

  function tile() {
    const size = view.tile();
    if (size.down * size.across === 1) return size;
    return { down: Math.max(size.down, unit), across: Math.max(size.across, unit) };
  }

  function render() {
    cancelAnimationFrame(frame);
    frame = 0;
    const start = performance.now();
    const size = tile();
    const { width, height } = view.extent();
    for (const pane of panes) {
      pane.resize(width, height);
      if (size.down * size.across === 1) pane.source.need(view.area());
      pane.draw(cursor, mode, size);
    }
    controls.tell(size, view.isFitted);
    for (const { canvas } of panes) canvas.style.touchAction = view.isFitted ? "pan-y" : "none";
    tell();
    took = performance.now() - start;
  }

  function layout() {
    const wide = row.clientWidth || 760;
    const [{ left, top }] = panes.map((/** @type {ReturnType<typeof makePane>} */ pane) => pane.margins());
    const several = panes.length > 1 && wide > 520;
    const room = several ? (wide - GAP * (panes.length - 1)) / panes.length : wide;
    view.resize(Math.max(60, room - left - 2), TALL - top);
    if (panes.length > 1) for (const figure of figures) figure.style.width = `${Math.floor(room)}px`;
    render();
  }

  /** Says what is at the cursor, in words and on the colour bar. */
  function tell() {
    controls.point(null);
    if (!cursor) {
      readout.classList.add("cajal-caption");
      readout.textContent = view.isFitted
        ? "Point at an entry, or move with the arrow keys; drag to pan, Ctrl and the wheel or + − 0 to zoom."
        : "";
      return;
    }
    readout.classList.remove("cajal-caption");
    const { row, column } = cursor;
    const texts = panes.map((/** @type {ReturnType<typeof makePane>} */ pane) => worded(pane, row, column));
    readout.textContent = `${place(axes, spec.rows, row, column)}: ${texts.join("  |  ")}`;
    const value = panes[0].source.at(row, column);
    if (value === null || value !== value) return;
    controls.point(value);
  }

  /** @param {ReturnType<typeof makePane>} pane @param {number} row @param {number} column */
  function worded(pane, row, column) {
    const value = pane.source.at(row, column);
    if (value !== null)
      return precise(value) + (pane.isLost(column) ? " (overflow: this column lost mass)" : "");
    const range = pane.source.tile(row, column);
    if (!range) return "";
    const where = ask ? "zoom in for the exact value" : "a page without a kernel has no more";
    return `in its ${range.size} × ${range.size} entries from ${precise(range.least)} to ${precise(range.greatest)} (${where})`;
  }

  // Pointer and keys

  /** @param {import("./pane.js").Entry | null} entry */
  function point(entry) {
    if (entry?.row === cursor?.row && entry?.column === cursor?.column) return;
    cursor = entry;
    invalidate();
  }

  for (const pane of panes) listen(pane, view, { point, zoom, fit, move, invalidate });

  /** Moves the cursor by an entry, or by a tile where entries are too small to be seen. @param {[number, number]} step @param {boolean} isPan */
  function move([down, across], isPan) {
    if (isPan) {
      view.pan(-60 * across, -60 * down);
      invalidate();
      return;
    }
    const area = view.area();
    const size = tile();
    const from = cursor ?? { row: area.row - down * size.down, column: area.column - across * size.across };
    const next = {
      row: Math.max(0, Math.min(rows - 1, from.row + down * size.down)),
      column: Math.max(0, Math.min(columns - 1, from.column + across * size.across)),
    };
    view.reveal(next.row, next.column);
    point(next);
  }

  const watch = new ResizeObserver(layout);
  watch.observe(host);
  const theme = new MutationObserver(invalidate);
  theme.observe(document.body, {
    attributes: true,
    attributeFilter: ["data-jp-theme-light", "data-jp-theme-name"],
  });
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", invalidate);
  layout();

  return {
    dispose: () => {
      cancelAnimationFrame(frame);
      watch.disconnect();
      theme.disconnect();
      dark.removeEventListener("change", invalidate);
      for (const pane of panes) pane.source.dispose();
    },
    /** What is drawn: of an entry its value, words and colour; without one the view. */
    read: (query = {}) => {
      if (frame) render();
      const pane = panes[query.pane ?? 0];
      if (query.row === undefined) {
        const labels = pane.labels().map((/** @type {{ text: string }} */ { text }) => text);
        return {
          area: view.area(),
          size: [view.down(), view.across()],
          tile: tile(),
          cursor,
          labels,
          said: readout.textContent,
          took,
        };
      }
      const { row, column } = query;
      return {
        value: String(pane.source.at(row, column)),
        tile: pane.source.tile(row, column),
        place: place(axes, spec.rows, row, column),
        isLost: pane.isLost(column),
        ...pane.drawn(row, column, tile()),
      };
    },
  };
}
