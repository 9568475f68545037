// Puts an interactive picture in the place of a static one.
//
// The output that a notebook stores is static HTML with a class of its own, the slot. Where a kernel is alive,
// this module finds the slot in the page and shows the live picture there instead. So nothing is missing when
// the notebook is opened without its kernel, and no saved output refers to a widget that is gone.

function enliven(model, draw) {
  const slotClass = model.get("slot");
  const mounted = new Map();

  function attach() {
    for (const [slot, remove] of mounted) {
      if (!slot.isConnected) {
        remove();
        mounted.delete(slot);
      }
    }
    for (const slot of document.getElementsByClassName(slotClass)) {
      if (!mounted.has(slot)) mounted.set(slot, mount(slot));
    }
  }

  function mount(slot) {
    const hidden = [...slot.children].map((child) => [child, child.style.display]);
    for (const [child] of hidden) child.style.display = "none";
    const host = document.createElement("div");
    slot.append(host);
    const dispose = draw(model, host);
    return () => {
      dispose();
      host.remove();
      for (const [child, display] of hidden) child.style.display = display;
    };
  }

  // Outputs come, go and are drawn again at the front end's will: new cells, other views of a notebook, scrolling.
  const observer = new MutationObserver(attach);
  observer.observe(document.body, { childList: true, subtree: true });
  attach();
  return () => {
    observer.disconnect();
    for (const remove of mounted.values()) remove();
  };
}

// Calls `update` now and whenever one of the traits changes; returns what ends it.
function watch(model, traits, update) {
  for (const trait of traits) model.on(`change:${trait}`, update);
  update();
  return () => {
    for (const trait of traits) model.off(`change:${trait}`, update);
  };
}

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// The numbers of a bytes trait, of a class as Float32Array. The browser gives a view that need not start at a
// multiple of their size, so copy.
function floats(bytes, type = Float32Array) {
  return new type(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

function brief(value) {
  if (Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(3)));
}
