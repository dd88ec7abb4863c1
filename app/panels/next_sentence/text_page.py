"""A page with a text to be typed at the left, and what the model says of it at the right."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.panels.common_job import State
from app.panels.next_sentence.asking import Asking
from app.session import Session
from app.translation import tr
from app.views.job_line import JobLine
from app.views.paragraph_edit import ParagraphEdit
from app.views.read_out import ReadOut

PICTURE = 900
"""How wide pictures are, in widget units."""

_EDITOR_SHARE = 0.34


class TextPage(QWidget):
    """Subclasses lay out what they have, and ask about the text in `watch`, which follows every pause in typing.

    said    what the answer says, in words
    note    what counts in it
    line    how far the answer has come
    pause   milliseconds without another letter
    """

    def __init__(self, session: Session, editor: ParagraphEdit, *, said: str, job: str, pause: int) -> None:
        super().__init__()
        self.session, self.editor = session, editor
        self.said, self.note = ReadOut(name=said), ReadOut(name=tr("What counts"))
        self.line = JobLine(job)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(pause)
        self._settle.timeout.connect(self.watch)
        self.editor.textChanged.connect(self._edited)
        self.editor.left_out.connect(self._left_out)

    @Slot()
    def watch(self) -> None:
        """Ask about the text, while it is seen."""
        raise NotImplementedError

    @Slot()
    def _edited(self) -> None:
        self._settle.start()

    def focus_editor(self) -> None:
        """To the text."""
        self.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot(object)
    def _left_out(self, characters: int) -> None:
        self.session.notice_given.emit(
            tr("{n} characters were left out: there is room for no more", n=f"{characters:,}")
        )

    def _say(self, said: str, note: str) -> None:
        for line, words in ((self.said, said), (self.note, note)):
            line.set_text(words)
            line.setToolTip(words)
        self.note.setVisible(bool(note))

    def _show_job(self, asking: Asking, ends: Mapping[State, str], *, shown: bool = True) -> None:
        """How far it has come, where anything is `shown` of it; or how it ended, where that is to be said."""
        if asking.state == "running" and asking.progress is not None and shown:
            self.line.show_progress(asking.words(), asking.share)
        elif end := ends.get(asking.state):
            self.line.show_end(end)
        else:
            self.line.clear()

    def _lay_out(
        self, title: str, link: QPushButton, top: tuple[QWidget, ...], answer: QWidget, *below: QWidget
    ) -> None:
        """The text under its title and a link; the answer under what stands on top, the first of which is wide."""
        label = QLabel(title)
        label.setProperty("kind", "secondary")
        label.setMinimumWidth(1)
        label.setBuddy(self.editor)
        link.setProperty("kind", "link")
        above = QHBoxLayout()
        above.addWidget(label, 1)
        above.addWidget(link)
        self.side = QWidget()
        left = QVBoxLayout(self.side)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(4)
        left.addLayout(above)
        left.addWidget(self.editor, 1)
        first = QHBoxLayout()
        first.setSpacing(8)
        for number, widget in enumerate(top):
            first.addWidget(widget, int(number == 0))
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addLayout(first)
        right.addWidget(self.line)
        right.addWidget(answer, 1)
        for widget in below:
            right.addWidget(widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.side)
        row.addLayout(right, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The editor takes its share."""
        super().resizeEvent(event)
        self.side.setFixedWidth(max(140, round(self.width() * _EDITOR_SHARE)))
