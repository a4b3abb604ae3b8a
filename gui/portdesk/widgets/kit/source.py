"""What a list is made from: where its rows come from, their order, what is said without any."""

from __future__ import annotations

from array import array
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from portdesk.domain.messages import Message

Query = TypeVar("Query")
Query_contra = TypeVar("Query_contra", contravariant=True)
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by: a column's `sort`, and which end comes first."""

    sort: Any
    descending: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """A search for others like a row: what it is called, translated, and what the bar asks for then."""

    name: str
    filters: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """What stands in place of a list without any rows; `busy` while that may change by itself."""

    sentence: Message
    picture: str = "empty"
    more: Message | None = None
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Answer(Generic[Query]):
    """A whole answer, and what was asked for it."""

    query: Query
    filters: Mapping[str, Any]
    order: Order
    ids: array[int]


@dataclass(frozen=True, slots=True)
class Before(Generic[Query]):
    """What was to be seen before something else was asked for: the answer, the row chosen, the top one."""

    answer: Answer[Query]
    chosen: int | None
    top: int


class Source(Protocol[Query_contra, Row]):
    """Where the rows of a list come from."""

    def ids(self, query: Query_contra) -> Awaitable[array[int]]:
        """The row ids that answer `query`, in its order."""

    def rows(self, ids: Sequence[int]) -> Awaitable[list[Row]]:
        """The rows of these ids, in their order, one for each."""
