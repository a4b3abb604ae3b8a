"""Rules about the account a refund is sent to."""

from __future__ import annotations

import re
from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.pg import sources
from portdesk.domain.pg.banks import (
    ACCOUNT_LENGTH,
    HOLDER_LENGTH,
    TEL_LENGTH,
    bank_table,
    bare_number,
)
from portdesk.domain.pg.refund import Refund
from portdesk.domain.pg.rule import Rule, Severity

_DIGITS: Final = re.compile(r"[0-9]+")
_ASK_BUYER: Final = Message("Ask the customer for the account again.")
_CHOOSE: Final = Message("Choose the bank from the list; each PG has codes of its own.")


def _is_wanted(refund: Refund) -> bool:
    return refund.account is not None and refund.holds_money


def _has_account(refund: Refund) -> bool:
    request = refund.request
    return bool(request.refund_holder.strip() and request.refund_bank and bare_number(request.refund_account))


def _is_missing(refund: Refund) -> bool:
    return _is_wanted(refund) and not _has_account(refund)


def _lacks_tel(refund: Refund) -> bool:
    if refund.account is None or not refund.account.wants_tel:
        return False
    return refund.holds_money and not bare_number(refund.request.refund_tel)


def _bank_is_unknown(refund: Refund) -> bool:
    table, bank = bank_table(refund.provider), refund.request.refund_bank
    return _is_wanted(refund) and bank != "" and bank not in table.codes | table.also


def _bank_is_unlisted(refund: Refund) -> bool:
    return _is_wanted(refund) and refund.request.refund_bank in bank_table(refund.provider).also


def _bank_is_assumed(refund: Refund) -> bool:
    return _is_wanted(refund) and bank_table(refund.provider).is_assumed


def _is_no_number(refund: Refund) -> bool:
    number = bare_number(refund.request.refund_account)
    return _is_wanted(refund) and number != "" and _DIGITS.fullmatch(number) is None


def _is_too_long(refund: Refund) -> bool:
    number = bare_number(refund.request.refund_account)
    return _is_wanted(refund) and len(number) > ACCOUNT_LENGTH


def _holder_is_too_long(refund: Refund) -> bool:
    return _is_wanted(refund) and len(refund.request.refund_holder.strip()) > HOLDER_LENGTH


def _tel_is_wrong(refund: Refund) -> bool:
    number = bare_number(refund.request.refund_tel)
    if not _is_wanted(refund) or number == "":
        return False
    return _DIGITS.fullmatch(number) is None or len(number) > TEL_LENGTH


def _is_needless(refund: Refund) -> bool:
    request = refund.request
    return refund.account is None and bool(request.refund_account or request.refund_holder)


ACCOUNT_RULES: Final = (
    Rule(
        id="account.missing",
        severity=Severity.BLOCKS,
        applies=_is_missing,
        words=Message(
            "This refund goes to a bank account: the holder, the bank and the number are all needed."
        ),
        advice=Message("Ask the customer for an account in their own name."),
        source=sources.VIRTUAL_ACCOUNT,
    ),
    Rule(
        id="account.tel_missing",
        severity=Severity.BLOCKS,
        applies=_lacks_tel,
        words=Message("This PG also needs the account holder's phone number."),
        source=sources.CANCEL_PER_PG,
    ),
    Rule(
        id="account.bank_unknown",
        severity=Severity.BLOCKS,
        applies=_bank_is_unknown,
        words=lambda refund: Message(
            "This PG has no bank with the code {code}.", code=refund.request.refund_bank
        ),
        advice=_CHOOSE,
        source=sources.BANK_CODES,
    ),
    Rule(
        id="account.bank_unlisted",
        severity=Severity.WARNS,
        applies=_bank_is_unlisted,
        words=lambda refund: Message(
            "The bank with the code {code} is not in the list of this PG; it may refuse the refund.",
            code=refund.request.refund_bank,
        ),
        advice=Message("Ask the customer for an account at a bank in the list."),
        source=sources.BANK_CODES,
    ),
    Rule(
        id="account.bank_assumed",
        severity=Severity.WARNS,
        applies=_bank_is_assumed,
        words=Message("No list of bank codes is published for this PG; the standard codes are used."),
        advice=Message("Check the bank on the PG's own page after the refund."),
        source=sources.BANK_CODES,
    ),
    Rule(
        id="account.number_wrong",
        severity=Severity.BLOCKS,
        applies=_is_no_number,
        words=Message("An account number has only digits and hyphens."),
        advice=_ASK_BUYER,
        source=sources.CANCEL,
    ),
    Rule(
        id="account.number_long",
        severity=Severity.BLOCKS,
        applies=_is_too_long,
        words=Message("An account number has at most {most} digits.", most=ACCOUNT_LENGTH),
        advice=_ASK_BUYER,
        source=sources.CANCEL_OLD,
    ),
    Rule(
        id="account.holder_long",
        severity=Severity.BLOCKS,
        applies=_holder_is_too_long,
        words=Message("The holder's name has at most {most} characters.", most=HOLDER_LENGTH),
        source=sources.CANCEL_OLD,
    ),
    Rule(
        id="account.tel_wrong",
        severity=Severity.BLOCKS,
        applies=_tel_is_wrong,
        words=Message("A phone number has only digits and hyphens, at most {most} digits.", most=TEL_LENGTH),
        source=sources.CANCEL_OLD,
    ),
    Rule(
        id="account.needless",
        severity=Severity.NOTES,
        applies=_is_needless,
        words=Message("This refund goes back the way it was paid; the account is not needed."),
        source=sources.CANCEL,
    ),
)
