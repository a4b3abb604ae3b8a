"""The shop's billing keys: one card behind each `customer_uid`, and every key the PGs gave out for it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any, Final

from portdesk.sandbox.channels import CARDS, tier_number
from portdesk.sandbox.record import Payment
from portdesk.sandbox.seed import Made

Key = dict[str, Any]

TELL_ISSUER: Final = (
    "tosspayments", "ksnet", "paypal_v2", "smartro_v2", "nice_v2", "welcome", "tosspay_v2",
)  # fmt: skip
"""PGs whose keys name the issuer and the publisher of the card. Published description."""

_PUT: Final = "insert or replace into billing_keys values (?, ?, ?)"
_GIVEN_OUT: Final = """
insert into pg_keys (customer_uid, tier, pg_provider, pg_id, card_number, made_at) values (?, ?, ?, ?, ?, ?)
"""


def blank_key(customer_uid: str) -> Key:
    """A key nothing is known of yet, with every published field."""
    return {
        "customer_uid": customer_uid,
        "pg_provider": "",
        "pg_id": "",
        "sandbox": False,
        "customer_id": None,
        "card_name": None,
        "card_code": None,
        "card_issuer_code": None,
        "card_issuer_name": None,
        "card_publisher_code": None,
        "card_publisher_name": None,
        "card_number": None,
        "card_type": None,
        "customer_name": None,
        "customer_tel": None,
        "customer_email": None,
        "customer_addr": None,
        "customer_postcode": None,
        "inserted": 0,
        "updated": 0,
    }


def put_card(key: Key, code: str, masked: str, card_type: int | None) -> None:
    """Write a card into a key: its issuer's standard code, its masked number, 0 credit or 1 check."""
    key["card_code"], key["card_name"] = code, CARDS[code]
    key["card_number"], key["card_type"] = masked, card_type
    if key["pg_provider"] in TELL_ISSUER:
        key["card_issuer_code"] = key["card_publisher_code"] = code
        key["card_issuer_name"] = key["card_publisher_name"] = CARDS[code]


@dataclass(frozen=True, slots=True)
class PgKey:
    """A key at a PG: usable there until it is revoked, whatever PortOne remembers of it."""

    pg_provider: str
    pg_id: str
    card_number: str | None
    made_at: int
    is_live: bool


class BillingKeys:
    """Used by one thread at a time; `State` sees to that."""

    def __init__(self, sql: sqlite3.Connection) -> None:
        self._sql = sql

    def find(self, customer_uid: str, tier: int) -> Key | None:
        """The key behind this name."""
        row = self._sql.execute(
            "select body from billing_keys where customer_uid = ? and tier = ?", (customer_uid, tier)
        ).fetchone()
        found: Key | None = json.loads(row[0]) if row else None
        return found

    def issue(self, key: Key, tier: int, at: int) -> Key:
        """
        Put a new key behind its name.

        What stood there before is forgotten here, but the PG's earlier key stays usable: nobody revokes it.
        """
        known = self.find(key["customer_uid"], tier)
        key = key | {"inserted": known["inserted"] if known else at, "updated": at}
        _write(self._sql, key, tier)
        return key

    def delete(self, customer_uid: str, tier: int, at: int) -> Key | None:
        """Take away the key behind this name and revoke it at the PG; earlier ones stay."""
        known = self.find(customer_uid, tier)
        if known is None:
            return None
        self._sql.execute(
            "delete from billing_keys where customer_uid = ? and tier = ?", (customer_uid, tier)
        )
        self._sql.execute(
            "update pg_keys set revoked_at = ? where id ="
            " (select max(id) from pg_keys where customer_uid = ? and tier = ?)",
            (at, customer_uid, tier),
        )
        return known

    def at_pg(self, customer_uid: str, tier: int = 0) -> list[PgKey]:
        """Every key the PGs ever gave out for this name, oldest first."""
        rows = self._sql.execute(
            "select pg_provider, pg_id, card_number, made_at, revoked_at = 0 from pg_keys"
            " where customer_uid = ? and tier = ? order by id",
            (customer_uid, tier),
        )
        return [
            PgKey(provider, pg_id, card, made_at, bool(is_live))
            for provider, pg_id, card, made_at, is_live in rows
        ]

    def count(self, tier: int) -> int:
        """How many names have a key."""
        row = self._sql.execute("select count(*) from billing_keys where tier = ?", (tier,)).fetchone()
        return int(row[0])


class KeysOfHistory:
    """Gathers the keys that the payments of a made-up history were charged with."""

    def __init__(self) -> None:
        self._keys: dict[tuple[str, int], Key] = {}

    def noting(self, made: Made) -> Made:
        """Look at one payment, newest first, and hand it on."""
        payment = made.payment
        uid = payment["customer_uid"]
        if uid is not None and payment["card_number"]:
            place = (uid, tier_number(made.tier))
            key = self._keys.setdefault(place, _charged_with(payment))
            # The card was registered a moment before it was first charged.
            key["inserted"] = key["updated"] = payment["started_at"] - 60
        return made

    def write(self, sql: sqlite3.Connection) -> None:
        """Keep what was gathered."""
        for (_, tier), key in self._keys.items():
            _write(sql, key, tier)


def _write(sql: sqlite3.Connection, key: Key, tier: int) -> None:
    sql.execute(_PUT, (key["customer_uid"], tier, json.dumps(key)))
    sql.execute(
        _GIVEN_OUT,
        (key["customer_uid"], tier, key["pg_provider"], key["pg_id"], key["card_number"], key["updated"]),
    )


def _charged_with(payment: Payment) -> Key:
    key = blank_key(payment["customer_uid"])
    for name in ("pg_provider", "pg_id", "sandbox"):
        key[name] = payment[name]
    put_card(key, payment["card_code"], payment["card_number"], payment["card_type"])
    for name in ("name", "tel", "email", "addr", "postcode"):
        key[f"customer_{name}"] = payment[f"buyer_{name}"]
    return key
