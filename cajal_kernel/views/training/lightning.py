"""The callback of Lightning's `Trainer`, which feeds a curve."""

from __future__ import annotations

from typing import Any

from cajal_kernel.views.training.feed import Feed, library, rates, stopped_by

LIBRARIES = ("lightning.pytorch", "pytorch_lightning")
"""Two names of one library; a trainer of either takes a callback of its own."""


def lightning_callback(feed: Feed) -> Any:
    """A `Callback` of the Lightning that is loaded, else of one that is installed.

    Raises:
        ImportError: if there is none.
    """
    base: Any = library(LIBRARIES, "lightning").Callback
    return type("CurveCallback", (_Callback, base), {"__doc__": _Callback.__doc__})(feed)


class _Callback:
    """Feeds a curve with the loss of every step, the numbers that the module logs, and the learning rate.

    Lightning tells which numbers there are, and not which of them are new: those are the objects that were
    not there before.
    """

    def __init__(self, feed: Feed) -> None:
        super().__init__()
        self._feed = feed
        self._before: dict[str, Any] = {}
        self._rates: dict[str, float] = {}
        self._of_steps: set[str] = set()
        self._losses: set[str] | None = None

    def on_train_start(self, trainer: Any, _: Any) -> None:
        total = trainer.estimated_stepping_batches
        self._losses = None
        if trainer.is_global_zero:
            self._feed.begin(int(total) if 0 < total < float("inf") else None)

    def on_train_batch_start(self, trainer: Any, *_: Any) -> None:
        self._before = dict(trainer.callback_metrics)
        # A rate without a schedule is one number, and no curve.
        self._rates = rates(trainer.optimizers) if trainer.lr_scheduler_configs else {}

    def on_train_batch_end(self, trainer: Any, _: Any, outputs: Any, *__: Any) -> None:
        new = self._new(trainer)
        self._of_steps.update(new)
        loss = outputs.get("loss") if isinstance(outputs, dict) else outputs
        metrics: dict[str, Any] = {} if loss is None else {"loss": loss}
        if self._losses is None:  # most modules log their loss, which is not drawn twice
            self._losses = {name for name, value in new.items() if loss is not None and value.equal(loss)}
        metrics |= {name: value for name, value in new.items() if name not in self._losses}
        self._add(trainer, metrics | self._rates)

    def on_validation_start(self, trainer: Any, _: Any) -> None:
        self._before = dict(trainer.callback_metrics)

    def on_validation_end(self, trainer: Any, _: Any) -> None:
        if trainer.state.fn == "fit":  # and not one that the user has asked for alone
            new = self._new(trainer)
            if not trainer.sanity_checking:
                self._add(trainer, new)

    def on_train_epoch_end(self, trainer: Any, _: Any) -> None:
        new = self._new(trainer)
        self._add(trainer, {name: value for name, value in new.items() if name not in self._of_steps})

    def on_train_end(self, *_: Any) -> None:
        self._feed.end()

    def on_exception(self, _: Any, __: Any, error: BaseException) -> None:
        """An interrupt is one, too."""
        self._feed.end(stopped_by(error))

    def _new(self, trainer: Any) -> dict[str, Any]:
        """The numbers that were logged since. Of one that is told by step and by epoch, those two alone.

        Every process asks for them, since Lightning may have to gather them; the first one has the curve.
        """
        now = dict(trainer.callback_metrics)
        new = {name: value for name, value in now.items() if self._before.get(name) is not value}
        self._before = now
        return {name: value for name, value in new.items() if not {f"{name}_step", f"{name}_epoch"} & {*new}}

    def _add(self, trainer: Any, metrics: dict[str, Any]) -> None:
        if trainer.is_global_zero:
            self._feed.add(trainer.global_step, metrics)
