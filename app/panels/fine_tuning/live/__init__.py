"""A run, live: how it stands, its curves beside those of others, and what may be asked of whoever trains it."""

from app.panels.fine_tuning.live.page import LivePage

__all__ = ["LivePage"]
