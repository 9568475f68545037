// What a kernel sends: see `Live` of cajal_kernel/views/live/picture.py.

/** @typedef {Float32Array | Float64Array | Int32Array | Uint8Array} Numbers */
/** @typedef {{ data: Numbers, shape: number[] }} Tensor */
/** @typedef {{ spec: any, arrays: Record<string, Tensor> }} Picture */

/**
 * What draws a picture is given: `ask` asks the kernel, and is null where there is none.
 * @typedef {{ ask: ((question: any) => Promise<Picture>) | null }} Context
 */

/**
 * What draws a picture returns: how it ends, how it shows new numbers, and what it shows, for tests.
 * @typedef {{ dispose: () => void, update?: (picture: Picture) => void, read: (query: any) => any }} Handle
 */

const TYPES = { f4: Float32Array, f8: Float64Array, i4: Int32Array, u1: Uint8Array };

/**
 * The numbers of a message. A browser's view need not start at a multiple of their size, so they are copied.
 * @param {any} spec
 * @param {DataView | Uint8Array} bytes
 * @returns {Picture}
 */
export function unpack(spec, bytes) {
  const buffer = /** @type {ArrayBuffer} */ (bytes.buffer).slice(
    bytes.byteOffset,
    bytes.byteOffset + bytes.byteLength,
  );
  /** @type {Record<string, Tensor>} */
  const arrays = {};
  for (const [name, { dtype, shape, at }] of Object.entries(spec.$arrays)) {
    const size = shape.reduce(
      (/** @type {number} */ product, /** @type {number} */ each) => product * each,
      1,
    );
    arrays[name] = { data: new TYPES[/** @type {keyof typeof TYPES} */ (dtype)](buffer, at, size), shape };
  }
  return { spec, arrays };
}
