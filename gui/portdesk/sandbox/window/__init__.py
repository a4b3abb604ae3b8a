"""Imitates the JavaScript SDK and the pay windows of the PGs, on three origins of their own."""
