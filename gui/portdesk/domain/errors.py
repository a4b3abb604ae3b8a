"""
What can go wrong, as types; each says in words for people what happened and what to do.

PortdeskError
  InputError             the operator's request is wrong
  MachineError           the machine, not the program: known, no traceback
    StoreUnusableError   the local copy cannot be opened, read or written
    KeyringMissingError  no key store that may hold a secret
  WireError              data that does not fit the published description
  (ApiError              in api/errors.py)
"""

from __future__ import annotations

from portdesk.domain.messages import Message


class PortdeskError(Exception):
    """
    The root of all our errors.

    `text` is safe to show: it holds no secret, no card number and no traceback.
    `advice` says what the person can do about it, where there is something.
    """

    def __init__(self, text: Message, advice: Message | None = None) -> None:
        super().__init__(str(text))
        self.text = text
        self.advice = advice


class InputError(PortdeskError):
    """What the operator asked for cannot be done as asked."""


class MachineError(PortdeskError):
    """The machine refuses: a full disk, a locked file, a missing service."""


class StoreUnusableError(MachineError):
    """The local copy cannot be opened, read or written."""


class KeyringMissingError(MachineError):
    """No key store that may hold a secret is to be found on this system."""


class WireError(PortdeskError):
    """Data does not fit the published description; `place` names where, never the value."""

    def __init__(self, place: str) -> None:
        super().__init__(Message("The server's data could not be understood ({place}).", place=place))
        self.place = place
