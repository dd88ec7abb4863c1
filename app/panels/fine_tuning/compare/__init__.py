"""Runs beside each other in a table: what they reached, and in which settings they differ."""

from app.panels.fine_tuning.compare.page import ComparePage

__all__ = ["ComparePage"]
