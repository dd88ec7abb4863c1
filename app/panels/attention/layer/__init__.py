"""The view of what happens to one piece inside a layer."""

from app.panels.attention.layer.page import LayerPage

__all__ = ["LayerPage"]
