"""The banks a refund can go to, by the codes each PG knows them under, and the form of an account."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from portdesk.domain.pg.sources import BANK_CODES, Source

ACCOUNT_LENGTH: Final = 16
HOLDER_LENGTH: Final = 16
TEL_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class BankChoice:
    """One bank as a PG knows it; the name is data and stays Korean."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BankTable:
    """
    The codes of one PG.

    `also` are codes that are no mistake although the PG's own list does not have them.
    `is_assumed` where PortOne publishes no list for the PG.
    """

    choices: tuple[BankChoice, ...]
    source: Source = BANK_CODES
    also: frozenset[str] = frozenset()
    is_assumed: bool = False

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the choices."""
        return frozenset(choice.code for choice in self.choices)


def refund_banks(pg_provider: str | None) -> tuple[BankChoice, ...]:
    """The banks to choose from for a refund through this PG, by name."""
    return tuple(sorted(bank_table(pg_provider).choices, key=lambda choice: choice.name))


def bank_table(pg_provider: str | None) -> BankTable:
    """The codes this PG reads in `refund_bank`."""
    return _TABLES.get(pg_provider or "", _ASSUMED)


def bare_number(number: str) -> str:
    """An account or phone number without its hyphens and spaces, as it is sent."""
    return re.sub(r"[-\u2010-\u2015\u2212\s]", "", number)


_KFTC: Final[Mapping[str, str]] = MappingProxyType(
    {
        "002": "산업은행",
        "003": "기업은행",
        "004": "KB국민은행",
        "007": "수협",
        "011": "농협",
        "012": "축협",
        "020": "우리은행",
        "023": "SC제일은행",
        "027": "한국씨티은행",
        "031": "대구은행",
        "032": "부산은행",
        "034": "광주은행",
        "037": "전북은행",
        "039": "경남은행",
        "045": "새마을금고",
        "048": "신협",
        "071": "우체국",
        "081": "하나(외환)은행",
        "088": "신한은행",
        "089": "케이뱅크",
        "090": "카카오뱅크",
        "092": "토스뱅크",
    }
)
_OTHER_KFTC: Final = frozenset(
    {"005", "008", "035", "050", "054", "055", "057", "060", "061", "062", "063", "064", "067"}
    | {"209", "218", "224", "225", "226", "227", "230", "238", "240", "243", "247", "261", "262", "263"}
    | {"264", "265", "266", "267", "268", "269", "270", "271", "278", "279", "280", "287", "288", "289"}
    | {"290", "291", "292", "294", "298"}
)
"""Institutions of the standard list, brokers among them, that PortOne's page of banks leaves out."""

_KIWOOM: Final[Mapping[str, str]] = MappingProxyType(
    {
        "03": "기업은행",
        "04": "KB국민은행",
        "05": "외환은행",
        "08": "농협",
        "09": "우리은행",
        "10": "신한은행",
        "11": "SC제일은행",
        "12": "하나은행",
        "15": "부산은행",
        "31": "우체국",
    }
)
"""Not the standard codes cut short: 11 is SC here and 농협 elsewhere, 31 the post office and not 대구."""


def _choices(banks: Mapping[str, str]) -> tuple[BankChoice, ...]:
    return tuple(BankChoice(code, name) for code, name in banks.items())


def _only(codes: Collection[str]) -> BankTable:
    return BankTable(choices=_choices({code: name for code, name in _KFTC.items() if code in codes}))


_STANDARD: Final = BankTable(choices=_choices(_KFTC), also=_OTHER_KFTC)
_ASSUMED: Final = BankTable(choices=_choices(_KFTC), also=_OTHER_KFTC, is_assumed=True)
_INICIS: Final = BankTable(choices=_choices({code[1:]: name for code, name in _KFTC.items()}))
_KCP: Final = BankTable(choices=_choices({f"BK{code[1:]}": name for code, name in _KFTC.items()}))
_NICE_V2: Final = frozenset(
    {"004", "023", "034", "003", "011", "031", "032", "088", "081", "020", "071", "089"}
)
_WELCOME: Final = frozenset(
    {"004", "034", "039", "003", "031", "032", "007", "088", "081", "020", "037", "089"}
)

_TABLES: Final[Mapping[str, BankTable]] = MappingProxyType(
    {
        "html5_inicis": _INICIS,
        "inicis": _INICIS,
        "kcp": _KCP,
        "kcp_quick": _KCP,
        "kcp_billing": _KCP,
        "daou": BankTable(choices=_choices(_KIWOOM)),
        "nice_v2": _only(_NICE_V2),
        "welcome": _only(_WELCOME),
        **dict.fromkeys(
            (
                "tosspayments",
                "uplus",
                "danal",
                "danal_tpay",
                "nice",
                "kicc",
                "smartro",
                "smartro_v2",
                "settle",
                "settle_acc",
            ),
            _STANDARD,
        ),
    }
)
