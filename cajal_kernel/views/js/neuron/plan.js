// The plan of a run: of each assignment its sum of products, and what it depends on.

import { products } from "./products.js";

/** @typedef {import("./products.js").Key} Key */
/** @typedef {{ code: any, products: import("./products.js").Product[], block: Plan[], free: Key[] }} Plan */

/**
 * @param {any[]} code
 * @param {any} graph
 * @returns {Plan[]}
 */
export function planned(code, graph) {
  return code.map((assignment) => {
    const block = assignment.op === "iterate" ? planned(assignment.step, graph) : [];
    return { code: assignment, products: products(assignment, graph), block, free: reads(block) };
  });
}

/**
 * What a block reads from outside, and the calls and tensors in it.
 * @param {Plan[]} block
 * @returns {Key[]}
 */
function reads(block) {
  const own = new Set(block.map(({ code }) => code.to));
  const keys = block.flatMap(({ code, free }) => {
    const callee = code.callee === undefined ? [] : [String(code.callee)];
    const position = code.op === "input" ? [String(code.position)] : [];
    const call = code.op === "call" ? [`call ${code.to}`] : [];
    return [...code.of, ...free, ...callee, ...position, ...call];
  });
  return [...new Set(keys)].filter((key) => !own.has(key));
}

/**
 * The assignment of a value, wherever it stands.
 * @param {Plan[]} plan
 * @param {number} number
 * @returns {any}
 */
export function codeOf(plan, number) {
  for (const { code, block } of plan) {
    if (code.to === number) return code;
    const inner = codeOf(block, number);
    if (inner) return inner;
  }
  return null;
}
