"""What a prediction hangs on, and what it would be otherwise."""

from app.panels.saliency.panel import SaliencyPanel

__all__ = ["SaliencyPanel"]
