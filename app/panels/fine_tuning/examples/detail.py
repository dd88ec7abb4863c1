"""One example in full: its texts, what is right, what the model says, and how sure it is."""

from __future__ import annotations

import html
import math
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.panels.fine_tuning.examples.columns import WRONG, words_of
from app.panels.fine_tuning.examples.filtering import is_wrong
from app.theme import theme
from app.translation import tr
from app.views.bars import BarRow, Bars, percent
from app.views.elided_label import ElidedLabel
from app.views.piece_text import visible
from app.views.tagged_words import TaggedPart, TaggedWords
from app.views.worked_numbers import figure
from bert_core.finetuning.examples import ChoiceExample, QuestionExample
from bert_core.finetuning.run_values import ExampleRow
from bert_core.finetuning.task_info import TaskName

RIGHT = "✓"

_MOST = 6000  # characters of a text that are laid out
_LEAST_BARS, _MOST_BARS = 200, 380  # pixels


class ExampleDetail(QWidget):
    """open_wanted() for the button."""

    open_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._row: ExampleRow | None = None
        self._known = False
        self._task: TaskName = "single-sentence"
        self.title = ElidedLabel()
        self.title.setProperty("kind", "title")
        self.open_button = QPushButton(tr("Open in all panels"))
        self.open_button.setToolTip(
            tr("Read this text with the model of this step, and show what its answer hangs on (Enter)")
        )
        self.open_button.clicked.connect(self.open_wanted)
        self.texts = QLabel()
        self.texts.setWordWrap(True)
        self.texts.setTextFormat(Qt.TextFormat.RichText)  # escaped; what is marked is so decided here
        self.texts.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.texts.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.texts.setAccessibleName(tr("The text of the example"))
        self.gold_label, self.predicted_label = QLabel(tr("gold")), QLabel(tr("predicted"))
        self.gold, self.predicted = TaggedWords(tr("Gold tags")), TaggedWords(tr("Predicted tags"))
        for label in (self.gold_label, self.predicted_label):
            label.setProperty("kind", "secondary")
        self.bars = Bars(name=tr("What the model gives each"), long=True)
        self.bars.setMinimumWidth(_LEAST_BARS)
        self._build()
        self.show_row(None, "single-sentence", known=False)

    @property
    def row(self) -> ExampleRow | None:
        """What is shown."""
        return self._row

    def show_row(self, row: ExampleRow | None, task: TaskName, *, known: bool) -> None:
        """Show this one; `known`: there are predictions."""
        self._row, self._task, self._known = row, task, known
        self._content.setVisible(row is not None)
        self.open_button.setVisible(row is not None)
        if row is None:
            self.title.setText("")
            return
        self.title.setText(self._title(row))
        tagged = bool(row.gold_tags or row.predicted_tags)
        for label, words, tags, others in (
            (self.gold_label, self.gold, row.gold_tags, ()),
            (self.predicted_label, self.predicted, row.predicted_tags if known else (), row.gold_tags),
        ):
            words.set_parts(_parts(row, tags, others) if tags else [])
            words.setVisible(bool(tags))
            label.setVisible(bool(tags))
        self.texts.setVisible(not tagged)
        self.texts.setText("" if tagged else self._text(row))
        rows = self._bars(row) if known else []
        self.bars.set_rows(rows)
        self._side.setVisible(bool(rows))

    def _title(self, row: ExampleRow) -> str:
        said = [tr("Example {n}", n=f"{row.index + 1:,}")]
        if self._known and row.known:
            said.append(f"{WRONG} {tr('wrong')}" if is_wrong(row) else f"{RIGHT} {tr('right')}")
        if self._task in ("single-sentence", "sentence-pair", "regression"):
            said.append(tr("gold {gold}", gold=row.gold) if row.known else tr("gold not known"))
            if self._known:
                said.append(tr("predicted {label}", label=row.predicted))
        if self._known and not math.isnan(row.confidence):
            said.append(tr("confidence {p}", p=percent(row.confidence)))
        if not math.isnan(row.loss):
            said.append(tr("loss {loss}", loss=figure(row.loss, 3)))
        return " · ".join(said)

    def _text(self, row: ExampleRow) -> str:
        """The texts, each after what it is."""
        colours = theme()
        if isinstance(row.example, QuestionExample):
            context = self._context(row, row.example)
            parts = [(tr("question"), _escaped(row.example.question)), (tr("context"), context)]
            golds = [answer.text for answer in row.example.answers or ()]
            parts.append((tr("gold"), _escaped(" / ".join(dict.fromkeys(golds))) or tr("no answer")))
            if self._known:
                parts.append((tr("predicted"), _escaped(row.predicted) or tr("no answer")))
        elif isinstance(row.example, ChoiceExample):
            begin = _escaped(f"{row.example.context} {row.example.start}".strip())
            parts = [(tr("beginning"), begin)]
        elif row.text_b is not None:
            parts = [("A", _escaped(row.text)), ("B", _escaped(row.text_b))]
        else:
            parts = [("", _escaped(row.text))]
        lines = []
        for name, text in parts:
            head = (
                f'<span style="color:{colours.secondary}">{html.escape(name)}</span>&nbsp; ' if name else ""
            )
            lines.append(f"<p style='margin:0 0 4px 0'>{head}{text}</p>")
        return "".join(lines)

    def _context(self, row: ExampleRow, example: QuestionExample) -> str:
        """The right answers in bold, the predicted one underlined."""
        colours, text = theme(), example.context
        golds = {(a.start, a.start + len(a.text)) for a in example.answers or () if a.text}
        at = -1
        if self._known and row.predicted:
            near = [text.find(row.predicted, begin) for begin, _ in golds]
            at = next((found for found in near if found >= 0), text.find(row.predicted))
        predicted = (at, at + len(row.predicted)) if at >= 0 else None
        edges = sorted({0, min(len(text), _MOST), *(e for pair in golds for e in pair), *(predicted or ())})
        said = []
        for begin, end in pairwise(edges):
            part = html.escape(visible(text[begin:end].replace("\n", " ")))
            if any(first <= begin and end <= last for first, last in golds):
                part = f'<b style="background:{colours.accent_soft}">{part}</b>'
            if predicted is not None and predicted[0] <= begin and end <= predicted[1]:
                part = f'<u style="color:{colours.segment_b}">{part}</u>'
            said.append(part)
        return "".join(said) + ("…" if len(text) > _MOST else "")

    def _bars(self, row: ExampleRow) -> list[BarRow]:
        labels: tuple[str, ...] = row.labels
        if isinstance(row.example, ChoiceExample):
            labels = row.example.endings
        if not row.probabilities or len(row.probabilities) != len(labels):
            return []
        gold = row.gold
        if isinstance(row.example, ChoiceExample) and row.example.label is not None:
            gold = labels[row.example.label]
        return [
            BarRow(
                f"{RIGHT} {' '.join(label.split())}"
                if row.known and label == gold
                else " ".join(label.split()),
                p,
                detail=tr("gold") if row.known and label == gold else "",
            )
            for label, p in zip(labels, row.probabilities, strict=True)
        ]

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.title, 1)
        top.addWidget(self.open_button)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for widget in (self.texts, self.gold_label, self.gold, self.predicted_label, self.predicted):
            column.addWidget(widget)
        column.addStretch(1)
        self._side = QWidget()
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.addWidget(self.bars)
        side.addStretch(1)
        self._side.setMaximumWidth(_MOST_BARS)
        self._side.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._content = QWidget()
        row = QHBoxLayout(self._content)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(16)
        row.addWidget(left, 3)
        row.addWidget(self._side, 2)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self._content)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumHeight(40)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 6, 0, 0)
        whole.setSpacing(4)
        whole.addLayout(top)
        whole.addWidget(area, 1)


def _escaped(text: str) -> str:
    shown = text if len(text) <= _MOST else text[:_MOST] + "…"
    return html.escape(visible(shown.replace("\n", " ").replace("\t", " ")))


def _parts(row: ExampleRow, tags: tuple[str, ...], gold: tuple[str, ...]) -> list[TaggedPart]:
    """A chip a word; a wrong tag is marked."""
    from_tags = sorted({_kind(tag) for tag in (*row.gold_tags, *row.predicted_tags)} - {""})
    kinds = {kind: n for n, kind in enumerate(from_tags)}
    parts = []
    for n, (word, tag) in enumerate(zip(words_of(row), tags, strict=False)):
        wrong = n < len(gold) and gold[n] != tag
        shown = tag if tag != "O" or wrong else ""
        detail = tr("gold: {tag}", tag=gold[n]) if wrong else ""
        parts.append(
            TaggedPart(word, shown, kinds.get(_kind(tag), 0), mark=WRONG if wrong else "", detail=detail)
        )
    return parts


def _kind(tag: str) -> str:
    return "" if tag == "O" else tag[2:] if tag[1:2] == "-" else tag
