"""The dialog that saves hidden states of a text file as features."""

from app.panels.features.dialog import FeaturesDialog

__all__ = ["FeaturesDialog"]
