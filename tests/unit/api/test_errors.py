from __future__ import annotations

import inspect
import re

import pytest

from portdesk.api import errors
from portdesk.api.errors import ApiError
from portdesk.domain.errors import PortdeskError
from portdesk.domain.messages import Message

CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, ApiError)]


def test_the_tree_of_the_docstring_is_the_tree_of_the_classes() -> None:
    drawn: dict[str, str] = {}
    parents: list[str] = []
    for indent, name in re.findall(r"^( *)(\w+Error)\b", errors.__doc__ or "", re.MULTILINE):
        level = len(indent) // 2
        parents[level:] = [name]
        drawn[name] = parents[level - 1] if level else ""

    assert drawn.pop("PortdeskError") == ""
    assert drawn == {kind.__name__: (kind.__base__ or object).__name__ for kind in CLASSES}


@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_has_words_and_almost_every_one_advice(kind: type[ApiError]) -> None:
    error = kind("GET /x", server_message="<b>raw</b>")

    assert isinstance(error, PortdeskError)
    assert isinstance(error.text, Message)
    assert "raw" not in f"{error} {error!r}"
    assert error.advice or kind in (ApiError, errors.RefusedError)


def test_words_of_different_errors_differ() -> None:
    assert len({str(kind("GET /x")) for kind in CLASSES}) == len(CLASSES)


def test_keys_and_ip_restriction_are_named_as_causes() -> None:
    assert "IP restriction" in str(errors.TokenError("GET /x").advice)
