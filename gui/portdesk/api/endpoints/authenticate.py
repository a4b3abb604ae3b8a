"""The access token."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Annotated, Final

from portdesk.api.endpoint import BODY, Endpoint, Kind, Request
from portdesk.api.reading import count_at, object_at
from portdesk.domain.errors import WireError

_FIT_FOR_A_HEADER: Final = re.compile(r"[!-~]{1,4096}")


class GetToken(Request, frozen=True, kw_only=True):
    """The shop's keys."""

    imp_key: Annotated[str, BODY]
    imp_secret: Annotated[str, BODY]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """A token and its life in Unix seconds of the server's clock."""

    access_token: str = field(repr=False)
    expired_at: int
    now: int


def _read_token(wire: object) -> AccessToken:
    fields = object_at("response", wire)
    token = fields.get("access_token")
    if not isinstance(token, str) or not _FIT_FOR_A_HEADER.fullmatch(token):
        raise WireError("access_token")
    return AccessToken(
        access_token=token,
        expired_at=count_at("expired_at", fields.get("expired_at")),
        now=count_at("now", fields.get("now")),
    )


GET_TOKEN: Final = Endpoint(
    method="POST",
    path="/users/getToken",
    tag="authenticate",
    kind=Kind.TOKEN,
    request=GetToken,
    decode=_read_token,
)
