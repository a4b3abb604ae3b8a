"""The privacy mode: one switch that masks personal data on every screen at once."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, SignalInstance

from portdesk.domain.masking import ALWAYS_MASKED, MASKS


class _Switch(QObject):
    changed = Signal()


class Privacy:
    """
    Whether personal data is masked, and the one way to show it; card numbers always are.

    It is no object of Qt, nor is the one behind `changed` there before somebody listens: a copy for
    another thread ends in that thread.
    """

    def __init__(self) -> None:
        self._is_on = False
        self._switch: _Switch | None = None

    @property
    def changed(self) -> SignalInstance:
        """Emitted when it is switched: everything that shows personal data draws again."""
        if self._switch is None:
            self._switch = _Switch()
        return self._switch.changed

    @property
    def is_on(self) -> bool:
        """Whether personal data is masked."""
        return self._is_on

    def switch(self, on: bool) -> None:  # noqa: FBT001 - connected to a checkable action's signal
        """Mask personal data, or show it."""
        if on != self._is_on:
            self._is_on = on
            self.changed.emit()

    def frozen(self, *, masked: bool = False) -> Privacy:
        """The same privacy as it is now, or one that masks; it stays so: for what another thread writes."""
        copy = Privacy()
        copy._is_on = self._is_on or masked
        return copy

    def shown(self, field: str, value: str | None) -> str:
        """The value of the wire field `field` as it may be seen now."""
        if not value:
            return ""
        # PGs that leave the stars out are mended here: a whole card number is for nobody's eyes.
        mask = MASKS.get(field) if self._is_on or field == ALWAYS_MASKED else None
        return mask(value) if mask is not None else value
