"""Tag users: the PG channels of the shop."""

from __future__ import annotations

from portdesk.sandbox.calls import Call, Reply, answer, operation
from portdesk.sandbox.channels import CHANNELS
from portdesk.sandbox.state import State


@operation("GET", "/users/pg", "users")
def list_channels(_call: Call, _state: State) -> Reply:
    """Every PG setting."""
    return answer(
        [
            {
                "pg_provider": channel.pg_provider,
                "pg_id": channel.pg_id,
                "sandbox": channel.sandbox,
                "type": channel.type,
                "channel_name": channel.name,
                "channel_key": channel.key,
            }
            for channel in CHANNELS
        ]
    )


OPERATIONS = (list_channels,)
