"""Giving money back: the dialog and the list of what became of it."""
