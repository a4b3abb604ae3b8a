"""Questions to the search index: phrases, joined by "and" and "or"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from portdesk.store.grams import Phrase


@dataclass(frozen=True, slots=True)
class All:
    """Fits when every part does."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Fits when one part does."""

    parts: tuple[Expression, ...]


Expression = All | Either | Phrase


def both(*expressions: Expression | None) -> Expression | None:
    """Those that are there, joined by "and"."""
    parts = tuple(expression for expression in expressions if expression is not None)
    return All(parts) if len(parts) > 1 else next(iter(parts), None)


def query_of(expression: Expression) -> str:
    """The expression in FTS5's language; whatever a token holds stays data."""
    match expression:
        case All(parts):
            return "(" + " AND ".join(map(query_of, parts)) + ")"
        case Either(parts):
            return "(" + " OR ".join(map(query_of, parts)) + ")"
        case tokens:
            return '"' + " ".join(tokens).replace('"', '""') + '"'


def holds(expression: Expression, document: str) -> bool:
    """Whether a document, with a space before and after, fits."""
    match expression:
        case All(parts):
            return all(holds(part, document) for part in parts)
        case Either(parts):
            return any(holds(part, document) for part in parts)
        case tokens:
            return f" {' '.join(tokens)} " in document


def changed(expression: Expression, change: Callable[[Phrase], Expression]) -> Expression:
    """The same with every phrase replaced."""
    match expression:
        case All(parts):
            return All(tuple(changed(part, change) for part in parts))
        case Either(parts):
            return Either(tuple(changed(part, change) for part in parts))
        case tokens:
            return change(tokens)


def phrases_in(expression: Expression) -> Iterator[Phrase]:
    """All phrases of an expression."""
    parts: Sequence[Expression] = expression.parts if isinstance(expression, All | Either) else ()
    for part in parts:
        yield from phrases_in(part)
    if isinstance(expression, tuple):
        yield expression
