// The code of a graph: the assignment of each value, the recurrences, and what is computed in their steps.

/** @typedef {{ to: number, name: string, count: number, weights: number, order: string, isFold: boolean, outer: number[] }} Loop */

/**
 * Of the code of a graph: the assignment of each value; the recurrences, each after those around it; the
 * recurrence of each state; and for each value the recurrences in whose steps it is computed, the outermost first.
 * @param {{ code: any[], values: Record<number, { dim: number }> }} graph
 */
export function recurrences(graph) {
  /** @type {Map<number, any>} */
  const code = new Map();
  /** @type {Map<number, Loop>} */
  const loops = new Map();
  /** @type {Map<number, number>} */
  const states = new Map();
  /** @type {Map<number, number[]>} */
  const paths = new Map();

  /**
   * @param {any[]} block
   * @param {number[]} outer
   */
  function collect(block, outer) {
    for (const line of block) {
      code.set(line.to, line);
      paths.set(line.to, outer);
      if (line.op !== "iterate") continue;
      const [weights] = line.of;
      const { to, name, order } = line;
      const isFold = line.over !== null;
      loops.set(to, { to, name, count: graph.values[weights].dim, weights, order, isFold, outer });
      states.set(line.state, line.to);
      for (const item of line.items) paths.set(item, [...outer, line.to]);
      paths.set(line.state, [...outer, line.to]);
      collect(line.step, [...outer, line.to]);
    }
  }
  collect(graph.code, []);
  return { code, loops, states, paths };
}
