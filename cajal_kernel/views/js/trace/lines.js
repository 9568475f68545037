// The lines of the tree: which there are, and which are open.

/** @typedef {import("./data.js").Trace} Trace */
/** @typedef {import("./data.js").Steps} Steps */
/**
 * A line: an entry or the result, a step of an `iter`, or the steps that are yet to be shown. `key` is unique.
 * @typedef {{ key: string, kind: "entry" | "step" | "more", place: number, steps: Steps, depth: number, parent: string, count: number }} Line
 */

/** The steps of an `iter` that are shown at first, and the most that are shown of one at a time. */
const STEPS = 12;
const MORE = 100;
/** About the lines that are to be seen at first, and the last step of an `iter` that is open then. */
const OPEN = 40;
const OPENED = 2;

export class Lines {
  /** @param {Trace} trace */
  constructor(trace) {
    this.trace = trace;
    /** @type {Set<string>} */
    this.open = new Set();
    /** How many steps of an `iter` are shown. @type {Map<string, number>} */
    this.shown = new Map();
    let room = OPEN;
    const queue = this.top();
    for (let line = queue.shift(); line; line = queue.shift()) {
      const below = this.below(line);
      if (!below.length || below.length > room || (line.kind === "step" && line.steps[line.place] > OPENED))
        continue;
      room -= below.length;
      this.open.add(line.key);
      queue.push(...below);
    }
  }

  /** @returns {Line[]} */
  top() {
    const { result } = this.trace;
    return [...this.inside(null, {}, 0, ""), this.line("entry", result, {}, 0, "", "result")];
  }

  /** All lines that are to be seen, in order. @returns {Line[]} */
  visible() {
    /** @type {Line[]} */
    const made = [];
    const add = (/** @type {Line[]} */ lines) => {
      for (const line of lines) {
        made.push(line);
        if (this.open.has(line.key)) add(this.below(line));
      }
    };
    add(this.top());
    return made;
  }

  /** What a line opens into. @param {Line} line @returns {Line[]} */
  below(line) {
    const { place, steps, depth, key } = line;
    if (line.kind === "more" || place === this.trace.result) return [];
    const { states } = this.trace.marks[place];
    if (line.kind === "step") return steps[place] ? this.inside(place, steps, depth + 1, key) : [];
    if (!states) return this.inside(place, steps, depth + 1, key);
    const count = states <= STEPS ? states : Math.min(states, this.shown.get(key) ?? STEPS);
    const made = Array.from({ length: count }, (_, step) =>
      this.line("step", place, { ...steps, [place]: step }, depth + 1, key, `.${step}`),
    );
    if (count < states)
      made.push({ ...this.line("more", place, steps, depth + 1, key, "+"), count: states - count });
    return made;
  }

  /** Shows more steps of an `iter`, at least to one of them. @param {string} key @param {number} [least] */
  showMore(key, least = 0) {
    this.shown.set(key, Math.max((this.shown.get(key) ?? STEPS) + MORE, least + 1));
  }

  /**
   * Opens all that an entry is inside of, at the first step of each `iter`, and gives its line.
   * @param {number} place
   * @returns {Line | undefined}
   */
  reach(place) {
    /** @type {number[]} */
    const path = [];
    /** @type {number | null} */
    let at = place;
    while (at !== null) {
      path.unshift(at);
      at = this.trace.marks[at].parent;
    }
    let lines = this.top();
    /** @type {Line | undefined} */
    let line;
    for (const entry of path) {
      if (line) {
        lines = this.opened(line);
        if (line.kind === "entry" && this.trace.marks[line.place].states) lines = this.opened(lines[1]);
      }
      line = lines.find((other) => other.place === entry);
      if (!line) return undefined;
    }
    return line;
  }

  /** @param {Line | undefined} line */
  opened(line) {
    if (!line) return [];
    this.open.add(line.key);
    return this.below(line);
  }

  /** @param {number | null} parent @param {Steps} steps @param {number} depth @param {string} key */
  inside(parent, steps, depth, key) {
    return this.trace
      .inside(parent)
      .map((place) => this.line("entry", place, steps, depth, key, `/${place}`));
  }

  /**
   * @param {Line["kind"]} kind
   * @param {number} place
   * @param {Steps} steps
   * @param {number} depth
   * @param {string} parent
   * @param {string} own
   * @returns {Line}
   */
  line(kind, place, steps, depth, parent, own) {
    return { key: parent + own, kind, place, steps, depth, parent, count: 0 };
  }
}
