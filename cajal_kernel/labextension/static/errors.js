// The error of a Cajal cell or of a magic, drawn: the text that the kernel sent, its culprit underlined in the source.
//
// The text itself stays the protocol's ordinary error, so terminals, other editors and saved files have all of it.
// Everything here is made of text nodes, so nothing that a cell contains is read as HTML.

import { NONE, WIDE } from "./wide.js";

const ERROR = "application/vnd.jupyter.error"; // the whole error, beside its text for the renderer of stderr
const OURS = new Set(["CajalError", "MagicError"]);
const TEXT = "application/vnd.jupyter.stderr";
const PLACE = /^ --> (.+):(\d+):(\d+)(?: {2}(T-\w+))?$/;
const ELSEWHERE = /^ ::: .+:\d+$/;
const ADVICE = /^(help|usage): (.*)$/i;
const SOURCE = /^( *\d+ \| )(.*)$/;
const MARKS = /^( * \| )( *)(\^+|-+)(?: (.*))?$/;

const RULES = new URL("rules.html", import.meta.url); // beside this file, wherever JupyterLab serves it

/** @param {any} rendermime */
export function decorate(rendermime) {
  const plain = rendermime.getFactory(TEXT);
  if (!plain) return;
  const createRenderer = (/** @type {any} */ options) => {
    const widget = plain.createRenderer(options);
    const render = widget.renderModel.bind(widget);
    widget.renderModel = async (/** @type {any} */ model) => {
      const error = model.data[ERROR];
      const lines = OURS.has(error?.ename) ? error.traceback : null;
      if (!Array.isArray(lines)) return render(model);
      widget.node.style.background = "none"; // the theme's own is too loud behind coloured marks
      widget.node.replaceChildren(drawn(lines));
    };
    return widget;
  };
  rendermime.addFactory({ ...plain, mimeTypes: [TEXT], createRenderer });
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {string} style
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
function element(name, style, ...children) {
  const made = document.createElement(name);
  made.className = `cajal-${style}`;
  made.append(...children);
  return made;
}

/** @typedef {RegExpExecArray} Match */

const marked = (/** @type {string | undefined} */ line) => MARKS.exec(line ?? "");

/** @param {string[]} lines */
function drawn(lines) {
  const block = element("div", "error");
  block.style.cssText = BLOCK;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index];
    const source = SOURCE.exec(line);
    if (source) {
      const marks = [];
      for (let mark = marked(lines[index + 1]); mark; mark = marked(lines[index + 1])) {
        marks.push(mark);
        index += 1;
      }
      block.append(sourceLine(source, marks), ...marks.map(remark));
    } else block.append(sentence(line, index, lines));
  }
  return block;
}

/**
 * The line of the cell, with a wave under the culprit and dots under what explains it.
 * @param {Match} source
 * @param {Match[]} marks
 */
function sourceLine([, gutter, code], marks) {
  const line = element("div", "source", faint(gutter));
  line.style.cssText = MONO;
  const ends = new Set([0, columns(code)]);
  for (const [, , before, signs] of marks) ends.add(before.length).add(before.length + signs.length);
  const cuts = [...ends].sort((a, b) => a - b);
  for (let i = 0; i + 1 < cuts.length; i += 1) {
    const piece = slice(code, cuts[i], cuts[i + 1]);
    const covers = (/** @type {Match} */ [, , before, signs]) =>
      before.length <= cuts[i] && cuts[i] < before.length + signs.length;
    const mark = marks.find((each) => covers(each) && each[3][0] === "^") ?? marks.find(covers);
    if (!mark) {
      line.append(piece);
      continue;
    }
    const culprit = mark[3][0] === "^";
    const span = element("span", culprit ? "culprit" : "note", piece || " ");
    span.style.cssText = culprit ? CULPRIT : NOTE;
    if (mark[4]) span.title = mark[4];
    line.append(span);
  }
  return line;
}

/** @param {Match} mark */
function remark([, gutter, before, signs, words]) {
  const line = element("div", "remark", faint(`${gutter}${before}`), faint(signs));
  line.style.cssText = MONO;
  if (words) line.append(" ", ...quoted(words));
  return line;
}

/**
 * @param {string} line
 * @param {number} index
 * @param {string[]} lines
 */
function sentence(line, index, lines) {
  const [, , , , rule] = PLACE.exec(line) ?? [];
  if (rule) return placed(line.slice(0, -rule.length).trimStart(), linked(rule));
  if (PLACE.test(line) || ELSEWHERE.test(line)) return placed(line.trim());
  const [, word, advice] = ADVICE.exec(line) ?? [];
  const made = element("div", word ? "help" : "title");
  if (word) {
    made.append(element("b", "word", word.toLowerCase()), ...quoted(` ${advice}`));
    made.style.cssText = HELP;
  } else {
    made.append(...quoted(line || "\u00a0"));
    // What is wrong: it stands above its place, or first where it has none, as the mistake of a magic.
    if (index === 0 || PLACE.test(lines[index + 1] ?? "")) made.style.cssText = "font-weight:600";
  }
  return made;
}

/**
 * @param {string} text
 * @param {...Node} more
 */
function placed(text, ...more) {
  const place = element("div", "place", faint(text, 0.62), ...more);
  place.style.cssText = MONO;
  return place;
}

/**
 * A typing rule's name, which leads to the rule.
 * @param {string} rule
 */
function linked(rule) {
  const link = element("a", "rule", rule);
  link.href = `${RULES}#${rule.toLowerCase()}`;
  link.target = "_blank";
  link.rel = "noopener";
  link.title = "the typing rule that this breaks";
  link.style.cssText = LINK;
  return link;
}

/**
 * Words, with what stands between backticks as code.
 * @param {string} text
 */
function quoted(text) {
  return text.split(/`([^`]*)`/).map((part, index) => {
    if (index % 2 === 0) return part;
    const code = element("code", "code", part);
    code.style.cssText = CODE;
    return code;
  });
}

/** @param {string} text */
function faint(text, opacity = 0.5) {
  const made = element("span", "faint", text);
  made.style.opacity = String(opacity);
  return made;
}

// Marks count the columns of a terminal, in which some characters take two and some none.
/** @param {string} character */
function width(character) {
  if (NONE.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** @param {string} text */
function columns(text) {
  return [...text].reduce((sum, character) => sum + width(character), 0);
}

/**
 * @param {string} text
 * @param {number} from
 * @param {number} to
 */
function slice(text, from, to) {
  let column = 0;
  let piece = "";
  for (const character of text) {
    if (column >= from && column < to) piece += character;
    column += width(character);
  }
  return piece;
}

const MONO = "font-family:var(--jp-code-font-family);white-space:pre;line-height:1.45";
const BLOCK =
  "padding:6px 10px;border-left:3px solid var(--jp-error-color1);overflow-x:auto;" +
  "font-size:var(--jp-code-font-size);color:var(--jp-content-font-color1);" +
  "background:color-mix(in srgb, var(--jp-error-color1) 7%, transparent)";
const CULPRIT =
  "text-decoration:underline wavy var(--jp-error-color1);text-underline-offset:3px;text-decoration-skip-ink:none";
const NOTE =
  "text-decoration:underline dotted var(--jp-info-color1);text-underline-offset:3px;text-decoration-skip-ink:none";
const CODE =
  "font-family:var(--jp-code-font-family);font-size:inherit;background:rgba(128,128,128,0.14);padding:0 3px";
const LINK = "color:var(--jp-content-link-color);text-decoration:underline";
const HELP = "margin-top:2px";
