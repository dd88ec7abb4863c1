"""The dev set of a run, example by example."""

from app.panels.fine_tuning.examples.page import ExamplesPage

__all__ = ["ExamplesPage"]
