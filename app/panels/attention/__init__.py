"""The attention panel: every head of every layer, and one of them large."""

from app.panels.attention.panel import AttentionPanel

__all__ = ["AttentionPanel"]
