"""Billing keys: which card stands behind a `customer_uid`."""

from __future__ import annotations

from typing import Annotated, Any, Final

from portdesk.api.endpoint import PATH, Endpoint, Kind, Request
from portdesk.api.reading import converted, object_at
from portdesk.domain.billing_keys import BillingKey
from portdesk.domain.errors import WireError
from portdesk.domain.ids import CustomerUid
from portdesk.domain.times import from_unix

_TIMES: Final = ("inserted", "updated")


class FetchBillingKey(Request, frozen=True, kw_only=True):
    """The key of one name; 404, or code 1, where there is none."""

    customer_uid: Annotated[CustomerUid, PATH]


def read_billing_key(wire: object) -> BillingKey:
    """
    One key.

    A key of a channel group lists the channels it was issued on; it is read as that of the first.
    """
    fields = {name: value for name, value in object_at("response", wire).items() if value is not None}
    channels = fields.get("succeededChannels")
    if isinstance(channels, list) and channels:
        fields = {**object_at("succeededChannels", channels[0]), "sandbox": False, **fields}
    return converted({**fields, **{name: _time(name, fields) for name in _TIMES}}, BillingKey)


def _time(name: str, fields: dict[str, Any]) -> object:
    seconds = fields.get(name)
    if type(seconds) is not int:
        raise WireError(name)
    try:
        return from_unix(seconds)
    except ValueError:
        raise WireError(name) from None


FETCH_BILLING_KEY: Final = Endpoint(
    method="GET",
    path="/subscribe/customers/{customer_uid}",
    tag="subscribe.customer",
    kind=Kind.READ,
    request=FetchBillingKey,
    decode=read_billing_key,
)
