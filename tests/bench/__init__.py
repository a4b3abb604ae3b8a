"""How fast, and how much memory: what the program does, measured beside its peers."""

from portdesk.app import ahead

ahead.import_plainly()  # as the program does, before anything else of Qt is imported
