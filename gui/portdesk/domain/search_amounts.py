"""Reads amounts as people type them: `9,900`, `5만원`, `>50000`, `1~3만원`, `5만원 이상`."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, NamedTuple

from portdesk.domain.messages import Message
from portdesk.domain.search_terms import Costs

_UNITS: Final = {
    "억": 10**8, "천만": 10**7, "백만": 10**6, "십만": 10**5, "만": 10**4, "천": 10**3, "백": 100, "k": 1000,
}  # fmt: skip
_DIGITS: Final = r"(?:\d{1,3}(?:,\d{3})+|\d{1,13})(?:\.\d{1,4})?"
_UNIT: Final = "|".join(_UNITS)
_SUM: Final = (
    rf"(?:₩|us\$|\$|€|¥)?(?:{_DIGITS}(?:{_UNIT})?)(?:\d{{1,4}}(?:{_UNIT})|(?<=[만천])\d{{1,4}})*"
    r"(?:원|won|krw|달러|usd)?"
)
_PART: Final = re.compile(rf"({_DIGITS})({_UNIT})?")
_END: Final = r"(?=\s|$)"
_COMPARED: Final = re.compile(rf"(?P<sign>>=|=>|<=|=<|≥|≤|>|<)\s*(?P<sum>{_SUM}){_END}")
_BOUNDED: Final = re.compile(rf"(?P<sum>{_SUM})\s*(?P<word>이상|이하|초과|미만){_END}")
_RANGE: Final = re.compile(rf"(?P<least>{_SUM})?\s*~\s*(?P<most>{_SUM})?{_END}")
_PLAIN: Final = re.compile(rf"{_SUM}{_END}")
_SIGNS: Final = {
    "=>": ">=",
    "=<": "<=",
    "≥": ">=",
    "≤": "<=",
    "이상": ">=",
    "이하": "<=",
    "초과": ">",
    "미만": "<",
}


class AmountFound(NamedTuple):
    """An amount at the start of a text, how far it goes, and whether it can be nothing else."""

    length: int
    costs: Costs
    label: Message
    is_certain: bool


def find_amount(text: str) -> AmountFound | None:
    """The amount, comparison or range that `text` opens with, up to the end of a word."""
    for pattern in (_COMPARED, _BOUNDED):
        if found := pattern.match(text):
            sign = found.groupdict().get("sign") or found["word"]
            return _compared(found, _SIGNS.get(sign, sign), _value(found["sum"]))
    if (found := _RANGE.match(text)) and (found["least"] or found["most"]):
        return _ranged(found)
    if found := _PLAIN.match(text):
        value = _value(found[0])
        return AmountFound(
            found.end(), Costs(value, value), Message("Amount {amount}", amount=_said(value)), False
        )
    return None


def _compared(found: re.Match[str], sign: str, value: Decimal) -> AmountFound:
    above, includes = sign.startswith(">"), sign.endswith("=")
    costs = (
        Costs(least=value, includes_least=includes) if above else Costs(most=value, includes_most=includes)
    )
    return AmountFound(
        found.end(), costs, Message("Amount {sign} {amount}", sign=_SHOWN[sign], amount=_said(value)), True
    )


def _ranged(found: re.Match[str]) -> AmountFound:
    least, most = (_value(part) if (part := found[name]) else None for name in ("least", "most"))
    if least is not None and most is not None:
        unit = _PART.findall(found["most"])[-1][1]
        if unit and not _PART.findall(found["least"])[-1][1] and least < most / _UNITS[unit]:
            least *= _UNITS[unit]
        least, most = min(least, most), max(least, most)
        label = Message("Amount {least} to {most}", least=_said(least), most=_said(most))
    elif least is not None:
        label = Message("Amount {sign} {amount}", sign="≥", amount=_said(least))
    else:
        label = Message("Amount {sign} {amount}", sign="≤", amount=_said(most or Decimal()))
    return AmountFound(found.end(), Costs(least, most), label, True)


_SHOWN: Final = {">": ">", ">=": "≥", "<": "<", "<=": "≤"}


def _value(text: str) -> Decimal:
    return sum(
        (Decimal(digits.replace(",", "")) * _UNITS.get(unit, 1) for digits, unit in _PART.findall(text)),
        Decimal(),
    )


def _said(value: Decimal) -> str:
    return f"{value:,f}"
