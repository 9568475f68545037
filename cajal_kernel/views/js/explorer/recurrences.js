// The recurrences of a graph that run on tensors, and what is computed in their steps.

/** @typedef {{ to: number, name: string, count: number, weights: number, outer: number[] }} Loop */

/**
 * Of the code of a graph: the recurrences, each after those around it; the recurrence of each state; and for
 * each value the recurrences in whose steps it is computed, the outermost first.
 * @param {{ code: any[], values: Record<number, { dim: number }> }} graph
 */
export function recurrences(graph) {
  /** @type {Map<number, Loop>} */
  const loops = new Map();
  /** @type {Map<number, number>} */
  const states = new Map();
  /** @type {Map<number, number[]>} */
  const paths = new Map();

  /**
   * @param {any[]} code
   * @param {number[]} outer
   */
  function collect(code, outer) {
    for (const line of code) {
      paths.set(line.to, outer);
      if (line.op !== "iterate") continue;
      const [weights] = line.of;
      loops.set(line.to, { to: line.to, name: line.name, count: graph.values[weights].dim, weights, outer });
      states.set(line.state, line.to);
      paths.set(line.state, [...outer, line.to]);
      collect(line.step, [...outer, line.to]);
    }
  }
  collect(graph.code, []);
  return { loops, states, paths };
}
