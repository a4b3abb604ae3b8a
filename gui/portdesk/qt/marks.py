"""The status of a row as colour and shape together."""

from __future__ import annotations

from enum import Enum


class Mark(Enum):
    """A status as colour and shape together, so that neither stands alone."""

    DONE = "done"
    PART = "part"
    WAITING = "waiting"
    REFUSED = "refused"
    RETURNED = "returned"
    BEGUN = "begun"
    UNKNOWN = "unknown"
