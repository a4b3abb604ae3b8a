"""Keeps the local copy, the list of shops and the secrets."""
