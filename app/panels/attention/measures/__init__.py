"""The measures view: every head in figures, over this text or many."""

from app.panels.attention.measures.page import MeasuresPage

__all__ = ["MeasuresPage"]
