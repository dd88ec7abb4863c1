"""The Q·K·V view: one head's attention as a worked example."""

from app.panels.attention.calculation.page import CalculationPage

__all__ = ["CalculationPage"]
