"""Identifying details: found, shown to whoever wrote them, and replaced by what keeps the sense."""

from digests.protect.detail import STAND_INS, Detail
from digests.protect.finding import find, find_by_rules, find_by_shape, replace

__all__ = ["STAND_INS", "Detail", "find", "find_by_rules", "find_by_shape", "replace"]
