"""Many refunds at once: from a list to what became of each of its rows."""
