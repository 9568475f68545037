"""One live output of a notebook: the widget that draws in it, and how it settles when the cell ends."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Self

from IPython.core.getipython import get_ipython
from IPython.display import display

from cajal_kernel.interrupts import held
from cajal_kernel.views.curves.data import Curves
from cajal_kernel.views.curves.forms import curves_bundle
from cajal_kernel.views.live.picture import Live
from cajal_kernel.views.live.slots import new_slot


class Output:
    """A training that is shown in a cell. `whole` is all of it, for the page and for the static picture.

    Who calls a method holds `lock`; the end of a cell takes it. `leave` is what is done then, if the training
    ends with the cell.
    """

    def __init__(
        self,
        whole: Callable[[], tuple[Curves, Live]],
        lock: AbstractContextManager[object],
        leave: Callable[[], None] | None = None,
    ) -> None:
        from cajal_kernel.views.live.widget import live_widget  # widgets take a moment to import

        self._whole = whole
        self._lock = lock
        self._leave = leave or self.finish
        self._slot = new_slot()
        curves, live = whole()
        self._widget = live_widget(live, self._slot)
        self._handle = display(curves_bundle(curves, self._slot), raw=True, display_id=True)
        self._unsettled = False
        self.changed()

    @classmethod
    def here(
        cls,
        whole: Callable[[], tuple[Curves, Live]],
        lock: AbstractContextManager[object],
        leave: Callable[[], None] | None = None,
    ) -> Self | None:
        """The output in the cell that runs, None outside a notebook."""
        return None if get_ipython() is None else cls(whole, lock, leave)

    def changed(self) -> None:
        """There is something to settle at the end of the cell."""
        if not self._unsettled:
            shell = get_ipython()
            if shell is not None:
                self._unsettled = True
                shell.events.register("post_execute", self._settle)

    def update(self, live: Callable[[], Live]) -> None:
        """What the page shows from now on. Nothing is made where no page shows it."""
        if self._widget.comm is not None:
            self._widget.show(live())

    def finish(self) -> None:
        """Show the whole training, live and static."""
        from cajal_kernel.views.live.widget import keep_open

        self._settled()
        curves, live = self._whole()
        self._widget.show(live)
        keep_open(self._widget)
        if self._handle:
            self._handle.update(curves_bundle(curves, self._slot), raw=True)

    def close(self) -> None:
        """Let the static picture take the live one's place."""
        self._widget.close()

    def _settle(self) -> None:
        """The cell ended, perhaps by an interrupt that came between two points: keep what there is."""
        with held(), self._lock:
            self._settled()  # first, so that what fails here fails once
            self._leave()

    def _settled(self) -> None:
        shell = get_ipython()
        if self._unsettled and shell is not None:
            shell.events.unregister("post_execute", self._settle)
        self._unsettled = False
