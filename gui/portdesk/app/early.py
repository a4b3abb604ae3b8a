"""What is logged before there is a log."""

from __future__ import annotations

import logging


class EarlyRecords(logging.Handler):
    """
    Keeps the records of a start until the log is there, whose writing takes more than the first paint.

    They are handed on by `hand_on`, which is called for a start that fails, too.
    """

    def __init__(self, level: str) -> None:
        super().__init__()
        self._records: list[logging.LogRecord] = []
        logging.getLogger().addHandler(self)
        logging.getLogger("portdesk").setLevel(level)

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)

    def hand_on(self) -> None:
        """Keep no more, and give what was kept to the log that is there now."""
        logging.getLogger().removeHandler(self)
        for record in self._records:
            logging.getLogger(record.name).handle(record)
        self._records.clear()
