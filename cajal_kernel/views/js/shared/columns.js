// Bars that stand beside each other and can be dragged: a distribution, a vector, the columns of a matrix.

import { element } from "./dom.js";
import { brief } from "./numbers.js";

/** @typedef {import("./inputs.js").Type} Type */
/** @typedef {import("./inputs.js").Control} Control */

const MOST = 32;
/** How far a key moves a bar. */
const STEP = 0.05;

/**
 * The others make room for one entry of a distribution, in proportion to what they have.
 * @param {Float64Array} values
 * @param {number} index
 * @param {number} value
 */
export function withRoom(values, index, value) {
  const kept = Math.min(1, Math.max(0, value));
  let others = 0;
  for (let i = 0; i < values.length; i++) if (i !== index) others += Math.max(0, values[i]);
  const made = values.map((entry) =>
    others > 0 ? (Math.max(0, entry) * (1 - kept)) / others : (1 - kept) / (values.length - 1),
  );
  made[index] = values.length > 1 ? kept : 1;
  return made;
}

/**
 * @param {number} size
 * @param {number} index
 */
export function basisVector(size, index) {
  const made = new Float64Array(size);
  made[index] = 1;
  return made;
}

/**
 * A vector: of data, where the bars are a distribution, or of a space, where each has its own value.
 * @param {string} name
 * @param {Type} about
 * @param {Float64Array} values
 * @param {(values: Float64Array) => void} change
 * @returns {Control}
 */
export function spaceOf(name, about, values, change) {
  const labels = about.labels ?? Array.from(values, (_, index) => String(index));
  let now = values;
  let reach = 1;
  /** @type {(index: number, value: number) => void} */
  const move = (index, value) => {
    const made = Float64Array.from(now);
    made[index] = Math.min(reach, Math.max(-reach, value));
    change(about.is_data ? withRoom(now, index, value) : made);
  };
  /** @type {(index: number) => void} */
  const snap = (index) => change(basisVector(now.length, index));
  const body =
    labels.length > MOST ? dense(name, labels, move, snap) : bars(name, labels, about.is_data, move, snap);
  return {
    element: body.element,
    show: (next) => {
      now = next;
      reach = about.is_data ? 1 : next.reduce((most, entry) => Math.max(most, Math.abs(entry)), 1);
      body.draw(next, about.is_data ? 0 : -reach, reach);
    },
  };
}

/**
 * @param {string} name
 * @param {string[]} labels
 * @param {boolean} isData
 * @param {(index: number, value: number) => void} move
 * @param {(index: number) => void} snap
 */
function bars(name, labels, isData, move, snap) {
  const box = element("div", { class: "cajal-columns" });
  let low = 0;
  let high = 1;
  const made = labels.map((label, index) => {
    const title = isData ? `set ${name} to ${label}` : `set ${name} to the basis vector ${label}`;
    const fill = element("div", { class: "cajal-fill" });
    const track = element("div", {
      class: "cajal-track",
      role: "slider",
      tabindex: "0",
      "aria-label": `${name} = ${label}`,
      "aria-orientation": "vertical",
      title: `drag, or arrow keys; Enter: ${title}`,
    });
    track.append(fill);
    const number = element("span", { class: "cajal-number" });
    const button = element("button", { type: "button", class: "cajal-snap", title, tabindex: -1 }, label);
    button.addEventListener("click", () => snap(index));
    const at = (/** @type {PointerEvent} */ event) => {
      const { bottom, height } = track.getBoundingClientRect();
      move(index, low + ((bottom - event.clientY) / height) * (high - low));
    };
    track.addEventListener("pointerdown", (event) => {
      track.setPointerCapture(event.pointerId);
      at(event);
    });
    track.addEventListener("pointermove", (event) => {
      if (track.hasPointerCapture(event.pointerId)) at(event);
    });
    track.addEventListener("keydown", (event) => {
      const value = Number(track.getAttribute("aria-valuenow"));
      const next = /** @type {Record<string, number>} */ ({
        ArrowUp: value + STEP,
        ArrowRight: value + STEP,
        ArrowDown: value - STEP,
        ArrowLeft: value - STEP,
        Home: low,
        End: high,
      })[event.key];
      if (event.key === "Enter" || event.key === " ") snap(index);
      else if (next === undefined) return;
      else move(index, next);
      event.preventDefault();
    });
    box.append(element("div", { class: "cajal-column" }, number, track, button));
    return { track, fill, number };
  });
  /** @type {(values: Float64Array, from: number, to: number) => void} */
  const draw = (values, from, to) => {
    low = from;
    high = to;
    made.forEach(({ track, fill, number }, index) => {
      const value = values[index];
      const [bottom, top] = [Math.min(0, value), Math.max(0, value)].map(
        (end) => ((end - low) / (high - low)) * 100,
      );
      fill.style.bottom = `${Math.max(0, bottom)}%`;
      fill.style.height = `${Math.min(100, top) - Math.max(0, bottom)}%`;
      fill.classList.toggle("cajal-negative", value < 0);
      track.setAttribute("aria-valuenow", String(value));
      track.setAttribute("aria-valuemin", String(low));
      track.setAttribute("aria-valuemax", String(high));
      number.textContent = brief(value);
    });
  };
  return { element: box, draw };
}

