"""Brings the server's records into the local copy."""
