"""What a tuned model says of the current text, for its task."""

from app.panels.task.panel import TaskPanel

__all__ = ["TaskPanel"]
