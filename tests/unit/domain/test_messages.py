"""Messages carry data beside their words and never mix the two."""

from __future__ import annotations

import pytest

from portdesk.domain.errors import InputError, PortdeskError, WireError
from portdesk.domain.messages import Message


class TestMessage:
    def test_reads_as_english(self) -> None:
        assert str(Message("{count} payments of {name}", count=3, name="꽃집")) == "3 payments of 꽃집"

    @pytest.mark.parametrize(
        "name", ["{name}", "{0.__class__}", "{name.__class__}", "{", "}}", "%s", "{x!r}"]
    )
    def test_arguments_are_data(self, name: str) -> None:
        assert str(Message("Hello {name}", name=name)) == f"Hello {name}"

    def test_an_argument_may_be_a_message(self) -> None:
        inner = Message("on {day}", day="{day}")

        assert str(Message("Paid {when}", when=inner)) == "Paid on {day}"

    def test_repr_shows_no_argument(self) -> None:
        assert "secret" not in repr(Message("Hello {name}", name="secret"))

    def test_messages_are_compared_by_words_and_arguments(self) -> None:
        assert Message("a {n}", n=1) == Message("a {n}", n=1)
        assert Message("a {n}", n=1) != Message("a {n}", n=2)
        assert Message("a") != "a"
        assert len({Message("a {n}", n=1), Message("a {n}", n=1), Message("a {n}", n=2)}) == 2

    def test_arguments_cannot_be_changed(self) -> None:
        message = Message("a {n}", n=1)

        with pytest.raises(TypeError):
            message.args["n"] = 2  # type: ignore[index] # that is the point


class TestErrors:
    def test_an_error_reads_as_its_text(self) -> None:
        error = InputError(Message("Give a name."), Message("Any will do."))

        assert str(error) == "Give a name."
        assert error.advice == Message("Any will do.")

    def test_a_wire_error_names_the_place(self) -> None:
        error = WireError("$.amount")

        assert isinstance(error, PortdeskError)
        assert error.place == "$.amount"
        assert "$.amount" in str(error)
