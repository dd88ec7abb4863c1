"""What the views of the embeddings panel share: what stands in the panel's header while one is seen."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.panels.common_pictures import pictures_button
from app.session import Session
from app.views.help_button import HelpText
from app.views.legend_line import LegendLine
from app.views.picture import PictureActions

_BUTTON = 24  # pixels


class Page(QWidget):
    """One view. Subclasses implement what follows, which the panel calls while the page is seen, or about to be.

    help    what "?" explains
    header  legend and pictures, for the panel's header
    """

    def __init__(self, session: Session, help_: HelpText, legend: LegendLine) -> None:
        super().__init__()
        self.session = session
        self.help = help_
        self.legend = legend
        self.header = QWidget()
        row = QHBoxLayout(self.header)
        row.setContentsMargins(8, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(legend, 1)
        self.header.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def offer(self, pictures: tuple[PictureActions, ...]) -> None:
        """Put these into the header."""
        button = pictures_button(pictures)
        button.setFixedWidth(_BUTTON)
        row = self.header.layout()
        assert row is not None
        row.addWidget(button)

    def refresh(self) -> None:
        """Show what the session has, of now or of the reference."""
        raise NotImplementedError

    def watch_queries(self) -> None:
        """Ask the session for what is not in the trace."""

    def stop_watching(self) -> None:
        """Ask for nothing any more."""

    def fit(self, width: int) -> None:
        """The panel is so many pixels wide."""
