// Cajal for the editor: colours, indentation, comments and brackets. The words come from tokens.json, which the
// Pygments lexer reads too.

const MAGIC = /^(?:%%?[\p{L}_]|!).*/u;
// λ is a token of its own and never part of a name.
const WORD = /^(?:(?!λ)[\p{L}\p{M}\p{N}_'])+/u;
// A line that ends in one of these goes on, one step further in.
const OPENS = new Set(["=", "=>", "->", ".", "then", "else", "in"]);

/** @type {Record<string, string>} */
const STYLES = {
  declaration: "keyword",
  control: "keyword",
  boolean: "bool",
  number: "atom",
  type: "variableName.special",
};

/** @typedef {{ comment: number, open: number[], indent: number, last: string }} State */
/** @typedef {any} Stream a StringStream of CodeMirror */

/** @param {{ words: Record<string, string[]>, operators: string[], brackets: string }} tokens */
export function cajal({ words, operators, brackets }) {
  const styles = new Map();
  for (const [kind, list] of Object.entries(words)) for (const word of list) styles.set(word, STYLES[kind]);
  const declarations = new Set(words.declaration);
  const signs = [...operators].sort((a, b) => b.length - a.length);

  /**
   * @param {Stream} stream
   * @param {State} state
   */
  function comment(stream, state) {
    while (!stream.eol()) {
      if (stream.match("{-")) state.comment += 1;
      else if (stream.match("-}")) state.comment -= 1;
      else stream.next();
      if (state.comment === 0) break;
    }
    return "blockComment";
  }

  /**
   * @param {Stream} stream
   * @param {State} state
   */
  function code(stream, state) {
    if (stream.match("--")) {
      stream.skipToEnd();
      return "lineComment";
    }
    if (stream.match("{-")) {
      state.comment = 1;
      return comment(stream, state);
    }
    const before = state.last;
    const word = stream.match(WORD);
    if (word) {
      state.last = word[0];
      // No item contains the start of another, so a bracket left open ends here.
      if (stream.start === 0 && declarations.has(word[0])) state.open = [];
      if (/^\p{N}/u.test(word[0])) return "number";
      const known = styles.get(word[0]);
      if (known) return known;
      if (declarations.has(before)) return "variableName.definition";
      return /^\p{Lu}/u.test(word[0]) ? "variableName.special" : "variableName";
    }
    const sign = signs.find((each) => stream.match(each));
    state.last = sign ?? stream.next();
    if (sign) return "operator";
    if (!brackets.includes(state.last)) return "invalid";
    if ("({[".includes(state.last)) state.open.push(state.indent);
    else state.open.pop();
    return "bracket";
  }

  return {
    name: "cajal",
    /** @returns {State} */
    startState: () => ({ comment: 0, open: [], indent: 0, last: "" }),
    copyState: (/** @type {State} */ state) => ({ ...state, open: [...state.open] }),
    /**
     * @param {Stream} stream
     * @param {State} state
     */
    token(stream, state) {
      if (state.comment) return comment(stream, state);
      if (stream.sol()) {
        if (stream.match(MAGIC)) return "meta";
        state.indent = stream.indentation();
      }
      return stream.eatSpace() ? null : code(stream, state);
    },
    /**
     * @param {State} state
     * @param {string} after
     * @param {{ unit: number }} context
     */
    indent(state, after, context) {
      if (state.comment) return null;
      const closes = /^\s*[)}\]]/.test(after);
      const open = state.open.at(-1);
      if (open !== undefined) return open + (closes ? 0 : context.unit);
      return state.indent + (OPENS.has(state.last) ? context.unit : 0);
    },
    languageData: {
      commentTokens: { line: "--", block: { open: "{-", close: "-}" } },
      closeBrackets: { brackets: ["(", "[", "{"] }, // a quote is part of a name: x'
      indentOnInput: /^\s*[)}\]]$/,
    },
  };
}
