"""What all panels share: a header with a title and a "What is this?", and redrawing only while visible."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.panels.common_pictures import pictures_button
from app.session import Session
from app.theme import font
from app.views.help_button import HelpButton, HelpText
from app.views.picture import PictureActions
from bert_core.trace import Trace


class Panel(QWidget):
    """A panel of the window. The window takes `header` as the dock's title bar; subclasses fill `body`.

    Subclasses implement `refresh(trace)`, called with the newest trace while visible and on becoming visible, and
    may implement `watch_queries()` / `stop_watching()`.
    """

    name = ""

    def __init__(self, session: Session, title: str, help_: HelpText) -> None:
        super().__init__()
        self.setObjectName(self.name)
        self.setAccessibleName(title)
        self.session = session
        self.title = title
        self._stale = True
        self.header = QWidget()
        row = QHBoxLayout(self.header)
        row.setContentsMargins(12, 8, 12, 4)
        row.setSpacing(8)
        self.title_label = QLabel(title)
        self.title_label.setFont(font("bold"))
        self.subtitle = QLabel()
        self.subtitle.setFont(font("small"))
        self.subtitle.setProperty("kind", "secondary")
        self.subtitle.setTextFormat(Qt.TextFormat.PlainText)
        row.addWidget(self.title_label)
        row.addWidget(self.subtitle)
        row.addStretch(1)
        self.header_row = row
        self.help_button = HelpButton(help_)
        row.addWidget(self.help_button)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(12, 4, 12, 12)
        self.body.setSpacing(8)
        session.trace_changed.connect(self._trace_changed)

    def offer_pictures(self, pictures: Iterable[PictureActions]) -> QWidget:
        """Let them be copied and saved; returns the button for it in the header."""
        button = pictures_button(pictures)
        button.setFixedSize(24, self.help_button.sizeHint().height())  # the header keeps its height
        self.header_row.insertWidget(self.header_row.indexOf(self.help_button), button)
        return button

    def refresh(self, trace: Trace | None) -> None:
        """Show this trace; None where there is none yet."""
        raise NotImplementedError

    def watch_queries(self) -> None:
        """Ask the session for what this panel needs beyond the trace."""

    def stop_watching(self) -> None:
        """Ask for nothing any more."""

    @Slot(object)
    def _trace_changed(self, trace: Trace | None) -> None:
        if self.isVisible():
            self._stale = False
            self.refresh(trace)
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        self.watch_queries()
        if self._stale:
            self._stale = False
            self.refresh(self.session.trace)

    def hideEvent(self, event: QHideEvent) -> None:
        """Cost nothing while hidden."""
        super().hideEvent(event)
        self.stop_watching()

    def let_go(self) -> bool:
        """Let go of what is pinned. Whether there was anything."""
        selection = self.session.selection
        if selection.query is None and selection.key is None:
            return False
        self.session.unpin()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc lets go; where there is nothing to let go of, it is for what is around the panel."""
        if event.key() != Qt.Key.Key_Escape or not self.let_go():
            super().keyPressEvent(event)
