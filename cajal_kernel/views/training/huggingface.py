"""The callback of Hugging Face's `Trainer`, which feeds a curve."""

from __future__ import annotations

import re
from typing import Any

from cajal_kernel.views.curves.store import number
from cajal_kernel.views.training.feed import Feed, library

SPEED = re.compile(r"epoch|total_flos|.*_(?:runtime|per_second|time)|num_input_tokens_seen")
"""What a trainer logs of the time that it took."""

SUMMARY = "train_runtime"
"""What only the last log has: that is a summary, and no step."""


def trainer_callback(feed: Feed) -> Any:
    """A `TrainerCallback`.

    Raises:
        ImportError: if `transformers` is not installed.
    """
    base: Any = library(["transformers"], "transformers[torch]").TrainerCallback
    return type("CurveCallback", (_Callback, base), {"__doc__": _Callback.__doc__})(feed)


class _Callback:
    """Feeds a curve with what the trainer logs: losses, the learning rate, what `compute_metrics` gives."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed

    def on_train_begin(self, _: Any, state: Any, *__: Any, **___: Any) -> None:
        if state.is_world_process_zero:
            self._feed.end()  # of a run that was stopped, which no trainer tells
            self._feed.begin(state.max_steps if state.max_steps > 0 else None)

    def on_log(self, _: Any, state: Any, __: Any, logs: dict[str, Any], **___: Any) -> None:
        if state.is_world_process_zero and SUMMARY not in logs:
            self._feed.add(state.global_step, dict(_numbers(logs)))

    def on_train_end(self, _: Any, state: Any, *__: Any, **___: Any) -> None:
        if state.is_world_process_zero:
            self._feed.end()


def _numbers(logs: dict[str, Any]) -> Any:
    """What can be drawn: a metric may be a list or a text, too."""
    for name, value in logs.items():
        if not SPEED.fullmatch(name):
            try:
                yield name, number(name, value)
            except TypeError:
                continue
