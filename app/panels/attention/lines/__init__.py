"""Attention as lines between two columns of pieces."""

from app.panels.attention.lines.page import LinesPage

__all__ = ["LinesPage"]
