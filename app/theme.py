"""How the window looks: two themes, two text sizes, and the colour tables of the maps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from app.stylesheet import stylesheet
from app.views.colormaps import Bytes, ramp, two_arms

Choice = Literal["system", "light", "dark"]
Kind = Literal["base", "small", "bold", "mono", "mono-small"]

BASE = 13  # pixels; the window knows two text sizes, no more
SMALL = 12


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as #rrggbb. Text on its own background has a contrast of 4.5:1 or more (WCAG 2.2, tested).

    text, secondary, accent, warning, error          on background, surface and field
    segment_a on segment_a_soft, segment_b on segment_b_soft, special on special_soft, accent on accent_soft,
    error on error_soft, on_accent on accent         text inside chips, tabs and buttons
    `_soft` tints lie behind text, `line_strong` borders what the pointer is on, `selection` what is pinned.

    Widgets take part in the style sheet through the property "kind":
    QLabel title | secondary | small | warning | error; QFrame panel | line | error | chip;
    QToolButton and QPushButton tab (checkable, segmented) | bare | link; QToolButton help;
    QPushButton primary | change (what is changed in the model's reading); QToolButton changed | header-tab;
    QPlainTextEdit and QTextEdit bare.
    """

    name: Literal["light", "dark"]
    background: str
    surface: str
    field: str
    hover: str
    line: str
    line_strong: str
    text: str
    secondary: str
    disabled: str
    accent: str
    accent_hover: str
    accent_soft: str
    on_accent: str
    segment_a: str
    segment_a_soft: str
    segment_b: str
    segment_b_soft: str
    special: str
    special_soft: str
    bar_track: str
    warning: str
    error: str
    error_soft: str
    selection: str


LIGHT = Theme(
    name="light",
    background="#ffffff",
    surface="#ffffff",
    field="#ffffff",
    hover="#f4f6f9",
    line="#e2e5ea",
    line_strong="#c5cbd5",
    text="#1b1f27",
    secondary="#626c7b",
    disabled="#9aa2af",
    accent="#2862cf",
    accent_hover="#1f53b5",
    accent_soft="#e6eefc",
    on_accent="#ffffff",
    segment_a="#2862cf",
    segment_a_soft="#e6eefc",
    segment_b="#a84d08",
    segment_b_soft="#fdeee0",
    special="#5d6777",
    special_soft="#eef0f3",
    bar_track="#eceff4",
    warning="#955505",
    error="#b3261e",
    error_soft="#fcebea",
    selection="#1b1f27",
)

DARK = Theme(
    name="dark",
    background="#1a1d23",
    surface="#1a1d23",
    field="#22262e",
    hover="#2a2f39",
    line="#2a2e37",
    line_strong="#434a57",
    text="#e7e9ee",
    secondary="#9aa3b2",
    disabled="#636c7b",
    accent="#7aa7ff",
    accent_hover="#98bbff",
    accent_soft="#1d2a44",
    on_accent="#10141c",
    segment_a="#7aa7ff",
    segment_a_soft="#1d2a44",
    segment_b="#f0a35e",
    segment_b_soft="#3a2a1b",
    special="#a3acba",
    special_soft="#262a33",
    bar_track="#262a33",
    warning="#e8b34a",
    error="#ff8f85",
    error_soft="#3d2022",
    selection="#f4f6fa",
)

_THEMES: dict[str, Theme] = {"light": LIGHT, "dark": DARK}

# From the panel's background outwards, so that what is small sinks into it.
_SEQUENTIAL = {
    "light": ("#ffffff", "#c0d7f0", "#76a8de", "#4781c4", "#225197", "#0b2f74"),
    "dark": ("#1a1d23", "#4e2938", "#8a3851", "#b5525c", "#d38d61", "#fcd166"),
}
_NEGATIVE = {
    "light": ("#ffffff", "#bcd4f4", "#6a9fe0", "#2f6bc4", "#123f8c"),
    "dark": ("#1a1d23", "#243a5e", "#3567a8", "#5c95e6", "#a9cbff"),
}
_POSITIVE = {
    "light": ("#ffffff", "#f9d6b4", "#e59a52", "#b9610f", "#793a00"),
    "dark": ("#1a1d23", "#4d3320", "#8f5721", "#d1833a", "#ffc48a"),
}

# Looked for in this order; the system's own fixed font (Courier on Windows) only where none is installed.
_SANS = ("Inter",)
_MONO = (
    "JetBrains Mono",
    "SF Mono",
    "Menlo",
    "Cascadia Mono",
    "Consolas",
    "DejaVu Sans Mono",
    "Noto Sans Mono",
)

