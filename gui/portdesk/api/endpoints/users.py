"""The PG channels a shop is set up with."""

from __future__ import annotations

from typing import Final

from portdesk.api.endpoint import Endpoint, Kind, NoRequest
from portdesk.api.reading import read_list, read_struct
from portdesk.domain.reference import PgSetting

FETCH_PG_SETTINGS: Final = Endpoint(
    method="GET",
    path="/users/pg",
    tag="users",
    kind=Kind.READ,
    request=NoRequest,
    decode=read_list(read_struct(PgSetting)),
)
