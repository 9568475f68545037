// Live pictures in a page of their own: see cajal_kernel/views/live/page.py.

import { element } from "./dom.js";
import { place } from "./mount.js";
import { unpack } from "./wire.js";

/** @param {((host: HTMLElement, picture: import("./wire.js").Picture, context: import("./wire.js").Context) => import("./wire.js").Handle)[]} draws */
export function open(draws) {
  document.querySelectorAll(".cajal-page").forEach((figure, index) => {
    const [spec, data] = [...figure.querySelectorAll("script")].map((script) => script.textContent ?? "");
    const text = atob(data);
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at); // `from` takes seconds for 16 MB
    const host = element("div");
    figure.append(host);
    place(host, draws[index], unpack(JSON.parse(spec), bytes), { ask: null });
  });
}
