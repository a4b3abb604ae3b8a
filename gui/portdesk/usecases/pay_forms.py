"""What a pay request is filled in from: the shop's channels, its templates, names that are free."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import msgspec

from portdesk.api.client import Client
from portdesk.api.endpoint import NoRequest
from portdesk.api.endpoints.users import FETCH_PG_SETTINGS
from portdesk.domain.errors import InputError
from portdesk.domain.messages import Message
from portdesk.domain.pay_templates import PayTemplate
from portdesk.domain.pg.pay.channel import payment_channels
from portdesk.domain.reference import PgSetting
from portdesk.domain.times import KST
from portdesk.store.pay_forms import PayFormFile, PayFormMemory
from portdesk.store.payments import PaymentStore

_LONGEST_NAME: Final = 40
_MOST: Final = 100


class PayForms:
    """One shop's memory for the form of the pay window."""

    def __init__(
        self,
        client: Client,
        store: PaymentStore,
        file: PayFormFile,
        *,
        make_token: Callable[[], str] = lambda: secrets.token_hex(4),
    ) -> None:
        self._client = client
        self._store = store
        self._file = file
        self._make_token = make_token

    async def remembered(self) -> PayFormMemory:
        """The channels as they were read last, and the templates."""
        return await asyncio.to_thread(self._file.load)

    async def read_channels(self) -> tuple[PgSetting, ...]:
        """The channels that take payments, as the server tells them now; raises `ApiError`."""
        reply = await self._client.send(FETCH_PG_SETTINGS, NoRequest())
        channels = payment_channels(tuple(reply.value.list))
        read_at = reply.server_time or datetime.now(UTC)
        memory = await self.remembered()
        await self._keep(msgspec.structs.replace(memory, channels=channels, channels_read_at=read_at))
        return channels

    async def keep_template(self, template: PayTemplate) -> tuple[PayTemplate, ...]:
        """Keep `template` in the place of one of its name; the answer is all of them, by name."""
        name = template.name.strip()
        if not 0 < len(name) <= _LONGEST_NAME:
            raise InputError(
                Message("A template needs a name of at most {most} characters.", most=_LONGEST_NAME)
            )
        memory = await self.remembered()
        others = [known for known in memory.templates if known.name != name]
        if len(others) >= _MOST:
            raise InputError(Message("There are {most} templates already.", most=_MOST))
        kept = msgspec.structs.replace(template, name=name)
        templates = tuple(sorted((*others, kept), key=lambda known: known.name))
        await self._keep(msgspec.structs.replace(memory, templates=templates))
        return templates

    async def drop_template(self, name: str) -> tuple[PayTemplate, ...]:
        """Forget the template of this name; the answer is those that are left."""
        memory = await self.remembered()
        templates = tuple(known for known in memory.templates if known.name != name)
        await self._keep(msgspec.structs.replace(memory, templates=templates))
        return templates

    async def keep_place(self, user_code: str, origin: str) -> None:
        """Remember the shop's identification code and the address of its own; "" forgets the address."""
        memory = await self.remembered()
        if (memory.user_code, memory.origin) != (user_code, origin):
            await self._keep(msgspec.structs.replace(memory, user_code=user_code, origin=origin))

    async def is_key_used(self, customer_uid: str) -> bool:
        """Whether the local copy has a payment with a billing key of this name."""
        return bool(customer_uid) and await self._store.knows_key(customer_uid)

    def new_merchant_uid(self, now: datetime) -> str:
        """An order number nobody has: letters and digits only, which every PG takes."""
        return f"pd{now.astimezone(KST):%Y%m%d%H%M%S}{self._make_token()}"

    def new_customer_uid(self, now: datetime) -> str:
        """A name for a new billing key; every card gets one of its own."""
        return f"key_{now.astimezone(KST):%Y%m%d}_{self._make_token()}"

    async def _keep(self, memory: PayFormMemory) -> None:
        await asyncio.to_thread(self._file.save, memory)
