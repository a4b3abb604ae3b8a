"""Speaks the REST API: the only room with HTTP."""
