"""Portdesk: a desktop console for shops on i'mport (PortOne V1)."""

__version__ = "0.1.0"
