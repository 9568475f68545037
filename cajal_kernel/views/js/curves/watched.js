// The tensors that were watched, as small tables, with a slider through the recorded steps.

import { tint } from "../shared/colours.js";
import { element } from "../shared/dom.js";
import { heading } from "../shared/heading.js";
import { brief, counted, mark, precise } from "../shared/numbers.js";

/** @typedef {import("../shared/wire.js").Picture} Picture */

/**
 * A tensor: at record `i` the matrix of `rows.length` × `columns.length` numbers in `values`.
 * @typedef {{ name: string, type: string, shape: number[], rows: string[], columns: string[], tile: number[],
 *   runs: string[], steps: Float64Array, values: Float32Array, scale: number, isSigned: boolean }} Watched
 */

const LABELLED = 12;
const FASTEST = 60;

/**
 * @param {Picture} picture
 * @returns {Watched[]}
 */
function tensorsOf({ spec, arrays }) {
  return spec.watched.map((/** @type {any} */ tensor, /** @type {number} */ i) => {
    const values = /** @type {Float32Array} */ (arrays[`watched_${i}`].data);
    let scale = 0;
    let isSigned = false;
    for (const value of values) {
      if (Number.isFinite(value)) scale = Math.max(scale, Math.abs(value));
      if (value < 0) isSigned = true;
    }
    return { ...tensor, values, steps: arrays[`watched_steps_${i}`].data, scale: scale || 1, isSigned };
  });
}

/**
 * Tables of all tensors, and the slider. Tensors that were recorded less often show their last record before.
 * @param {(step: number) => void} moved is told the step that a reader goes to
 */
export function watchedOf(moved) {
  const play = element("button", { type: "button", title: "play the recorded steps" }, "▶");
  const slider = element("input", {
    type: "range",
    min: 0,
    step: 1,
    value: 0,
    "aria-label": "recorded step",
  });
  const shown = element("output", { class: "cajal-step" });
  const controls = element("div", { class: "cajal-controls" }, play, slider, shown);
  const tables = element("div", { class: "cajal-watched" });
  const node = element("section", { "aria-label": "watched tensors" }, controls, tables);
  /** @type {Watched[]} */
  let tensors = [];
  /** @type {Watched | null} */
  let longest = null;
  /** @type {ReturnType<typeof tableOf>[]} */
  let drawn = [];
  /** @type {number | undefined} */
  let timer;

  function stop() {
    clearInterval(timer);
    timer = undefined;
    play.textContent = "▶";
    play.setAttribute("aria-label", "play");
  }

  /** The record of a tensor that goes with one of the longest: each kept its own steps, first and last too. */
  const recordOf = (/** @type {Watched} */ tensor) => {
    const most = Math.max(1, (longest?.steps.length ?? 1) - 1);
    return Math.round((Number(slider.value) / most) * (tensor.steps.length - 1));
  };

  function update() {
    if (!longest) return;
    const record = Number(slider.value);
    const run = longest.runs[record];
    shown.textContent = `${run ? `${run}, ` : ""}step ${precise(longest.steps[record])}`;
    slider.setAttribute("aria-valuetext", shown.textContent);
    tensors.forEach((tensor, i) => drawn[i].show(recordOf(tensor)));
  }

  /** Shows the record that a reader chose. */
  function go() {
    update();
    if (longest) moved(longest.steps[Number(slider.value)]);
  }

  slider.addEventListener("input", () => {
    stop();
    go();
  });
  play.addEventListener("click", () => {
    if (timer !== undefined) return stop();
    const last = Number(slider.max);
    if (Number(slider.value) === last) slider.value = "0";
    play.textContent = "⏸";
    play.setAttribute("aria-label", "pause");
    timer = window.setInterval(
      () => {
        slider.value = String(Number(slider.value) + 1);
        go();
        if (Number(slider.value) >= last) stop();
      },
      Math.max(FASTEST, Math.min(400, 6000 / (last + 1))),
    );
    go();
  });

  return {
    node,
    stop,
    /** @param {Picture} picture */
    show(picture) {
      const wasLast = slider.value === slider.max;
      const before = longest?.steps[Number(slider.value)];
      tensors = tensorsOf(picture);
      longest = tensors.reduce(
        (/** @type {Watched | null} */ most, tensor) =>
          most && most.steps.length >= tensor.steps.length ? most : tensor,
        null,
      );
      node.hidden = !longest;
      if (!longest) return;
      slider.max = String(longest.steps.length - 1);
      const same = before === undefined ? -1 : longest.steps.indexOf(before);
      slider.value = wasLast || same < 0 ? slider.max : String(same);
      drawn = tensors.map(tableOf);
      tables.replaceChildren(...drawn.map((table) => table.node));
      update();
    },
    read: () =>
      tensors.map((tensor, i) => ({
        name: tensor.name,
        step: tensor.steps[recordOf(tensor)],
        ...drawn[i].read(),
      })),
  };
}

/** @param {Watched} tensor */
function tableOf(tensor) {
  const { name, type, shape, rows, columns, tile, scale, isSigned, values } = tensor;
  const size = rows.length * columns.length;
  const small = columns.length <= LABELLED && rows.length <= LABELLED;
  const header = element(
    "tr",
    {},
    element("td"),
    ...columns.map((label) => element("th", { scope: "col", title: label }, small ? label : "")),
  );
  const cells = rows.map(() => columns.map(() => element("td", { class: "cajal-cell" })));
  const body = cells.map((line, i) =>
    element(
      "tr",
      {},
      element("th", { scope: "row", title: rows[i] }, rows.length <= 24 ? rows[i] : ""),
      ...line,
    ),
  );
  const overview =
    tile[0] * tile[1] > 1 ? `; a cell is the entry of greatest magnitude of ${tile[0]} × ${tile[1]}` : "";
  const caption = element(
    "div",
    { class: "cajal-quiet" },
    `${counted(rows.length, "row")} × ${counted(columns.length, "column")}, tensor shape (${shape.join(", ")}${shape.length === 1 ? "," : ""})${overview}; colours from ${brief(isSigned ? -scale : 0)} to ${brief(scale)}, the greatest magnitude in all steps`,
  );
  const head = heading(name, type);
  const table = element(
    "table",
    { class: small ? "cajal-tensor" : "cajal-tensor cajal-dense-tensor" },
    element("tbody", {}, ...(small ? [header] : []), ...body),
  );
  const node = element("figure", {}, head, table, caption);
  return {
    node,
    /** @param {number} record */
    show(record) {
      cells.forEach((line, i) =>
        line.forEach((cell, j) => {
          const value = values[record * size + i * columns.length + j];
          cell.style.backgroundColor = tint(value, scale);
          cell.title = `${[columns[j], rows[i]].filter(Boolean).join(" → ")}: ${precise(value)}`;
          const text = Number.isFinite(value) ? written(value, scale) : mark(value);
          cell.textContent = small || !Number.isFinite(value) ? text : "";
        }),
      );
    },
    read: () => ({
      rows,
      columns,
      titles: cells.map((line) => line.map((cell) => cell.title)),
      colours: cells.map((line) => line.map((cell) => cell.style.backgroundColor)),
    }),
  };
}

/**
 * A number as all of a table are written: with as many decimals as tell hundredths of the greatest one.
 * @param {number} value
 * @param {number} scale
 */
function written(value, scale) {
  if (value === 0) return "·";
  const power = Math.floor(Math.log10(scale));
  if (power < -4 || power > 4) return value.toExponential(1);
  const text = value.toFixed(Math.max(0, 2 - Math.max(0, power) - Math.min(0, power + 1)));
  return Number(text) ? text : text.replace("-", "");
}
