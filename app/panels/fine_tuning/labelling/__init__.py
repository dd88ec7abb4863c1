"""Sentences without a label, the most uncertain first, labelled by hand."""

from app.panels.fine_tuning.labelling.page import LabellingPage

__all__ = ["LabellingPage"]
