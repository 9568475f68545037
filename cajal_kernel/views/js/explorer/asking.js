// Asks the kernel what the networks answer to what has been dragged, when the hand rests.

/** How long the hand rests, in milliseconds. */
const REST = 120;

/**
 * @param {import("./run.js").Run} run
 * @param {((question: any) => Promise<import("../shared/wire.js").Picture>) | null} ask null where there is no kernel
 * @param {() => void} answered called when the run has the answers
 * @param {(reason: string) => void} failed
 */
export function asker(run, ask, answered, failed) {
  let isAsking = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  async function refresh() {
    if (!ask || isAsking) return;
    isAsking = true;
    const asked = [...run.inputs];
    try {
      run.answered(await ask({ inputs: asked.map((values) => values && [...values]) }));
      answered();
    } catch (error) {
      failed(/** @type {Error} */ (error).message);
    }
    isAsking = false;
    if (asked.some((values, position) => values !== run.inputs[position])) refresh();
  }
  return {
    soon: () => {
      clearTimeout(timer);
      if (ask && run.neuron.answers.size) timer = setTimeout(refresh, REST);
    },
    stop: () => clearTimeout(timer),
  };
}
