"""The input panel: two sentences to type in, and the pieces that the model reads."""

from app.panels.input.panel import InputPanel

__all__ = ["InputPanel"]
