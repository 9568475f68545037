// The JupyterLab extension: what JupyterLab loads, and the plugins in it.
//
// This is the container that a bundler would write, by hand: the files here run as they are. What JupyterLab has
// already (its editor, its notebooks) is taken from the modules that it shares, so that there is one of each.
(() => {
  "use strict";

  const NAME = "cajal-jupyter";
  const HERE = new URL(".", document.currentScript.src);
  const file = (name) => import(new URL(name, HERE).href);
  let scope;

  // Another extension may bring a second copy of a module; the one in use is JupyterLab's.
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
        activate: async (_app, languages) => {
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
        activate: async (_app, notebooks, consoles) => (await file("cells.js")).follow(notebooks, consoles),
      },
      {
        id: `${NAME}:errors`,
        description: "Shows the mistakes of a Cajal cell with the source underlined.",
        autoStart: true,
        requires: [IRenderMimeRegistry],
        activate: async (_app, rendermime) => (await file("errors.js")).decorate(rendermime),
      },
    ];
  }

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB[NAME] = {
    init(shareScope) {
      scope = shareScope;
    },
    async get() {
      const found = await plugins();
      return () => ({ __esModule: true, default: found });
    },
  };
})();
