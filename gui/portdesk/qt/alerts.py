"""Any failure into words: what is told to people when something ends badly."""

from __future__ import annotations

import logging
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from portdesk.api.errors import ApiError
from portdesk.domain.errors import PortdeskError
from portdesk.domain.messages import Message

logger = logging.getLogger(__name__)


class Alert(NamedTuple):
    """
    What to tell: a sentence and, where there is one, what to do about it.

    `quote` is what the server itself said about it: raw, foreign text, to be shown as such.
    """

    text: Message
    advice: Message | None = None
    quote: str | None = None


def alert_of(error: BaseException) -> Alert:
    """The words for `error`; an error that is not ours is a fault of the program and says so."""
    if isinstance(error, PortdeskError):
        return Alert(error.text, error.advice, error.server_message if isinstance(error, ApiError) else None)
    return Alert(
        Message("Something went wrong inside Portdesk ({kind}).", kind=type(error).__name__),
        Message("Nothing was sent to the server by this. The details are in the log."),
    )


class Alerts(QObject):
    """
    The one place where failures become visible.

    Signals:
        raised: an Alert that should be shown and stays until dismissed
    """

    raised = Signal(object)

    def show(self, error: BaseException) -> None:
        """Tell about `error`."""
        self.raised.emit(alert_of(error))
