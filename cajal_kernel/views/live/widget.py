"""Live pictures in a notebook: what is sent to the browser, and what it asks.

This is the only module that knows widgets.
All interaction is in the browser, in the JavaScript of the folder js; no Python runs when a slider moves.
"""

from __future__ import annotations

from collections import deque
from functools import cache
from typing import Any

import anywidget
import traitlets

from cajal_kernel.views.live.modules import bundle, style
from cajal_kernel.views.live.picture import Live
from cajal_kernel.views.live.slots import is_in_a_page

OPEN = 20
"""The most pictures that stay live. Each is a connection to the page, and its numbers are in memory twice."""


class LiveWidget(anywidget.AnyWidget):
    """A live picture in the place of a static one, which has the class `slot`."""

    slot = traitlets.Unicode().tag(sync=True)
    spec = traitlets.Dict().tag(sync=True)
    data = traitlets.Bytes().tag(sync=True)
    asks = traitlets.Bool().tag(sync=True)

    def __init__(self, live: Live, slot: str) -> None:
        spec, data = live.packed()
        self.answer = live.answer
        super().__init__(slot=slot, spec=spec, data=data, asks=live.answer is not None)
        self.on_msg(self._asked)

    def close(self) -> None:
        """Leave nothing behind: neither the numbers, nor the model of the layout that each widget has."""
        layout = self.layout
        super().close()
        layout.close()
        self.answer = None
        self.data, self.spec = b"", {}

    def open(self) -> None:
        """Called when the widget is made. Without a page it stays closed: nothing is sent, then or later."""
        if is_in_a_page():
            super().open()

    def show(self, live: Live) -> None:
        """One message with the whole picture: a message that is lost leaves no gap."""
        spec, data = live.packed()
        self.answer = live.answer
        with self.hold_sync():
            self.data = data
            self.spec = spec

    def _asked(self, _: Any, content: Any, __: Any) -> None:
        """Answer a question of the page, or say why there is no answer: the page must not wait forever."""
        number, question = content["number"], content["question"]
        try:
            spec, data = self.answer(question).packed()  # type: ignore[misc]  # the page knows `asks`
        except Exception as error:  # noqa: BLE001  # whatever a user's network raises is told in the page
            self.send({"number": number, "error": f"{type(error).__name__}: {error}"})
        else:
            self.send({"number": number, "spec": spec}, [data])


@cache
def _widget_class(kind: str) -> type[LiveWidget]:
    ending = f'export default modules["shared/widget.js"].widget(modules["{kind}/picture.js"].draw);'
    source = f"{bundle('shared/widget.js', f'{kind}/picture.js')}\n{ending}"
    return type(f"{kind.title()}Widget", (LiveWidget,), {"_esm": source, "_css": style()})


def live_widget(live: Live, slot: str) -> LiveWidget:
    """The widget that draws a live picture into each output of the class `slot`."""
    return _widget_class(live.kind)(live, slot)


_open: deque[LiveWidget] = deque()


def keep_open(widget: LiveWidget) -> None:
    """Keep a picture live until `OPEN` newer ones are; then the page shows its static form again."""
    if widget in _open:
        _open.remove(widget)
    _open.append(widget)
    while len(_open) > OPEN:
        oldest = _open.popleft()
        if oldest.comm is not None:  # else the user has closed it
            oldest.close()
