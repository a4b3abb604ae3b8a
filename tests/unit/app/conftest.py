"""These tests run on the program's own loop."""

from __future__ import annotations

from screen import (  # noqa: F401 - fixtures are found by being here
    alerts,
    anyio_backend,
    first_language,
    no_key_held,
    no_task_left,
    no_window_left,
    theme,
    watched_tasks,
)
