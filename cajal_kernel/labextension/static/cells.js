// The language of a cell that begins with a cell magic is not its notebook's: %%cajal in a Python notebook,
// %%python in a Cajal one. The same holds in code consoles.

const CAJAL = "text/x-cajal";
const PYTHON = "text/x-ipython";
const PYTHONS = new Set([PYTHON, "text/x-python"]);

// JupyterLab's own objects are `any` here: its types are not part of this project.
/** @typedef {any} Lab */

/**
 * @param {string} source
 * @param {string} own
 */
function wanted(source, own) {
  if (PYTHONS.has(own) && /^\s*%%cajal\b/.test(source)) return CAJAL;
  if (own === CAJAL && /^\s*%%(?:python|py)\b/.test(source)) return PYTHON;
  return null;
}

/**
 * @param {Lab} notebooks
 * @param {Lab} consoles
 */
export function follow(notebooks, consoles) {
  notebooks.widgetAdded.connect((/** @type {Lab} */ _, /** @type {Lab} */ panel) =>
    followNotebook(panel.content),
  );
  notebooks.forEach((/** @type {Lab} */ panel) => followNotebook(panel.content));
  consoles?.widgetAdded.connect((/** @type {Lab} */ _, /** @type {Lab} */ panel) =>
    followConsole(panel.console),
  );
  consoles?.forEach((/** @type {Lab} */ panel) => followConsole(panel.console));
}

/**
 * @param {Lab} cell
 * @param {(ours: string | null) => string} ownOf tells the language that a cell has without us, given the one that
 *   it has through us, if it has
 */
function followCell(cell, ownOf) {
  /** @type {string | null} */
  let ours = null;

  function update() {
    const own = ownOf(ours);
    const magic = wanted(cell.sharedModel.getSource(), own);
    if (!magic && !ours) return;
    ours = magic;
    cell.mimeType = magic ?? own; // says nothing where it is so already, so this comes to an end
  }

  cell.contentChanged.connect(update);
  cell.mimeTypeChanged.connect(update);
  update();
}

/** @param {Lab} notebook */
function followNotebook(notebook) {
  const followed = new WeakSet();

  function followCells() {
    for (const cell of notebook.model?.cells ?? []) {
      if (cell.type !== "code" || followed.has(cell)) continue;
      followed.add(cell);
      followCell(cell, () => notebook.codeMimetype);
    }
  }

  function followModel() {
    notebook.model?.cells.changed.connect(followCells);
    followCells();
  }

  notebook.modelChanged.connect(followModel);
  followModel();
}

/** @param {Lab} console */
function followConsole(console) {
  // A console does not tell its language; that of a new prompt, or one given later, is it.
  /** @param {Lab} cell */
  function followPrompt(cell) {
    let own = cell.mimeType;
    followCell(cell, (ours) => {
      if (cell.mimeType !== ours) own = cell.mimeType;
      return own;
    });
  }

  console.promptCellCreated.connect((/** @type {Lab} */ _, /** @type {Lab} */ prompt) =>
    followPrompt(prompt.model),
  );
  if (console.promptCell) followPrompt(console.promptCell.model);
}
