// What a panel shows of a training, for what the reader has chosen.

import { grouped, single } from "./lines.js";
import { extent, scaleOf } from "./scale.js";

/** @typedef {import("./lines.js").Line} Line */

/**
 * What was sent, and what the reader has chosen: the part that is looked at, logarithmic axes, the place of the
 * smoothing's slider, whether seeds are drawn apart, and the runs that are hidden. `detail` has the lines of the
 * part that is looked at with more points.
 * @typedef {{ spec: any, lines: Line[], detail: Line[] | null, x: [number, number] | null,
 *   y: Map<string, [number, number]>, logX: boolean, log: Set<string>, smoothing: number, apart: boolean,
 *   hidden: Set<string> }} State
 */

/** The last place of the smoothing's slider. */
export const SMOOTHEST = 20;

/**
 * The lines with the most points that there are for the part that is looked at.
 * @param {State} state
 */
export const zoomed = ({ detail, lines }) => detail ?? lines;

/**
 * The half-life in steps, 0 for none. At the end of the slider it is a quarter of all steps.
 * @param {State} state
 */
export function halfLifeOf({ lines, smoothing }) {
  const { low, high } = extent(lines.map((line) => line.x));
  return smoothing && high > low ? ((high - low) / 4) * (smoothing / SMOOTHEST) ** 2 : 0;
}

/**
 * @param {State} state
 * @param {string} metric
 * @param {number} height
 * @returns {import("./panel.js").View}
 */
export function viewOf(state, metric, height) {
  const halfLife = halfLifeOf(state);
  const visible = (/** @type {Line} */ line) => !state.hidden.has(line.run);
  const own = (/** @type {Line[]} */ lines) =>
    runsOf(
      lines.filter((line) => visible(line) && line.metric === metric),
      state.apart,
    );
  // A moving average needs what was before the part that is looked at, so it is that of the whole line.
  const groups = own(halfLife ? state.lines : zoomed(state)).map((lines) =>
    lines.length > 1 ? grouped(lines, halfLife) : single(lines[0], halfLife),
  );
  const raw = halfLife
    ? own(zoomed(state)).map((lines) => (lines.length > 1 ? grouped(lines, 0) : single(lines[0], 0)))
    : [];

  const steps = extent(state.lines.filter(visible).map((line) => line.x));
  const x = scaleOf(steps, state.logX, state.x);
  const values = extent(
    [...groups, ...raw].flatMap(({ x: at, y, low, high }) =>
      [y, low, high].map((numbers) =>
        state.x ? numbers.filter((_, i) => at[i] >= x.low && at[i] <= x.high) : numbers,
      ),
    ),
  );
  const wantsLog = state.log.has(metric);
  const y = padded(values, wantsLog, state.y.get(metric) ?? null);
  return {
    groups,
    raw,
    x,
    y,
    wantsLog,
    height,
    styles: new Map(state.spec.runs.map((/** @type {any} */ run) => [run.name, run])),
    note: [
      axisNote(wantsLog, y.log, values, "value"),
      axisNote(state.logX, x.log, steps, "step"),
      oddNote(groups),
    ]
      .filter(Boolean)
      .join("; "),
    smooth: halfLife > 0,
  };
}

/**
 * The vertical axis, with a little room above and below.
 * @param {import("./scale.js").Extent} values
 * @param {boolean} log
 * @param {[number, number] | null} window
 */
function padded(values, log, window) {
  const tight = scaleOf(values, log, window);
  if (window) return tight;
  const [low, high] = [tight.back(-0.04), tight.back(1.04)];
  return scaleOf(tight.log ? { ...values, least: low } : values, tight.log, [low, high]);
}

/**
 * What a logarithmic axis cannot show.
 * @param {boolean} wantsLog
 * @param {boolean} isLog
 * @param {import("./scale.js").Extent} extent
 * @param {string} what
 */
function axisNote(wantsLog, isLog, { low, below }, what) {
  if (!wantsLog || low === Infinity) return "";
  if (!isLog) return `linear: no ${what} is above 0`;
  return below ? `${what}s ≤ 0 are at the edge` : "";
}

/**
 * How often values are not finite, and where that begins.
 * @param {import("./lines.js").Group[]} groups
 */
function oddNote(groups) {
  return groups
    .map(({ run, lines }) => {
      const odd = lines.filter((line) => line.odd);
      const count = odd.reduce((sum, line) => sum + line.odd, 0);
      const first = Math.min(...odd.map(({ x, y }) => x[y.findIndex((value) => !Number.isFinite(value))]));
      return count ? `${run ? `${run}: ` : ""}${count} NaN or ∞ from step ${first}` : "";
    })
    .filter(Boolean)
    .join(", ");
}

/**
 * The lines of each run, or each line by itself.
 * @param {Line[]} lines
 * @param {boolean} apart
 * @returns {Line[][]}
 */
function runsOf(lines, apart) {
  if (apart) return lines.map((line) => [line]);
  /** @type {Map<string, Line[]>} */
  const runs = new Map();
  for (const line of lines) runs.set(line.run, [...(runs.get(line.run) ?? []), line]);
  return [...runs.values()];
}
