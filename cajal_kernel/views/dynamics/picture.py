"""The picture of the recurrences of a neuron in its forms: text, static HTML, and what a page is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

import cajal_core as cajal
from cajal_kernel.views.dynamics.drawing import run_png
from cajal_kernel.views.dynamics.evaluate import neuron_runs
from cajal_kernel.views.dynamics.runs import Runs
from cajal_kernel.views.dynamics.spectrum import spectrum
from cajal_kernel.views.dynamics.text import overflow, read_text, result_text, runs_text
from cajal_kernel.views.inputs import check_given
from cajal_kernel.views.lists import vector_list
from cajal_kernel.views.live.picture import Live, Spec
from cajal_kernel.views.paint import counted, heading, heading_text, image
from cajal_kernel.views.picture import Picture, Subject

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cajal_kernel.views.dynamics.inputs import Input
    from cajal_kernel.views.dynamics.runs import Run


def dynamics_picture(subject: Subject) -> Iterator[Picture]:
    """One picture of all recurrences of a neuron, which share its inputs.

    Raises:
        MagicError: if a batch is empty, and as `neuron_runs` does.
        CajalError: as `neuron.dynamics` does.
    """
    check_given(subject)
    made = neuron_runs(subject.title, subject.neuron, subject.inputs)

    def answer(question: Spec) -> Live:
        """What is at another value of inputs that the page has no states for, by their places."""
        inputs = list(made.inputs)
        for place, value in question["inputs"].items():
            inputs[int(place)] = replace(inputs[int(place)], value=np.array(value, dtype=float))
        given = [_given(each) for each in inputs if each.place is not None]
        held = {int(place) for place in question["inputs"]}
        return dynamics_live(neuron_runs(subject.title, subject.neuron, given, held))

    asks = any(run.fixed or run.nonlinear for run in made.runs)
    live = replace(dynamics_live(made), answer=answer if asks else None)
    text = f"{heading_text(made.title, _word(made))}\n{runs_text(made)}"
    yield Picture(text, dynamics_html(made), live)


def _word(made: Runs) -> str:
    return "iter, fold" if len(words := {run.word for run in made.runs}) > 1 else words.pop()


def _given(value: Input) -> Any:
    import torch

    if cajal.list_of(value.type):
        return vector_list(torch.tensor(value.value), value.type)
    return torch.tensor(value.value).reshape(cajal.shape(value.type))


def dynamics_html(made: Runs) -> str:
    """A heading and an image for each recurrence, the one that is shown first above the others."""
    order = sorted(range(len(made.runs)), key=lambda place: place != made.main)
    return "".join(_run_html(made, made.runs[place]) for place in order)


def _run_html(made: Runs, run: Run) -> str:
    states, weights, running = run.at(made.values)
    inputs = ", ".join(each.text() for each in made.inputs)
    result = result_text(run, running[-1])
    outer = "" if run.inside is None else f", in the last step of {made.runs[run.inside].state.name}"
    steps = f"{counted(run.steps - 1, 'step')}{run.direction}{outer}"
    note = f"{steps}; {inputs} gives {result}" if inputs else f"{steps}; gives {result}"
    heaviest = int(np.argmax(np.abs(weights)))
    alternative = (
        f"The states of {run.state} over {steps}, their weights and their weighted sum. "
        f"With {inputs or 'no inputs'}, step {heaviest} has the greatest weight, and the sum is {result}."
    )
    if (over := overflow(states)) is not None:
        alternative += f" The states are not finite from step {over} on."
    if run.elements:
        first, last = read_text(run, 1), read_text(run, run.steps - 1)
        alternative += f" The first step reads {first}, the last {last}."
    title = heading(made.title, f"{run.word} with state {run.state}", note=note)
    count = "" if run.count is None else made.inputs[run.count].name
    return title + image(run_png(run, made.values, count), alternative)


def dynamics_live(made: Runs) -> Live:
    """The states, the weights and the eigenvalues of every recurrence, and the inputs to begin with."""
    nonlinear = {place for run in made.runs for place in run.nonlinear}
    fixed = {place for run in made.runs for place in run.fixed}
    arrays: dict[str, NDArray[Any]] = {}
    for place, each in enumerate(made.inputs):
        arrays[f"value{place}"] = each.value.astype("f8")
    inputs = [
        {
            "name": each.name,
            "type": each.axis.type,
            "about": _about(each.type, each.dim),
            "curved": place in nonlinear,
            "fixed": place in fixed,
            "bound": each.place is None,
        }
        for place, each in enumerate(made.inputs)
    ]
    runs: list[Spec] = []
    for place, run in enumerate(made.runs):
        arrays[f"states{place}"] = _floats(run.states)
        if run.weights is not None:
            arrays[f"weights{place}"] = _floats(run.weights)
        for number, (_, _, values) in enumerate(run.elements):
            arrays[f"read{place} {number}"] = _floats(values)
        found = spectrum(run)
        if isinstance(found, str):
            eigen: Spec = {"reason": found}
        else:
            arrays[f"eigen{place}"] = np.stack([found.values.real, found.values.imag], 1).astype("f8")
            eigen = {"error": found.error if np.isfinite(found.error) else 1e9}
        runs.append(
            {
                "name": run.state.name,
                "type": run.state.type,
                **_named(run.state.labels, run.sizes),
                "line": run.line,
                "steps": run.steps,
                "over": run.over,
                "weighs": run.weighs,
                "count": run.count,
                "inside": run.inside,
                "eigen": eigen,
                "order": run.order,
                "elements": [
                    {"type": axis.type, **_named(axis.labels, space)} for axis, space, _ in run.elements
                ],
            }
        )
    return Live("dynamics", {"title": made.title, "main": made.main, "inputs": inputs, "runs": runs}, arrays)


def _about(type: cajal.Type, dim: int) -> Spec:
    """What a control of js/shared/inputs.js needs to know of a type. A page has `dim` numbers of a value."""
    if parts := cajal.list_of(type):
        element, most = parts
        own = {"element": _about(element, cajal.dim(element)), "most": most}
        plain = {"labels": None, "is_data": False, "is_function": False, "image": None}
        return {"dim": dim, "shape": [dim], **plain, "list": own}
    sizes, labels = cajal.sizes(type), tuple(cajal.labels(type))
    is_image = sizes is not None and (len(sizes) == 2 or (len(sizes) == 3 and sizes[0] in (1, 3)))
    return {
        "dim": dim,
        "shape": cajal.shape(type),
        "labels": None if _are_numbers(labels) else list(labels),
        "is_data": cajal.is_data(type),
        "is_function": bool(cajal.uncurry(type)[0]),
        "image": [1, *sizes][-3:] if sizes is not None and is_image else None,
        "list": None,
    }


def _are_numbers(labels: tuple[str, ...]) -> bool:
    return all(label == str(index) for index, label in enumerate(labels))


def _named(labels: tuple[str, ...], sizes: tuple[int, ...] | None) -> Spec:
    """The names of basis vectors; those of a space and of numbers need not be sent."""
    numbers = _are_numbers(labels)
    return {
        "dim": len(labels),
        "labels": None if numbers or sizes is not None else list(labels),
        "sizes": sizes,
    }


def _floats(values: NDArray[Any]) -> NDArray[Any]:
    return values.astype("f8" if values.dtype == np.float64 else "f4")
