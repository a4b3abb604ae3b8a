"""Asking for a payment or a card: the form made from the table of PGs, and how it went."""
