"""What a run's model gets right and wrong, class by class, at each of its evaluations."""

from app.panels.fine_tuning.evaluations.page import EvaluationsPage

__all__ = ["EvaluationsPage"]
