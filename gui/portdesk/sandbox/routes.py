"""Every operation the imitation answers, in one list."""

from __future__ import annotations

from typing import Final

from portdesk.sandbox import authenticate, cancel, codes, customers, payments, tiers, users, validation
from portdesk.sandbox.calls import Operation

OPERATIONS: Final[tuple[Operation, ...]] = (
    *authenticate.OPERATIONS,
    *cancel.OPERATIONS,
    *validation.OPERATIONS,
    *payments.OPERATIONS,
    *customers.OPERATIONS,
    *codes.OPERATIONS,
    *users.OPERATIONS,
    *tiers.OPERATIONS,
)

_OPTIONAL: Final = "/{payment_status}"
_LISTS: Final = "/payments/status/"


def paths(operation: Operation) -> tuple[str, ...]:
    """The paths of an operation: two where its last part may be left off."""
    path = operation.path
    if path.endswith(_OPTIONAL) and not path.startswith(_LISTS):
        return path, path.removesuffix(_OPTIONAL)
    return (path,)
