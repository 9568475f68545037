"""Shows the results of a study in a notebook."""

from __future__ import annotations

from pathlib import Path

from IPython.display import Image, Markdown, display

from cajal_experiments.report.archive import Study, read
from cajal_experiments.report.commands import block
from cajal_experiments.report.figures import curves, png
from cajal_experiments.report.frame import frame
from cajal_experiments.report.page import markdown, slug
from cajal_experiments.report.summary import by_samples, groups, results


def show(study: Study) -> None:
    """Displays, for all runs with equal settings, their command, their tables and their figure."""
    for group in groups(study, frame(study)):
        parts = [f"**{study.name}: {study.title}**", block(group), markdown(results(group))]
        if group.by_samples:
            parts += [f"{study.measures[0]} by the number of training samples:", markdown(by_samples(group))]
        display(Markdown("\n\n".join(parts)))
        figure = curves(group)
        if figure is not None:
            display(Image(png(figure)))


def show_committed(*names: str, folder: str = "../docs/results") -> None:
    """Displays what a report has written of these experiments, or says that it is not there."""
    for name in names:
        file = Path(folder, f"{slug(name)}.json")
        if file.is_file():
            show(read(file))
        else:
            made = f"Run `{name}`, then `python -m cajal_experiments report`."
            display(Markdown(f"`{file}` is not there. {made}"))
