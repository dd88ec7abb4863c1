"""What all views of the attention panel are."""

from app.panels.common_page import Page

__all__ = ["Page"]
