"""The hidden states panel: a map of the pieces layer by layer, senses of a word, and the nearest vocabulary pieces."""

from app.panels.hidden_states.panel import HiddenStatesPanel

__all__ = ["HiddenStatesPanel"]
