"""A training run's folder, live: how it stands, its curves, and what may be asked of whoever trains it."""

from app.panels.training_run.panel import TrainingRunPanel

__all__ = ["TrainingRunPanel"]
