// The values below a panel: of each run the last one, or that at the cursor.

import { element } from "../shared/dom.js";
import { precise } from "../shared/numbers.js";
import { closest } from "./lines.js";
import { compact, swatch } from "./style.js";

/** @typedef {import("./lines.js").Group} Group */
/** @typedef {import("./panel.js").View} View */

/**
 * The raw value of a line at a step, or the last one; `step` is where it was found.
 * @param {Group} group
 * @param {number | null} at
 */
function rawOf({ lines }, at) {
  const { x, y } = lines[0];
  const i = at === null ? x.length - 1 : closest(x, at);
  return { step: x[i], value: y[i] };
}

/**
 * What is said of a group: of one line its value, of several their mean and band, and the smoothed value first.
 * @param {Group} group
 * @param {number | null} at
 * @param {boolean} smooth
 */
function said(group, at, smooth) {
  const several = group.low.length > 0;
  const { x } = several || smooth ? group : group.lines[0];
  if (!x.length) return { text: several || smooth ? "no finite value" : "–", title: "" };
  if (at !== null && (at < x[0] || at > x[x.length - 1]))
    return { text: "–", title: "the run has no value at this step" };
  const i = at === null ? x.length - 1 : closest(x, at);
  const step = `at step ${precise(x[i])}`;
  if (several) {
    const some =
      group.seeds[i] < group.lines.length ? `, ${group.seeds[i]} of ${group.lines.length} seeds` : "";
    return {
      text: `${compact(group.y[i])} [${compact(group.low[i])}, ${compact(group.high[i])}]${some}`,
      title: `${step}: mean [least, greatest]`,
    };
  }
  const raw = rawOf(group, at);
  if (!smooth) return { text: compact(raw.value), title: `at step ${precise(raw.step)}: ${raw.value}` };
  return { text: `${compact(group.y[i])} (${compact(raw.value)})`, title: `${step}: smoothed (as recorded)` };
}

export function readoutOf() {
  const where = element("span", { class: "cajal-at" });
  const entries = element("div", { class: "cajal-entries" });
  const node = element("div", { class: "cajal-readout" }, where, entries);
  /** @type {View | null} */
  let view = null;
  /** @type {number | null} */
  let step = null;
  /** @type {HTMLElement[]} */
  let cells = [];

  function fill() {
    where.textContent =
      step === null ? `last ${cells.length > 1 ? "values" : "value"}` : `step ${precise(step)}`;
    view?.groups.forEach((group, i) => {
      const { text, title } = said(group, step, view?.smooth ?? false);
      cells[i].textContent = text;
      cells[i].title = title;
    });
  }

  return {
    node,
    /** @param {View} next */
    show(next) {
      view = next;
      cells = next.groups.map(() => element("span", { class: "cajal-value" }));
      entries.classList.toggle(
        "cajal-wide",
        next.smooth || next.groups.some((group) => group.low.length > 0),
      );
      entries.replaceChildren(
        ...next.groups.map((group, i) => {
          const run = next.styles.get(group.run);
          const seed = group.lines.length === 1 && group.lines[0].seed ? ` · ${group.lines[0].seed}` : "";
          return element(
            "span",
            { class: "cajal-entry", "data-run": group.run },
            ...(run?.name ? [swatch(run), element("span", { class: "cajal-name" }, run.name + seed)] : []),
            cells[i],
          );
        }),
      );
      const names = [...entries.querySelectorAll(".cajal-name")].map((name) => name.textContent.length);
      entries.style.setProperty("--cajal-longest", `${Math.min(20, Math.max(0, ...names))}ch`);
      fill();
    },
    /** @param {number | null} at */
    at(at) {
      step = at;
      fill();
    },
    read: () => cells.map((cell) => cell.textContent),
  };
}
