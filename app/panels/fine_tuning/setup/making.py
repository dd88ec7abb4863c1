"""Small widgets of the form, alike in all its parts."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from app.theme import font


def heading(text: str, buddy: QWidget | None = None) -> QLabel:
    """Above a part of the form."""
    made = QLabel(text)
    made.setFont(font("bold"))
    if buddy is not None:
        made.setBuddy(buddy)
    return made


def line(kind: str = "secondary", text: str = "") -> QLabel:
    """A sentence or two; hidden where it says nothing."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    made.setSizePolicy(policy)
    made.setFont(font("small"))
    say(made, text, kind)
    return made


def say(label: QLabel, text: str, kind: str = "secondary") -> None:
    """Let a line say this; where that is nothing, it takes no room."""
    drawable = text.encode(errors="backslashreplace").decode()  # a file's name may not be text
    if label.text() != drawable:
        label.setText(drawable)
    if label.property("kind") != kind:
        label.setProperty("kind", kind)
        label.style().polish(label)
    label.setVisible(bool(text))


def rule() -> QFrame:
    """A line of one pixel."""
    made = QFrame()
    made.setProperty("kind", "line")
    made.setFixedHeight(1)
    return made


class Unwheeled(QObject):
    """Lets the wheel scroll the form rather than change a number that the pointer happens to be over."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def calm(self, widget: QWidget) -> None:
        """Watch this one."""
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        widget.installEventFilter(self)
