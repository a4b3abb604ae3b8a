"""Imitates the REST API on loopback: demo shop, test bed and bench."""
