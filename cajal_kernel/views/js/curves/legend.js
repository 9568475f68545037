// The legend: a button for each run, which hides it, or all others.

import { element } from "../shared/dom.js";
import { swatch } from "./style.js";

/** @typedef {import("./style.js").Run} Run */

const HELP = "click: show or hide; double-click, Alt-click or S: this run alone";

/**
 * @param {(hidden: Set<string>) => void} change is told which runs are hidden
 * @param {(run: string | null) => void} light is told which run the pointer is at
 */
export function legendOf(change, light) {
  const node = element("div", { class: "cajal-keys", role: "group", "aria-label": "runs" });
  /** @type {Set<string>} */
  let hidden = new Set();
  /** @type {Run[]} */
  let runs = [];
  let shown = "";

  /** @param {Set<string>} next */
  function set(next) {
    hidden = next;
    press();
    change(hidden);
  }

  /** @param {string} name */
  function toggle(name) {
    const next = new Set(hidden);
    if (!next.delete(name)) next.add(name);
    set(next);
  }

  /** @param {string} name */
  function solo(name) {
    const others = runs.map((run) => run.name).filter((other) => other !== name);
    const alone = !hidden.has(name) && others.every((other) => hidden.has(other));
    set(new Set(alone ? [] : others));
  }

  function press() {
    for (const key of node.querySelectorAll("button[data-run]")) {
      key.setAttribute(
        "aria-pressed",
        String(!hidden.has(/** @type {HTMLElement} */ (key).dataset.run ?? "")),
      );
    }
    all.hidden = !hidden.size;
  }

  const all = element("button", { type: "button", class: "cajal-all" }, "show all");
  all.addEventListener("click", () => set(new Set()));

  /**
   * @param {Run} run
   * @param {string} seeds
   */
  function key(run, seeds) {
    const button = element(
      "button",
      { type: "button", class: "cajal-run", "data-run": run.name, title: HELP },
      swatch(run),
      run.name + seeds,
    );
    let clicked = 0;
    button.addEventListener("click", (event) => {
      // The second click of a double-click: the first has toggled already.
      if (event.altKey || (event.detail > 1 && event.timeStamp - clicked < 500)) {
        if (!event.altKey) toggle(run.name);
        clicked = 0;
        return solo(run.name);
      }
      clicked = event.timeStamp;
      toggle(run.name);
    });
    button.addEventListener("pointerenter", () => light(run.name));
    button.addEventListener("pointerleave", () => light(null));
    button.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() === "s" && !event.ctrlKey && !event.metaKey) solo(run.name);
    });
    return button;
  }

  return {
    node,
    hidden: () => hidden,
    /**
     * @param {Run[]} next
     * @param {Map<string, number>} seeds how many seeds a run has
     */
    show(next, seeds) {
      runs = next.filter((run) => run.name);
      node.hidden = !runs.length;
      const described = JSON.stringify([runs, [...seeds]]);
      if (described === shown) return; // a button that is pressed just now must stay
      shown = described;
      const label = (/** @type {Run} */ run) =>
        (seeds.get(run.name) ?? 1) > 1 ? ` (${seeds.get(run.name)} seeds)` : "";
      node.replaceChildren(...runs.map((run) => key(run, label(run))), all);
      press();
    },
  };
}
