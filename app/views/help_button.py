"""The round "?" of a view: what it shows, by which formula, and the paper behind it."""

from __future__ import annotations

import html
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QToolButton, QVBoxLayout, QWidget

from app.theme import font, theme
from app.translation import tr

_POPUP_WIDTH = 340


@dataclass(frozen=True, slots=True)
class HelpText:
    """One explanation, in plain text.

    formula    one on a line, empty where there is none
    reference  the paper, as it would be cited
    link       where to read it, empty where it is only in print
    """

    title: str
    paragraph: str
    formula: str = ""
    reference: str = ""
    link: str = ""

    def rich(self) -> str:
        """The same as the HTML that the popup shows; every field is escaped."""
        colours = theme()
        parts = [f"<p><b>{html.escape(self.title)}</b></p>"]
        if self.formula:
            family = html.escape(font("mono").family(), quote=True)
            style = f"font-family:'{family}',monospace; color:{colours.text}"
            lines = html.escape(self.formula).replace("\n", "<br>")
            parts.append(f'<p style="{style}">{lines}</p>')
        parts.append(f"<p>{html.escape(self.paragraph)}</p>")
        if self.reference:
            reference = html.escape(self.reference)
            if self.link:
                link = html.escape(self.link, quote=True)
                reference = f'<a href="{link}" style="color:{colours.accent}">{reference}</a>'
            parts.append(f'<p style="color:{colours.secondary}">{reference}</p>')
        return "".join(parts)


class HelpPopup(QFrame):
    """The explanation itself; Esc, or a click elsewhere, closes it."""

    def __init__(self, text: HelpText, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(text.title)
        self.label = QLabel(text.rich(), self)
        self.label.setTextFormat(Qt.TextFormat.RichText)
        self.label.setFont(font("base"))
        self.label.setWordWrap(True)
        self.label.setFixedWidth(_POPUP_WIDTH)
        self.label.setOpenExternalLinks(True)
        self.label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextBrowserInteraction | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.addWidget(self.label)
        self.setFocusProxy(self.label)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QColor(theme().line_strong))
        painter.setBrush(QColor(theme().field))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)


class HelpButton(QToolButton):
    """The button that opens the explanation."""

    def __init__(self, text: HelpText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._popup: HelpPopup | None = None
        self.setProperty("kind", "help")
        self.setText("?")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_help(text)
        self.clicked.connect(self.open_help)

    @property
    def popup(self) -> HelpPopup | None:
        """The open explanation, or None."""
        return self._popup

    def set_help(self, text: HelpText) -> None:
        """Explain something else from now on."""
        self._help = text
        name = tr("What is this? {title}", title=text.title)
        self.setAccessibleName(name)
        self.setToolTip(f"<p>{html.escape(name)}</p>")

    def open_help(self) -> None:
        """Show the explanation under the button, inside its screen."""
        popup = HelpPopup(self._help, self)
        popup.destroyed.connect(self._forget)
        self._popup = popup
        popup.adjustSize()
        size, room = popup.size(), self.screen().availableGeometry()
        place = self.mapToGlobal(QPoint(self.width() - size.width(), self.height() + 4))
        if place.y() + size.height() > room.bottom():
            place.setY(self.mapToGlobal(QPoint(0, -4)).y() - size.height())
        place.setX(max(room.left(), min(place.x(), room.right() + 1 - size.width())))
        place.setY(max(room.top(), place.y()))
        popup.setGeometry(QRect(place, size))
        popup.show()
        popup.label.setFocus(Qt.FocusReason.PopupFocusReason)

    def _forget(self) -> None:
        self._popup = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)
