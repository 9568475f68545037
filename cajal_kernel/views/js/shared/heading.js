// The line above a picture, and above a part of one.

import { element } from "./dom.js";

/**
 * A name and its type: `not : Bool -o Bool`; one of them alone where the other is empty.
 * @param {string} name
 * @param {string} type
 * @param {string} [note] a quiet remark behind it
 */
export function heading(name, type, note) {
  const parts = name ? [element("b", {}, name), ...(type ? [` : ${type}`] : [])] : [type];
  const remark = note ? [" ", element("span", { class: "cajal-caption" }, note)] : [];
  return element("div", { class: "cajal-title" }, ...parts, ...remark);
}
