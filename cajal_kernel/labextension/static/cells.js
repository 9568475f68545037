// The language of a cell that begins with a cell magic is not its notebook's: %%cajal in a Python notebook,
// %%python in a Cajal one.

const CAJAL = "text/x-cajal";
const PYTHON = "text/x-ipython";
const PYTHONS = new Set([PYTHON, "text/x-python"]);

function wanted(source, notebook) {
  if (PYTHONS.has(notebook) && /^\s*%%cajal\b/.test(source)) return CAJAL;
  if (notebook === CAJAL && /^\s*%%(?:python|py)\b/.test(source)) return PYTHON;
  return null;
}

export function follow(tracker) {
  tracker.widgetAdded.connect((_, panel) => followNotebook(panel.content));
  tracker.forEach((panel) => followNotebook(panel.content));
}

function followNotebook(notebook) {
  const followed = new WeakSet();
  const changed = new WeakSet(); // cells that have another language through us, and may need their own back

  function update(cell) {
    const own = notebook.codeMimetype;
    const magic = wanted(cell.sharedModel.getSource(), own);
    if (!magic && !changed.has(cell)) return;
    if (magic) changed.add(cell);
    else changed.delete(cell);
    cell.mimeType = magic ?? own; // says nothing where it is so already, so this comes to an end
  }

  function followCells() {
    for (const cell of notebook.model?.cells ?? []) {
      if (cell.type !== "code" || followed.has(cell)) continue;
      followed.add(cell);
      cell.contentChanged.connect(update);
      cell.mimeTypeChanged.connect(update);
      update(cell);
    }
  }

  function followModel() {
    notebook.model?.cells.changed.connect(followCells);
    followCells();
  }

  notebook.modelChanged.connect(followModel);
  followModel();
}
