// Where the values of a run are.

/** @typedef {import("./products.js").Key} Key */

/**
 * The values of a block: those of the neuron, or those of one step of a recurrence. `frames` has the steps of
 * each recurrence of the block, and `run` counts the steps of all recurrences around it.
 * @typedef {{ values: Map<Key, Float64Array>, outer: Scope | null, frames: Map<number, Scope[]>, run: number }} Scope
 */

/**
 * The scope that has a value: this one, or one around it; null where none has.
 * @param {Key} key
 * @param {Scope} scope
 */
export function ownerOf(key, scope) {
  /** @type {Scope | null} */
  let at = scope;
  while (at && !at.values.has(key)) at = at.outer;
  return at;
}
