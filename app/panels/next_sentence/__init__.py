"""The panels on next sentences: of the pair at hand, and of lists and whole texts."""

from app.panels.next_sentence.continuity_panel import ContinuityPanel
from app.panels.next_sentence.panel import NextSentencePanel

__all__ = ["ContinuityPanel", "NextSentencePanel"]
