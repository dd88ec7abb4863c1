"""The search view: the strongest examples of a head, and the pieces nearest to one, in a text file."""

from app.panels.attention.search.page import SearchPage

__all__ = ["SearchPage"]
