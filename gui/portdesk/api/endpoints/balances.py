"""Reading the balance of a PAYCO payment."""

from __future__ import annotations

from typing import Annotated, Any, Final

from portdesk.api.endpoint import PATH, Endpoint, Kind, Request
from portdesk.api.reading import converted, count_at, number_at, object_at
from portdesk.domain.balances import Balance, BalanceEntry, BalancePart
from portdesk.domain.errors import WireError
from portdesk.domain.ids import ImpUid
from portdesk.domain.times import from_unix

_SUMS: Final = BalancePart.__struct_fields__
_PARTS: Final = ("cash_receipt", "primary", "secondary", "discount")


class FetchBalance(Request, frozen=True, kw_only=True):
    """What is left of one payment."""

    imp_uid: Annotated[ImpUid, PATH]


def _read_balance(wire: object) -> Balance:
    fields = object_at("response", wire)
    histories = fields.get("histories")
    if histories is not None and not isinstance(histories, list):
        raise WireError("histories")
    return converted(
        {
            "amount": number_at("amount", fields.get("amount")),
            **_read_parts(fields),
            "histories": [_read_entry(entry) for entry in histories or ()],
        },
        Balance,
    )


def _read_entry(wire: object) -> BalanceEntry:
    fields = object_at("histories", wire)
    try:
        created = from_unix(count_at("created", fields.get("created", 0)))
    except ValueError:
        raise WireError("created") from None
    return BalanceEntry(**_read_parts(fields), created=created)


def _read_parts(fields: Any) -> dict[str, BalancePart]:
    return {name: _read_part(name, fields.get(name)) for name in _PARTS}


def _read_part(place: str, wire: object) -> BalancePart:
    fields = object_at(place, wire)
    return BalancePart(**{name: number_at(f"{place}.{name}", fields.get(name)) for name in _SUMS})


FETCH_BALANCE: Final = Endpoint(
    method="GET",
    path="/payments/{imp_uid}/balance",
    tag="payments",
    kind=Kind.READ,
    request=FetchBalance,
    decode=_read_balance,
)
