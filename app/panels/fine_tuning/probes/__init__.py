"""Pinned sentences at every evaluation of a run: how attention, vectors and predictions move."""

from app.panels.fine_tuning.probes.page import ProbesPage

__all__ = ["ProbesPage"]
