// The JupyterLab extension: what JupyterLab loads, and the plugins in it.
//
// This is the container that a bundler would write, by hand: the files here run as they are. What JupyterLab has
// already (its editor, its notebooks) is taken from the modules that it shares, so that there is one of each.
(() => {
  "use strict";

  const NAME = "cajal-jupyter";
  const HERE = new URL(".", /** @type {HTMLScriptElement} */ (document.currentScript).src);
  const file = (/** @type {string} */ name) => import(new URL(name, HERE).href);
  /** @type {Record<string, Record<string, any>>} what JupyterLab shares: for each module, its versions */
  let scope;

  // Another extension may bring a second copy of a module; the one in use is JupyterLab's.
  /** @param {string} name */
  async function shared(name) {
    const versions = Object.values(scope[name] ?? {});
    const found = versions.find((each) => each.loaded || each.eager) ?? versions[0];
    if (!found) throw new Error(`${NAME}: JupyterLab does not share ${name}`);
    return (await found.get())();
  }

  async function plugins() {
    const [{ IEditorLanguageRegistry }, { INotebookTracker }, { IConsoleTracker }, { IRenderMimeRegistry }] =
      await Promise.all([
        shared("@jupyterlab/codemirror"),
        shared("@jupyterlab/notebook"),
        shared("@jupyterlab/console"),
        shared("@jupyterlab/rendermime"),
      ]);
    return [
      {
        id: `${NAME}:language`,
        description: "Colours Cajal in cells and in .cajal files.",
        autoStart: true,
        requires: [IEditorLanguageRegistry],
        activate: async (/** @type {any} */ _app, /** @type {any} */ languages) => {
          const [{ cajal }, tokens, editor] = await Promise.all([
            file("language.js"),
            fetch(new URL("tokens.json", HERE)).then((reply) => reply.json()),
            shared("@codemirror/language"),
          ]);
          languages.addLanguage({
            name: "cajal",
            displayName: "Cajal",
            mime: "text/x-cajal",
            extensions: ["cajal"],
            support: new editor.LanguageSupport(editor.StreamLanguage.define(cajal(tokens))),
          });
        },
      },
      {
        id: `${NAME}:cells`,
        description: "Colours %%cajal cells as Cajal, and %%python cells of a Cajal notebook as Python.",
        autoStart: true,
        requires: [INotebookTracker],
        optional: [IConsoleTracker],
        activate: async (
          /** @type {any} */ _app,
          /** @type {any} */ notebooks,
          /** @type {any} */ consoles,
        ) => (await file("cells.js")).follow(notebooks, consoles),
      },
      {
        id: `${NAME}:errors`,
        description: "Shows the mistakes of a Cajal cell with the source underlined.",
        autoStart: true,
        requires: [IRenderMimeRegistry],
        activate: async (/** @type {any} */ _app, /** @type {any} */ rendermime) =>
          (await file("errors.js")).decorate(rendermime),
      },
    ];
  }

  const page = /** @type {any} */ (window);
  page._JUPYTERLAB = page._JUPYTERLAB ?? {};
  page._JUPYTERLAB[NAME] = {
    /** @param {typeof scope} shareScope */
    init(shareScope) {
      scope = shareScope;
    },
    async get() {
      const found = await plugins();
      return () => ({ __esModule: true, default: found });
    },
  };
})();
