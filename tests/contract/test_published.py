"""The committed fact table against the full published description, where that is at hand."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from contract import published

SOURCE = os.environ.get(published.SOURCE_VARIABLE)
TABLE = published.load()


class TestTable:
    def test_all_80_operations_are_there_once(self) -> None:
        operations = TABLE["operations"]

        assert len(operations) == 80
        assert all(key == f"{facts['method']} {facts['path']}" for key, facts in operations.items())

    def test_every_named_definition_is_there(self) -> None:
        named = set(re.findall(r'"ref": "(\w+)"', published.TABLE.read_text("utf-8")))

        assert named <= set(TABLE["definitions"])

    def test_it_holds_names_and_no_prose(self) -> None:
        text = published.TABLE.read_text("utf-8")

        assert text.isascii()
        assert max(map(len, re.findall(r'"([^"]*)"', text))) < 70


@pytest.mark.skipif(SOURCE is None, reason="the full published description is not part of the project")
def test_the_table_is_what_the_full_description_says() -> None:
    document = json.loads(Path(str(SOURCE)).read_text("utf-8"))

    assert published.written(published.compact(document)) == published.TABLE.read_text("utf-8")
