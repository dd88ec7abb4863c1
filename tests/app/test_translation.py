"""Every string that a person sees goes through `tr`: a walk through the sources finds those that do not."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator

from app.translation import tr

APP = Path(__file__).resolve().parent.parent.parent / "app"

# Calls whose positional string arguments are shown, or read out, whatever they are called on.
SHOWN_BY = {
    *(
        "setText",
        "setToolTip",
        "setStatusTip",
        "setWhatsThis",
        "setPlaceholderText",
        "setPlainText",
        "setHtml",
    ),
    *(
        "setAccessibleName",
        "setAccessibleDescription",
        "setWindowTitle",
        "setTitle",
        "setLabelText",
        "setInformativeText",
    ),
    *("setPrefix", "setSuffix", "setTabText", "setHeaderLabels", "setDetailedText"),
    *(
        "addAction",
        "addMenu",
        "addItem",
        "addItems",
        "addSection",
        "addTab",
        "addRow",
        "addButton",
        "insertItem",
    ),
    *("set_text", "set_message", "show_message", "give_notice", "showMessage", "drawText"),
    *("getText", "getItem", "getInt", "getExistingDirectory", "getSaveFileName", "getOpenFileName"),
    *("information", "warning", "critical", "question", "Problem"),
    *("QLabel", "QPushButton", "QToolButton", "QCheckBox", "QRadioButton", "QGroupBox", "QAction", "QMenu"),
    *(
        "QListWidgetItem",
        "QTableWidgetItem",
        "QDockWidget",
        "QToolBar",
        "EmptyState",
        "HelpText",
        "PictureActions",
        "ReadOut",
    ),
}
# What stands behind the text is data.
FIRST_ONLY = {"addItem", "insertItem"}
# On these a call of that name is not about something shown.
NOT_SHOWN_ON = {"log", "logging", "warnings"}
# Signals that carry words: what is emitted is shown.
SIGNALS = {"notice_given", "failed"}
# Named arguments that are shown, in the calls above; some of them in any widget or value that is made.
NAMED_ANYWHERE = {"title", "paragraph", "toolTip", "tip", "instead", "message", "placeholder"}
NAMED = NAMED_ANYWHERE | {"text", "name", "label"}
# Words as they are, in every language.
ALLOWED = {
    "Attention Explorer": "the product's name",
    "float32": "the name of a number format",
    "bfloat16": "the name of a number format",
}
LETTERS = re.compile(r"[^\W\d_]{2}")
MARKUP = re.compile(r"<[^<>]*>|&\w+;")


def is_word(text: str) -> bool:
    return LETTERS.search(MARKUP.sub("", text)) is not None and text not in ALLOWED


def shown_strings(node: ast.expr) -> Iterator[ast.Constant]:
    """The literals that an expression may become, but for those inside other calls, `tr` above all."""
    match node:
        case ast.Constant(value=str()):
            yield node
        case ast.JoinedStr(values=values) | ast.List(elts=values) | ast.Tuple(elts=values):
            for value in values:
                yield from shown_strings(value)
        case ast.BinOp(left=left, right=right):
            yield from shown_strings(left)
            yield from shown_strings(right)
        case ast.BoolOp(values=values):
            for value in values:
                yield from shown_strings(value)
        case ast.IfExp(body=body, orelse=orelse):
            yield from shown_strings(body)
            yield from shown_strings(orelse)
        case ast.Call(func=ast.Attribute(value=value, attr="join" | "format" | "strip" | "removesuffix")):
            yield from shown_strings(value)


def called(call: ast.Call) -> tuple[str, str]:
    """The name of what is called, and of what it is called on ("" where that has no name)."""
    match call.func:
        case ast.Name(id=name):
            return name, ""
        case ast.Attribute(attr=name, value=ast.Name(id=on) | ast.Attribute(attr=on)):
            return name, on
        case ast.Attribute(attr=name):
            return name, ""
    return "", ""


def untranslated(source: str) -> list[tuple[int, str]]:
    """Line and text of every visible literal that does not go through `tr`."""
    found = []
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        name, on = called(call)
        shown = on not in NOT_SHOWN_ON and (name in SHOWN_BY or (name == "emit" and on in SIGNALS))
        arguments = list(call.args[:1] if name in FIRST_ONLY else call.args) if shown else []
        if shown or name[:1].isupper():
            named = NAMED if shown else NAMED_ANYWHERE
            arguments += [keyword.value for keyword in call.keywords if keyword.arg in named]
        for argument in arguments:
            found += [
                (text.lineno, text.value) for text in shown_strings(argument) if is_word(str(text.value))
            ]
    return sorted(found)


def sources() -> list[Path]:
    return sorted(APP.rglob("*.py"))


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(APP).as_posix())
def test_every_visible_string_goes_through_tr(path: Path) -> None:
    found = untranslated(path.read_text(encoding="utf-8"))
    assert not found, "\n".join(f"{path.name}:{line}: {text!r}" for line, text in found)


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(APP).as_posix())
def test_tr_is_given_whole_sentences_with_named_places(path: Path) -> None:
    """An f-string in `tr` is a text that no translation can hold; a place without a value fails when it is shown."""
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "tr"):
            continue
        (text,) = call.args
        assert not isinstance(text, ast.JoinedStr | ast.BinOp), f"{path.name}:{call.lineno}"
        if isinstance(text, ast.Constant) and not any(keyword.arg is None for keyword in call.keywords):
            places = set(re.findall(r"\{(\w*)[^{}]*\}", str(text.value)))
            given = {keyword.arg for keyword in call.keywords}
            assert places == given or (not given and not places), (
                f"{path.name}:{call.lineno}: {places} {given}"
            )


@pytest.mark.parametrize(
    "planted",
    [
        'label.setText("Model")',
        'self.button.setToolTip(f"{n} pieces")',
        'QLabel("Model")',
        'QtWidgets.QPushButton("Open…", parent)',
        'menu.addAction("Copy", slot)',
        'menu.addMenu("&File")',
        'combo.addItem(name or "none", data)',
        'combo.addItems(["Colours", tr("b")])',
        'label.setText("a long text" if x else tr("b"))',
        'label.setText("Loading " + name)',
        'label.setText("Loading {}".format(name))',
        'label.setText(", ".join(names) + " left out")',
        'session.notice_given.emit("Saved")',
        'self.failed.emit("It is full")',
        'self.session.set_problem(Problem("No room"))',
        'HelpText(title=tr("a"), paragraph="What it is")',
        'widget.setAccessibleName("Model")',
        'self.setWindowTitle("Find an action")',
        'QToolBar("Top bar")',
        'ReadOut(name="Notice")',
        'label.setText("我们")',
        'label.setText("<b>Model</b>")',
    ],
)
def test_the_walk_finds_what_is_planted(planted: str) -> None:
    assert len(untranslated(f"def f():\n    {planted}\n")) == 1


@pytest.mark.parametrize(
    "good",
    [
        'label.setText(tr("Model"))',
        "label.setText(name)",
        'label.setText("×")',
        'label.setText("")',
        'label.setText(f"{n} · {m}%")',
        'label.setText(f"<b>{html.escape(name)}</b>&nbsp;")',
        'label.setText(tr("{n} pieces", n=3) if n else "–")',
        'self.setWindowTitle("Attention Explorer")',
        'combo.addItem(tr("Device: {name}", name="cpu"), "cpu")',
        'log.warning("it is broken")',
        'widget.setObjectName("top-bar")',
        'signal.emit("word")',
        'label.setText(names["model"])',
    ],
)
def test_and_nothing_else(good: str) -> None:
    assert untranslated(good) == []


def test_places_are_filled_in() -> None:
    assert tr("{n} of {limit} pieces", n=3, limit="{n}") == "3 of {n} pieces"
    assert tr("no places {here}") == "no places {here}"
    assert tr("") == ""


def test_a_translation_is_used(qapp: QCoreApplication) -> None:
    class Shout(QTranslator):
        def translate(self, context: str, text: str, *_: object) -> str | None:
            return text.upper() if context == "attention-explorer" and "{" not in text else None

        def isEmpty(self) -> bool:
            return False

    translator = Shout()
    qapp.installTranslator(translator)
    try:
        assert tr("Model") == "MODEL"
        assert tr("{n} pieces", n=2) == "2 pieces"
    finally:
        qapp.removeTranslator(translator)
