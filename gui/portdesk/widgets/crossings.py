"""The ways from one tab to another, by what is to be seen there."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class Crossings(QObject):
    """
    Carries a wish from the tab that has it to the tab that can show it.

    Signals:
        payment_asked: show the payment with this imp_uid
        refund_asked: show the instruction with this id; of an empty one, what needs a person
    """

    payment_asked = Signal(str)
    refund_asked = Signal(str)
