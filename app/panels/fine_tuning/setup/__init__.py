"""The page on which a run is set up."""

from app.panels.fine_tuning.setup.page import SetUpPage

__all__ = ["SetUpPage"]
