"""Demands that many PGs make in their own measure: what has to be there, how long, how much."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from decimal import Decimal

from portdesk.domain.messages import Message
from portdesk.domain.pg.pay.asked import Asked
from portdesk.domain.pg.pay.fields import field_name
from portdesk.domain.pg.pay.rule import PayRule
from portdesk.domain.pg.rule import Severity
from portdesk.domain.pg.sources import Source


def need(
    code: str,
    name: str,
    source: Source,
    *,
    methods: Collection[str] | None = None,
    registers: bool | None = None,
    when: Callable[[Asked], bool] | None = None,
) -> PayRule:
    """The PG refuses to go on without the parameter `name`; `registers` narrows it to cards or payments."""

    def is_missing(asked: Asked) -> bool:
        return (
            not asked.given(name)
            and is_about(asked, methods, registers=registers)
            and (when is None or when(asked))
        )

    return PayRule(
        id=f"{code}.{name}",
        severity=Severity.BLOCKS,
        applies=is_missing,
        words=Message("{field} is needed here.", field=field_name(name)),
        source=source,
    )


def longest(
    code: str,
    name: str,
    most: int,
    source: Source,
    *,
    least: int = 0,
    measure: Callable[[str], int] = len,
    methods: Collection[str] | None = None,
) -> PayRule:
    """How long a text may be, in characters or in whatever `measure` counts."""

    def is_out(asked: Asked) -> bool:
        if not asked.given(name) or not is_about(asked, methods, registers=None):
            return False
        return not least <= measure(str(getattr(asked.request, name))) <= most

    words = (
        Message("{field}: {least} to {most} characters.", field=field_name(name), least=least, most=most)
        if least
        else Message("{field}: at most {most}.", field=field_name(name), most=most)
    )
    return PayRule(
        id=f"{code}.{name}_length", severity=Severity.BLOCKS, applies=is_out, words=words, source=source
    )


def letters(code: str, name: str, pattern: str, words: Message, source: Source) -> PayRule:
    """Which characters a text may have."""
    allowed = re.compile(pattern)
    return PayRule(
        id=f"{code}.{name}_letters",
        severity=Severity.BLOCKS,
        applies=lambda asked: asked.given(name) and not allowed.fullmatch(str(getattr(asked.request, name))),
        words=words,
        source=source,
    )


def smallest(
    code: str,
    amount: int,
    source: Source,
    *,
    severity: Severity = Severity.BLOCKS,
    unless: Callable[[Asked], bool] | None = None,
) -> PayRule:
    """The least sum of won the window takes."""
    return PayRule(
        id=f"{code}.smallest",
        severity=severity,
        applies=lambda asked: (
            asked.currency == "KRW"
            and 0 < asked.amount < Decimal(amount)
            and not (unless is not None and unless(asked))
        ),
        words=Message("The least amount here is {amount} won.", amount=f"{amount:,}"),
        source=source,
    )


def note(
    rule_id: str,
    words: Message,
    source: Source,
    applies: Callable[[Asked], bool] = lambda _: True,
    *,
    severity: Severity = Severity.NOTES,
    advice: Message | None = None,
    always: bool = False,
) -> PayRule:
    """Something to know, or to be careful about."""
    return PayRule(
        id=rule_id,
        severity=severity,
        applies=applies,
        words=words,
        source=source,
        advice=advice,
        always=always,
    )


def is_about(asked: Asked, methods: Collection[str] | None, *, registers: bool | None) -> bool:
    """Whether a request pays in one of `methods` and registers a card or not; `None` is either."""
    return (methods is None or asked.method in methods) and registers in (None, asked.registers)


def bytes_of(text: str) -> int:
    """How many bytes a Korean PG counts."""
    return len(text.encode("euc-kr", "replace"))
