"""Identifiers, named as on the wire so that they cannot be swapped by accident."""

from __future__ import annotations

from typing import NewType

ImpUid = NewType("ImpUid", str)
"""PortOne's payment id: `imp_` or `imps_` and digits, at most 32 characters."""

MerchantUid = NewType("MerchantUid", str)
"""The shop's order id, at most 40 characters; several unapproved attempts may share one."""

CustomerUid = NewType("CustomerUid", str)
"""The name of a billing key, at most 80 characters."""

ShopId = NewType("ShopId", str)
"""Our own name of a connected shop: 12 lowercase hex digits, fit for a folder name."""