/**
 * More bars than can be labelled: a picture of them that is dragged, and a field for the number of a bar.
 * @param {string} name
 * @param {string[]} labels
 * @param {(index: number, value: number) => void} move
 * @param {(index: number) => void} snap
 */
function dense(name, labels, move, snap) {
  const canvas = element("canvas", {
    class: "cajal-dense-bars",
    width: 640,
    height: 80,
    "aria-label": `${name}, ${labels.length} bars`,
  });
  const chosen = element("input", {
    type: "number",
    min: 0,
    max: labels.length - 1,
    "aria-label": `bar of ${name}`,
  });
  const weight = element("input", { type: "range", step: 0.01, "aria-label": `value of the bar of ${name}` });
  const says = element("output");
  const one = element("button", { type: "button" }, "set to 1 alone");
  const row = element("div", { class: "cajal-controls" }, chosen, weight, one, says);
  /** @type {Float64Array} */
  let now = new Float64Array(labels.length);
  let low = 0;
  let high = 1;
  let index = 0;
  function tell() {
    chosen.value = String(index);
    weight.min = String(low);
    weight.max = String(high);
    weight.value = String(now[index]);
    says.textContent = `${labels[index]}: ${brief(now[index])}`;
  }
  chosen.addEventListener("change", () => {
    index = Math.min(labels.length - 1, Math.max(0, Math.round(Number(chosen.value)) || 0));
    tell();
  });
  weight.addEventListener("input", () => move(index, Number(weight.value)));
  one.addEventListener("click", () => snap(index));
  const at = (/** @type {PointerEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    index = Math.min(
      labels.length - 1,
      Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * labels.length)),
    );
    move(index, low + ((box.bottom - event.clientY) / box.height) * (high - low));
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    at(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) at(event);
  });
  /** @type {(values: Float64Array, from: number, to: number) => void} */
  const draw = (values, from, to) => {
    now = values;
    low = from;
    high = to;
    const most = values.reduce(
      (best, entry, place) => (Math.abs(entry) > Math.abs(values[best]) ? place : best),
      0,
    );
    if (now[index] === 0) index = most;
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    pen.clearRect(0, 0, canvas.width, canvas.height);
    const y = (/** @type {number} */ value) => canvas.height * (1 - (value - low) / (high - low));
    values.forEach((value, place) => {
      const left = (place * canvas.width) / values.length;
      const right = ((place + 1) * canvas.width) / values.length;
      pen.fillStyle = value < 0 ? "#e26816" : "#2678e2";
      // A bar that is not zero is at least one pixel wide and high.
      const height = Math.max(value === 0 ? 0 : 1, Math.abs(y(value) - y(0)));
      pen.fillRect(left, value < 0 ? y(0) : y(0) - height, Math.max(1, right - left), height);
    });
    tell();
  };
  return { element: element("div", {}, canvas, row), draw };
}

/**
 * A function as its matrix, a row for each basis vector of the result: a click makes a column a basis vector.
 * @param {string} name
 * @param {Type} about
 * @param {Float64Array} values
 * @param {(values: Float64Array) => void} change
 * @returns {Control}
 */
export function columnsOf(name, about, values, change) {
  const columns = about.shape[about.shape.length - 1];
  const rows = values.length / columns;
  const labels = about.labels ?? [];
  let now = values;
  const table = element("table", { class: "cajal-grid-input", "aria-label": `the matrix of ${name}` });
  const cells = Array.from({ length: rows }, (_, row) => {
    const line = element("tr");
    table.append(line);
    return Array.from({ length: columns }, (_, column) => {
      const label = labels[row * columns + column] ?? `${column} to ${row}`;
      const cell = element("button", { type: "button", title: label });
      cell.addEventListener("click", () => {
        const made = Float64Array.from(now);
        for (let k = 0; k < rows; k++) made[k * columns + column] = k === row ? 1 : 0;
        change(made);
      });
      line.append(element("td", {}, cell));
      return cell;
    });
  });
  return {
    element: element("div", { class: "cajal-scroll" }, table),
    show: (next) => {
      now = next;
      cells.forEach((line, row) => {
        line.forEach((cell, column) => {
          const value = next[row * columns + column];
          cell.textContent = brief(value);
          cell.style.setProperty("--cajal-weight", String(Math.min(1, Math.abs(value))));
          cell.classList.toggle("cajal-negative", value < 0);
        });
      });
    },
  };
}
