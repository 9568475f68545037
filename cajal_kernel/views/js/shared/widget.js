// A live picture as the module of a widget: see cajal_kernel/views/live/widget.py.

import { enliven, place } from "./mount.js";
import { unpack } from "./wire.js";

/**
 * @param {(host: HTMLElement, picture: import("./wire.js").Picture, context: import("./wire.js").Context) => import("./wire.js").Handle} draw
 */
export function widget(draw) {
  /**
   * Draws what a model says now, and again when it says more.
   * @param {any} model
   * @param {HTMLElement} host
   */
  function show(model, host) {
    const ask = model.get("asks") ? asking(model) : null;
    const now = () => unpack(model.get("spec"), model.get("data"));
    let handle = place(host, draw, now(), { ask });
    const change = () => {
      if (handle.update) return handle.update(now());
      handle.dispose();
      host.replaceChildren();
      handle = place(host, draw, now(), { ask });
    };
    model.on("change", change);
    return () => {
      model.off("change", change);
      handle.dispose();
    };
  }
  return {
    initialize: (/** @type {{ model: any }} */ { model }) =>
      enliven(model.get("slot"), (host) => show(model, host)),
    render: (/** @type {{ model: any, el: HTMLElement }} */ { model, el }) => show(model, el),
  };
}

let asked = 0;

/**
 * Asks the kernel of a model. Its answer has the number of the question, which is unique in the page.
 * @param {any} model
 */
function asking(model) {
  return (/** @type {any} */ question) =>
    new Promise((resolve, reject) => {
      const number = ++asked;
      const answer = (/** @type {any} */ message, /** @type {DataView[]} */ buffers) => {
        if (message.number !== number) return;
        model.off("msg:custom", answer);
        if (message.error) reject(new Error(message.error));
        else resolve(unpack(message.spec, buffers[0]));
      };
      model.on("msg:custom", answer);
      model.send({ number, question });
    });
}
