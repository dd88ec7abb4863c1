"""The one style sheet: flat panels on one surface, parted by lines of one pixel."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

from bert_core.resources import resource_path

# Widgets opt in through the property "kind" (widget.setProperty("kind", "secondary")); see app/theme.py.
_SHEET = Template(
    """
QMainWindow, QDialog, QMessageBox, QDockWidget, QStackedWidget, QScrollArea { background: $background; }
QScrollArea, QStackedWidget, QAbstractScrollArea { border: none; }
QScrollArea > QWidget > QWidget { background: $surface; }
QLabel { background: transparent; }
QLabel[kind="title"] { font-weight: 600; }
QLabel[kind="secondary"], QLabel[secondary="true"] { color: $secondary; font-size: ${small}px; }
QLabel[kind="small"] { font-size: ${small}px; }
QLabel[kind="warning"] { color: $warning; }
QLabel[kind="error"] { color: $error; }
QFrame[kind="panel"] { background: $surface; border: none; }
QFrame[kind="line"] { background: $line; border: none; min-height: 1px; }
.QFrame[kind="error"], Banner[kind="error"] { background: $error_soft; border: none; border-radius: 6px; }
QFrame[kind="chip"] { background: $field; border: 1px solid $line; border-radius: 11px; }

QLineEdit, QPlainTextEdit, QTextEdit {
    background: $field; border: 1px solid $line; border-radius: 5px; padding: 3px 6px;
    selection-background-color: $accent; selection-color: $on_accent;
}
QPlainTextEdit, QTextEdit { padding: 4px; }
QLineEdit:hover, QPlainTextEdit:hover, QTextEdit:hover { border-color: $line_strong; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus { border: 1px solid $accent; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled { color: $disabled; background: $background; }
QPlainTextEdit[kind="bare"], QTextEdit[kind="bare"] { border: none; background: transparent; }

QPushButton, QToolButton, QComboBox {
    background: $field; border: 1px solid $line; border-radius: 5px; padding: 4px 10px; color: $text;
}
QToolButton { padding: 4px 8px; }
QToolButton[popupMode="2"] { padding-right: 18px; }
QPushButton:hover, QToolButton:hover, QComboBox:hover { background: $hover; border-color: $line_strong; }
QPushButton:pressed, QToolButton:pressed { background: $bar_track; }
QPushButton:focus, QToolButton:focus, QComboBox:focus { border-color: $accent; }
QPushButton:checked, QToolButton:checked {
    color: $accent; background: $accent_soft; border-color: $accent_soft;
}
QPushButton:disabled, QToolButton:disabled, QComboBox:disabled { color: $disabled; background: $background; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QPushButton:default { border-color: $accent; }
QPushButton[kind="primary"] {
    background: $accent; color: $on_accent; border-color: $accent; font-weight: 600;
}
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:focus { border-color: $text; }
QPushButton[kind="primary"]:disabled { background: $bar_track; color: $disabled; border-color: $bar_track; }
QToolButton[kind="bare"], QPushButton[kind="bare"] {
    background: transparent; border: 1px solid transparent; padding: 3px 5px;
}
QToolButton[kind="bare"]:hover, QPushButton[kind="bare"]:hover { background: $hover; }
QToolButton[kind="bare"]:focus, QPushButton[kind="bare"]:focus { border-color: $accent; }
QToolButton[kind="help"] {
    border-radius: 9px; padding: 0; min-width: 16px; max-width: 16px; min-height: 16px; max-height: 16px;
    color: $secondary; background: transparent; font-size: ${small}px;
}
QToolButton[kind="help"]:hover { color: $accent; border-color: $accent; }
QToolButton[kind="tab"], QPushButton[kind="tab"] {
    background: transparent; border: 1px solid transparent; color: $secondary; padding: 5px 10px;
}
QToolButton[kind="tab"]:hover, QPushButton[kind="tab"]:hover { background: $hover; color: $text; }
QToolButton[kind="tab"]:checked, QPushButton[kind="tab"]:checked {
    background: $accent_soft; color: $accent; font-weight: 600;
}
QToolButton[kind="tab"]:focus, QPushButton[kind="tab"]:focus { border-color: $accent; }
QToolButton[kind="header-tab"] {
    background: transparent; border: 1px solid transparent; color: $secondary; padding: 1px 4px;
}
QToolButton[kind="header-tab"]:hover { background: $hover; color: $text; }
QToolButton[kind="header-tab"]:checked { background: $accent_soft; color: $accent; font-weight: 600; }
QToolButton[kind="header-tab"]:disabled { color: $disabled; background: transparent; }
QToolButton[kind="header-tab"]:focus { border-color: $accent; }
QToolButton[kind="link"], QPushButton[kind="link"] {
    background: transparent; border: none; padding: 0; color: $accent; text-align: left;
}
QToolButton[kind="link"]:hover, QPushButton[kind="link"]:hover,
QToolButton[kind="link"]:focus, QPushButton[kind="link"]:focus { text-decoration: underline; }
QPushButton[kind="change"] {
    background: $segment_b_soft; color: $segment_b; border: 1px solid $segment_b_soft; border-radius: 11px;
    padding: 0 8px; font-size: ${small}px;
}
QPushButton[kind="change"]:hover, QPushButton[kind="change"]:focus { border-color: $segment_b; }
QToolButton[kind="changed"] { color: $segment_b; background: $segment_b_soft; border-color: $segment_b_soft; }
QToolButton[kind="changed"]:hover, QToolButton[kind="changed"]:focus { border-color: $segment_b; }
QToolButton::menu-indicator, QPushButton::menu-indicator {
    image: none; subcontrol-position: right center; width: 0;
}

QCheckBox::indicator, QRadioButton::indicator {
    width: 12px; height: 12px; background: $field; border: 1px solid $secondary;
}
QCheckBox::indicator { border-radius: 3px; }
QRadioButton::indicator { border-radius: 7px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover,
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: $accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$check"); }
QRadioButton::indicator:checked {
    border-color: $accent;
    background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5, fx: 0.5, fy: 0.5,
        stop: 0 $on_accent, stop: 0.4 $on_accent, stop: 0.5 $accent, stop: 1 $accent);
}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $line_strong; }
QCheckBox::indicator:checked:disabled { background: $line_strong; }

QComboBox { padding-right: 4px; }
QComboBox::drop-down { border: none; background: transparent; width: 18px; }
QComboBox::down-arrow { image: url("$chevron"); width: 10px; height: 10px; }
QComboBox QAbstractItemView, QListView, QTreeView, QTableView {
    background: $field; alternate-background-color: $background; border: 1px solid $line; outline: none;
    selection-background-color: $accent_soft; selection-color: $text; gridline-color: $line;
}
QListView[kind="bare"] { background: transparent; border: none; }
QAbstractItemView::item { padding: 3px 6px; border: none; }
QAbstractItemView::item:hover { background: $hover; }
QAbstractItemView::item:selected { background: $accent_soft; color: $text; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section {
    background: $surface; color: $secondary; border: none; border-bottom: 1px solid $line; padding: 4px 6px;
}
QTableCornerButton::section { background: $surface; border: none; border-bottom: 1px solid $line; }

QMenuBar { background: $background; border-bottom: 1px solid $line; padding: 1px 6px; }
QMenuBar::item { background: transparent; padding: 4px 8px; border-radius: 4px; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $hover; }
QMenu { background: $field; border: 1px solid $line_strong; padding: 4px; }
QMenu::item { padding: 5px 26px 5px 24px; border-radius: 4px; background: transparent; }
QMenu::item:selected { background: $accent_soft; color: $text; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $line; margin: 4px 6px; }
QMenu::indicator { width: 13px; height: 13px; left: 6px; }
QToolTip { background: $field; color: $text; border: 1px solid $line_strong; padding: 4px 6px; }

QToolBar {
    background: $background; border: none; border-bottom: 1px solid $line; padding: 5px 8px; spacing: 8px;
}
QToolBar::separator { background: $line; width: 1px; margin: 4px 2px; }
QStatusBar { background: $background; border-top: 1px solid $line; color: $secondary; font-size: ${small}px; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $secondary; font-size: ${small}px; }

QMainWindow::separator { background: $line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QSplitter::handle { background: $line; }
QSplitter::handle:hover { background: $accent; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QDockWidget { border: none; font-weight: 600; }
QDockWidget::title { background: $background; padding: 6px 10px; text-align: left; }

QTabWidget::pane { border: none; border-top: 1px solid $line; }
QTabBar { background: $background; border: none; }
QMainWindow > QTabBar { max-height: 0; }
QTabBar::tab {
    background: transparent; color: $secondary; padding: 5px 12px; border: none;
    border-bottom: 2px solid transparent;
}
QMainWindow > QTabBar::tab { height: 0; margin: 0; padding: 0; border: none; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $accent; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { color: $text; }

QProgressBar {
    background: $bar_track; border: none; border-radius: 3px; max-height: 6px; color: transparent;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QGroupBox { border: none; border-top: 1px solid $line; margin-top: 18px; padding-top: 6px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 0; top: 2px; }

QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 9px; }
QScrollBar:horizontal { height: 9px; }
QScrollBar::handle { background: $line_strong; border-radius: 3px; margin: 1px 2px; }
QScrollBar::handle:horizontal { margin: 2px 1px; min-width: 28px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:hover { background: $secondary; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
"""
)


def stylesheet(colours: Mapping[str, str], small: int) -> str:
    """The sheet in `colours` (a Theme's fields); `small` is the smaller text size in pixels."""
    chevron = resource_path("icons", f"chevron-{colours['name']}.svg").as_posix()
    check = resource_path("icons", f"check-{colours['name']}.svg").as_posix()
    return _SHEET.substitute(colours, small=small, chevron=chevron, check=check)
