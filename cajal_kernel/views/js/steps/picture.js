// The run of an `iter`: a slider over the steps, and the state at the chosen step as a bar chart.
// @ts-nocheck: its types are not written yet

import { element } from "../shared/dom.js";
import { brief } from "../shared/numbers.js";

/** @type {(host: HTMLElement, picture: import("../shared/wire.js").Picture) => import("../shared/wire.js").Handle} */
export function draw(host, { spec, arrays }) {
  const { labels, inputs, count } = spec;
  const dim = labels.length;
  const states = arrays.states.data;
  const weights = arrays.weights.data;
  const dense = dim > 40;

  const title = element("div", { class: "cajal-title" });
  title.append(element("b", {}, spec.title), ` : iter with state ${spec.state}`);

  const chooser = element("select", { "aria-label": "input" });
  inputs.forEach((input, i) => chooser.append(element("option", { value: i }, input)));
  const slider = element("input", {
    type: "range",
    min: 0,
    max: count - 1,
    step: 1,
    value: 0,
    "aria-label": "step",
  });
  const play = element("button", { type: "button", title: "Play the steps" }, "▶");
  const shown = element("output", { class: "cajal-step" });
  const controls = element("div", { class: "cajal-controls" });
  if (inputs.length > 1) controls.append(element("label", {}, "input ", chooser));
  controls.append(play, slider, shown);

  const chart = element("div", { class: dense ? "cajal-bars cajal-dense" : "cajal-bars" });
  const bars = labels.map((label) => {
    const fill = element("div", { class: "cajal-fill" });
    const number = element("span", { class: "cajal-number" });
    const zero = element("div", { class: "cajal-zero" });
    const track = element("div", { class: "cajal-track" }, fill, zero);
    const bar = element("div", { class: "cajal-bar" }, number, track);
    if (!dense) bar.append(element("span", { class: "cajal-label", title: label }, label));
    chart.append(bar);
    return { bar, fill, number, label, zero };
  });

  const strip = element("div", { class: "cajal-weights", title: "weight of each step in the count" });
  const marks = Array.from({ length: count }, (_, step) => {
    const mark = element("div", { class: "cajal-mark" }, element("div", { class: "cajal-weight" }));
    mark.addEventListener("click", () => choose(step));
    strip.append(mark);
    return mark;
  });

  host.append(
    title,
    controls,
    chart,
    element("div", { class: "cajal-caption" }, "weight of each step in the count"),
    strip,
  );

  let low = 0;
  let high = 1;
  for (const value of states) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const percent = (value) => ((value - low) / (high - low)) * 100;
  for (const { zero } of bars) zero.style.bottom = `${percent(0)}%`;

  function update() {
    const input = Number(chooser.value) || 0;
    const step = Number(slider.value);
    const start = (input * count + step) * dim;
    bars.forEach(({ bar, fill, number, label }, i) => {
      const value = states[start + i];
      const [bottom, top] = value < 0 ? [percent(value), percent(0)] : [percent(0), percent(value)];
      fill.style.bottom = `${bottom}%`;
      fill.style.height = `${Math.max(0, top - bottom)}%`;
      fill.classList.toggle("cajal-negative", value < 0);
      bar.title = `${label}: ${value}`;
      number.textContent = dim <= 16 ? brief(value) : "";
    });
    let heaviest = 1;
    for (let i = 0; i < count; i++) heaviest = Math.max(heaviest, Math.abs(weights[input * count + i]));
    marks.forEach((mark, i) => {
      const weight = weights[input * count + i];
      mark.title = `step ${i}: weight ${brief(weight)}`;
      mark.firstChild.style.height = `${(Math.abs(weight) / heaviest) * 100}%`;
      mark.classList.toggle("cajal-chosen", i === step);
    });
    shown.textContent = `step ${step} of ${count - 1}, weight ${brief(weights[input * count + step])}`;
  }

  function choose(step) {
    slider.value = step;
    update();
  }

  let timer = null;
  function stop() {
    clearInterval(timer);
    timer = null;
    play.textContent = "▶";
  }
  play.addEventListener("click", () => {
    if (timer !== null) return stop();
    play.textContent = "⏸";
    if (Number(slider.value) === count - 1) choose(0);
    timer = setInterval(() => {
      choose(Number(slider.value) + 1);
      if (Number(slider.value) === count - 1) stop();
    }, 500);
  });
  slider.addEventListener("input", () => {
    stop();
    update();
  });
  chooser.addEventListener("change", update);
  update();
  return {
    dispose: stop,
    read: () => ({ step: Number(slider.value), values: bars.map(({ bar }) => bar.title) }),
  };
}
