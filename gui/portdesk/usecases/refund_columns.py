"""Which column of a list says what, and the refunds its rows wish for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Final, Literal

from portdesk.domain.messages import Message
from portdesk.usecases.refund_files import ROUNDED, Cell, Line, is_rounded

_HEADS_AMONG: Final = 20
"""A heading is looked for in so many lines from the top."""
_LONGEST_ID: Final = 100


class Field(Enum):
    """What a column can say of a refund."""

    IMP_UID = "imp_uid"
    MERCHANT_UID = "merchant_uid"
    AMOUNT = "amount"
    REASON = "reason"
    TAX_FREE = "tax_free"
    VAT_AMOUNT = "vat_amount"
    BANK = "refund_bank"
    ACCOUNT = "refund_account"
    HOLDER = "refund_holder"
    TEL = "refund_tel"


HEADINGS: Final[Mapping[Field, str]] = {
    Field.IMP_UID: (
        "impuid 포트원거래번호 아임포트거래번호 포트원번호 아임포트번호 포트원결제번호 아임포트결제번호"
        " 포트원고유번호 아임포트고유번호 결제고유번호 portoneid portonenumber paymentid"
    ),
    Field.MERCHANT_UID: (
        "merchantuid 주문번호 고객사주문번호 상점주문번호 가맹점주문번호 쇼핑몰주문번호 orderid orderno"
        " ordernumber"
    ),
    Field.AMOUNT: (
        "amount 환불금액 환불요청금액 환불할금액 환불액 취소금액 취소요청금액 취소액 refundamount"
        " cancelamount amounttorefund"
    ),
    Field.REASON: "reason 사유 환불사유 취소사유 refundreason cancelreason",
    Field.TAX_FREE: "taxfree 면세 면세금액 환불면세금액 taxfreeamount taxfreepart",
    Field.VAT_AMOUNT: "vat vatamount 부가세 부가세액 부가가치세 환불부가세",
    Field.BANK: "refundbank 은행 은행명 은행코드 환불은행 환불은행명 환불은행코드 bank bankname bankcode",
    Field.ACCOUNT: "refundaccount 계좌 계좌번호 환불계좌 환불계좌번호 account accountnumber bankaccount",
    Field.HOLDER: "refundholder 예금주 예금주명 환불예금주 환불계좌예금주 accountholder holder",
    Field.TEL: "refundtel 연락처 전화번호 휴대폰 phone tel 예금주연락처 예금주전화번호 환불연락처",
}
"""The headings that are understood at once, without spaces and signs."""

_DOUBTFUL: Final[Mapping[Field, str]] = {
    Field.IMP_UID: "거래번호 결제번호 transactionid",
    Field.MERCHANT_UID: "주문 order",
    Field.AMOUNT: "금액 price sum",
}
"""Headings that may mean something else: these are asked about."""

WHOLE_REST: Final = frozenset({"남은금액전부", "남은금액전액", "thewholerest", "allthatisleft"})
"""What may stand in place of an amount, without spaces."""

_LIKE_IMP_UID: Final = re.compile(r"imps?_[0-9]{6,20}")
_AMOUNT: Final = re.compile(r"[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_LEFT_OUT: Final = re.compile(r"[\s_\-()\[\]./·:*]")

NO_AMOUNT: Final = Message("There is no amount. To give back all that is left, choose that by its name.")
NO_NUMBER: Final = Message("“{text}” is no amount.")
NO_NAME: Final = Message("Neither an imp_uid nor an order number stands here.")
NO_ID: Final = Message("“{text}” is no number of a payment or an order.")
LOST_ZEROS: Final = Message(
    "The account is a number in Excel, which drops zeros at its beginning. Look at it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """
    What the headings say.

    `head` is the place of their line among the lines, -1 if there is none. A person is asked about
    `doubts`, and always when no column names the payments.
    """

    head: int
    columns: Mapping[Field, int]
    doubts: frozenset[Field]

    @property
    def is_clear(self) -> bool:
        """Whether nobody has to be asked."""
        return not self.doubts and bool({Field.IMP_UID, Field.MERCHANT_UID} & self.columns.keys())


@dataclass(frozen=True, slots=True, kw_only=True)
class RowWish:
    """
    One row as somebody wrote it. `amount` is `None` for all that is left, which was asked for by name.

    `flaws` say why nothing can be sent for it, `worries` what has to be looked at. The account is
    never shown by `repr`.
    """

    line: int
    imp_uid: str = ""
    merchant_uid: str = ""
    amount: Decimal | None = None
    reason: str = ""
    requester: Literal["", "customer", "admin"] = ""
    tax_free: Decimal | None = None
    vat_amount: Decimal | None = None
    refund_bank: str = ""
    refund_account: str = field(default="", repr=False)
    refund_holder: str = field(default="", repr=False)
    refund_tel: str = field(default="", repr=False)
    flaws: tuple[Message, ...] = ()
    worries: tuple[Message, ...] = ()


def understand(lines: Sequence[Line]) -> Understood:
    """Find the headings: the line among the first ones that says most."""
    best = Understood(head=-1, columns={}, doubts=frozenset())
    for place, line in enumerate(lines[:_HEADS_AMONG]):
        found = _read_heads(place, line)
        if len(found.columns) > len(best.columns):
            best = found
    return best if best.columns else _guess(lines)


def _read_heads(place: int, line: Line) -> Understood:
    columns: dict[Field, int] = {}
    doubts: set[Field] = set()
    for certain, known in ((True, _SURE), (False, _UNSURE)):
        for column, cell in enumerate(line.cells):
            heading = bare(cell.text)
            meant = known.get(heading) or known.get(heading.removesuffix("원"))
            if meant is None or (meant in columns and not certain):
                continue
            if meant in columns or not certain:
                doubts.add(meant)
            columns.setdefault(meant, column)
    return Understood(head=place, columns=columns, doubts=frozenset(doubts))


def _guess(lines: Sequence[Line]) -> Understood:
    """Without headings, a column of ids that look like PortOne's; a person has to agree."""
    for line in lines[:_HEADS_AMONG]:
        for column, cell in enumerate(line.cells):
            if _LIKE_IMP_UID.fullmatch(cell.text):
                return Understood(
                    head=-1, columns={Field.IMP_UID: column}, doubts=frozenset({Field.IMP_UID, Field.AMOUNT})
                )
    return Understood(head=-1, columns={}, doubts=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """
    What holds for every row of a list that does not say otherwise.

    `whole_rest` says that a person chose, by its name, to give back all that is left where no amount
    stands.
    """

    whole_rest: bool = False
    reason: str = ""
    requester: Literal["", "customer", "admin"] = ""


def wishes(lines: Sequence[Line], columns: Mapping[Field, int], manner: Manner) -> Iterator[RowWish]:
    """What each of the lines below the headings wishes for."""
    for line in lines:
        yield _Reader(line, columns).wish(manner)


class _Reader:
    """Reads one line and keeps what is wrong with it."""

    def __init__(self, line: Line, columns: Mapping[Field, int]) -> None:
        self._line = line
        self._columns = columns
        self._flaws: dict[Message, None] = {}
        self._worries: dict[Message, None] = {}

    def wish(self, manner: Manner) -> RowWish:
        """What the line wishes for."""
        imp_uid, merchant_uid = self._id(Field.IMP_UID), self._id(Field.MERCHANT_UID)
        amount = self._amount(whole_rest=manner.whole_rest)
        if not imp_uid and not merchant_uid and not self._flaws:
            self._flaws[NO_NAME] = None
        account = self._text(Field.ACCOUNT)
        self._look_at_account(self._cell(Field.ACCOUNT))
        return RowWish(
            line=self._line.number,
            imp_uid=imp_uid,
            merchant_uid=merchant_uid,
            amount=amount,
            reason=self._text(Field.REASON) or manner.reason,
            requester=manner.requester,
            tax_free=self._number(Field.TAX_FREE),
            vat_amount=self._number(Field.VAT_AMOUNT),
            refund_bank=self._text(Field.BANK),
            refund_account=account,
            refund_holder=self._text(Field.HOLDER),
            refund_tel=self._text(Field.TEL),
            flaws=tuple(self._flaws),
            worries=tuple(self._worries),
        )

    def _cell(self, meant: Field) -> Cell:
        return self._line.cell(self._columns.get(meant, -1))

    def _text(self, meant: Field) -> str:
        cell = self._cell(meant)
        if cell.flaw is not None:
            self._flaws[cell.flaw] = None
        return cell.text

    def _id(self, meant: Field) -> str:
        text, cell = self._text(meant), self._cell(meant)
        if is_rounded(cell):
            self._flaws[ROUNDED] = None
        if len(text) > _LONGEST_ID or not text.isprintable() or any(letter.isspace() for letter in text):
            self._flaws[Message(NO_ID.id, text=text[:40])] = None
        return text

    def _amount(self, *, whole_rest: bool) -> Decimal | None:
        text = self._text(Field.AMOUNT)
        if bare(text) in WHOLE_REST or (whole_rest and not text):
            return None
        if not text and self._cell(Field.AMOUNT).flaw is None:
            self._flaws[NO_AMOUNT] = None
        return self._number(Field.AMOUNT)

    def _number(self, meant: Field) -> Decimal | None:
        text = self._text(meant)
        if not text or self._cell(meant).flaw is not None:
            return None
        number = amount_in(text)
        if number is None:
            self._flaws[Message(NO_NUMBER.id, text=text[:40])] = None
        return number

    def _look_at_account(self, cell: Cell) -> None:
        if is_rounded(cell):
            self._flaws[ROUNDED] = None
        elif cell.is_number:
            self._worries[LOST_ZEROS] = None


def amount_in(text: str) -> Decimal | None:
    """The number a person wrote as an amount: grouped or not, with or without `원`; `None` for any other."""
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = plain.removeprefix("₩").removeprefix("\\").removesuffix("원").removesuffix("KRW").strip()
    return Decimal(plain.replace(",", "")) if plain.isascii() and _AMOUNT.fullmatch(plain) else None


def bare(text: str) -> str:
    """A heading without what people write differently: letters and digits in one case."""
    return _LEFT_OUT.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _by_heading(headings: Mapping[Field, str]) -> Mapping[str, Field]:
    return {bare(name): meant for meant, names in headings.items() for name in names.split()}


_SURE: Final = _by_heading(HEADINGS)
_UNSURE: Final = _by_heading(_DOUBTFUL)