_TABULAR, _CONTEXTUAL = QFont.Tag("tnum"), QFont.Tag("calt")

_current = LIGHT
_plain = False


def theme() -> Theme:
    """The theme now on screen."""
    return _current


def sequential() -> Bytes:
    """The current theme's table for 0..maximum: RGBA uint8 [256, 4], entry 0 the panel's background."""
    return _sequential(_current.name)


def diverging() -> Bytes:
    """The current theme's table for signed values: entry 128 (zero) the background, blue below it."""
    return _diverging(_current.name)


@lru_cache
def _sequential(name: str) -> Bytes:
    return _frozen(ramp(_SEQUENTIAL[name]))


@lru_cache
def _diverging(name: str) -> Bytes:
    return _frozen(two_arms(_NEGATIVE[name], _POSITIVE[name]))


def _frozen(table: Bytes) -> Bytes:
    table.setflags(write=False)
    return table


def font(kind: Kind) -> QFont:
    """The font of a kind of text; figures are equally wide in all of them. Needs a QApplication."""
    made = QFont(_font(kind))
    return plain(made) if _plain else made


def plain(font: QFont) -> QFont:
    """`font` with the first glyph of every character: neither figures of equal width nor what suits its neighbours.

    A PDF's reader cannot tell which character another glyph stands for, and would neither find nor copy it.
    """
    made = QFont(font)
    made.unsetFeature(_TABULAR)
    made.setFeature(_CONTEXTUAL, 0)
    return made


@contextmanager
def plain_fonts() -> Iterator[None]:
    """Inside, `font` gives plain ones."""
    global _plain  # noqa: PLW0603 - one process, one thread that draws
    _plain = True
    try:
        yield
    finally:
        _plain = False


@lru_cache
def _font(kind: Kind) -> QFont:
    mono = kind.startswith("mono")
    wanted = _MONO if mono else _SANS
    system = QFontDatabase.SystemFont.FixedFont if mono else QFontDatabase.SystemFont.GeneralFont
    made = QFontDatabase.systemFont(system)
    installed = set(QFontDatabase.families())
    made.setFamilies([*(name for name in wanted if name in installed), *made.families()])
    if mono:
        made.setStyleHint(QFont.StyleHint.Monospace)
    made.setPixelSize(SMALL if kind.endswith("small") else BASE)
    made.setWeight(QFont.Weight.DemiBold if kind == "bold" else QFont.Weight.Normal)
    made.setFeature(_TABULAR, 1)
    return made


def apply_theme(app: QApplication, choice: Choice) -> None:
    """Dress the whole application; with "system" it changes with the system from now on."""
    follower = app.findChild(_Follower)
    if follower is None:
        follower = _Follower(app)
        app.setStyle("Fusion")
    follower.choose(choice)


class _Follower(QObject):
    """Keeps one application in the chosen theme; owned by the application."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._choice: Choice = "system"
        self._dressed: Theme | None = None
        app.styleHints().colorSchemeChanged.connect(self._system_changed)

    def choose(self, choice: Choice) -> None:
        self._choice = choice
        schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        self._app.styleHints().setColorScheme(schemes.get(choice, Qt.ColorScheme.Unknown))
        self._dress(self._wanted())

    @Slot()
    def _system_changed(self) -> None:
        if self._choice == "system":
            self._dress(self._wanted())

    def _wanted(self) -> Theme:
        if self._choice == "system":
            dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
            return DARK if dark else LIGHT
        return _THEMES[self._choice]

    def _dress(self, wanted: Theme) -> None:
        global _current  # noqa: PLW0603 - one process, one theme
        if wanted is self._dressed:
            return
        _current = self._dressed = wanted
        self._app.setPalette(_palette(wanted))
        self._app.setFont(font("base"))
        self._app.setStyleSheet(stylesheet(asdict(wanted), SMALL))


def _palette(colours: Theme) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for which, colour in {
        role.Window: colours.background,
        role.WindowText: colours.text,
        role.Base: colours.field,
        role.AlternateBase: colours.background,
        role.Text: colours.text,
        role.PlaceholderText: colours.secondary,
        role.Button: colours.field,
        role.ButtonText: colours.text,
        role.BrightText: colours.error,
        role.ToolTipBase: colours.field,
        role.ToolTipText: colours.text,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent,
        role.Accent: colours.accent,
        role.Link: colours.accent,
        role.LinkVisited: colours.accent,
        role.Light: colours.hover,
        role.Midlight: colours.line,
        role.Mid: colours.line_strong,
        role.Dark: colours.line_strong,
        role.Shadow: colours.line_strong,
    }.items():
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(colours.disabled))
    return palette
