// The tensors that were watched, as small tables, with a slider through the recorded steps.

import { tint } from "../shared/colours.js";
import { element } from "../shared/dom.js";
import { heading } from "../shared/heading.js";
import { brief, counted, mark, precise } from "../shared/numbers.js";

/** @typedef {import("../shared/wire.js").Picture} Picture */

/**
 * A tensor in a run: at record `i` the matrix of `rows.length` × `columns.length` numbers in `values`.
 * @typedef {{ name: string, type: string, shape: number[], rows: string[], columns: string[], tile: number[],
 *   run: string, steps: Float64Array, values: Float32Array, scale: number, isSigned: boolean }} Watched
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
 * The recorded steps, run by run: those of its tensor that was recorded most often.
 * @param {Watched[]} tensors
 * @returns {{ run: string, step: number, share: number }[]} `share` is how far through the run's records
 */
function momentsOf(tensors) {
  return [...new Set(tensors.map((tensor) => tensor.run))].flatMap((run) => {
    const [longest] = tensors
      .filter((tensor) => tensor.run === run)
      .sort((a, b) => b.steps.length - a.steps.length);
    const last = Math.max(1, longest.steps.length - 1);
    return Array.from(longest.steps, (step, i) => ({ run, step, share: i / last }));
  });
}

/**
 * The slider through the recorded steps of all runs, and tables of the tensors of the run at that step.
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
  /** @type {ReturnType<typeof momentsOf>} */
  let moments = [];
  /** @type {Map<Watched, ReturnType<typeof tableOf>>} */
  let drawn = new Map();
  /** @type {number | undefined} */
  let timer;

  function stop() {
    clearInterval(timer);
    timer = undefined;
    play.textContent = "▶";
    play.setAttribute("aria-label", "play");
  }

  const chosen = () => moments[Number(slider.value)];

  /** The record of a tensor that goes with the chosen one: each kept its own steps, first and last too. */
  const recordOf = (/** @type {Watched} */ tensor) => Math.round(chosen().share * (tensor.steps.length - 1));

  function update() {
    const { run, step } = chosen();
    shown.textContent = `${run ? `${run}, ` : ""}step ${precise(step)}`;
    slider.setAttribute("aria-valuetext", shown.textContent);
    const those = tensors.filter((tensor) => tensor.run === run);
    if (!those.every((tensor) => drawn.has(tensor))) {
      drawn = new Map(those.map((tensor) => [tensor, tableOf(tensor)]));
      tables.replaceChildren(...[...drawn.values()].map((table) => table.node));
    }
    drawn.forEach((table, tensor) => table.show(recordOf(tensor)));
  }

  /** Shows the record that a reader chose. */
  function go() {
    update();
    moved(chosen().step);
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
      const before = chosen();
      tensors = tensorsOf(picture);
      moments = momentsOf(tensors);
      node.hidden = !moments.length;
      if (!moments.length) return;
      slider.max = String(moments.length - 1);
      const same = moments.findIndex(({ run, step }) => run === before?.run && step === before.step);
      slider.value = wasLast || same < 0 ? slider.max : String(same);
      update();
    },
    read: () =>
      [...drawn].map(([tensor, table]) => ({
        name: tensor.name,
        run: tensor.run,
        step: tensor.steps[recordOf(tensor)],
        ...table.read(),
      })),
  };
}

/** @param {Watched} tensor */
function tableOf(tensor) {
  const { name, type, shape, run, rows, columns, tile, scale, isSigned, values } = tensor;
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
    `${counted(rows.length, "row")} × ${counted(columns.length, "column")}, tensor shape (${shape.join(", ")}${shape.length === 1 ? "," : ""})${overview}; colours from ${brief(isSigned ? -scale : 0)} to ${brief(scale)}, the greatest magnitude in all steps${run ? ` of ${run}` : ""}`,
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
