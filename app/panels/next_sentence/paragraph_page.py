"""A paragraph read sentence by sentence: how each follows the one before, and where the thread breaks."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSpinBox, QVBoxLayout, QWidget

from app.built_in_text import built_in_text
from app.panels.common_pictures import picture_of
from app.panels.next_sentence.asking import Asking
from app.panels.next_sentence.explanation import FORMULA
from app.panels.next_sentence.words import caveat, continuity_table, continuity_words, why_no_score
from app.session import Session
from app.translation import tr
from app.views.continuity_view import MOST_DRAWN, ContinuityView, Thread
from app.views.drawing import Drawing
from app.views.figure import figure
from app.views.job_line import JobLine
from app.views.paragraph_edit import ParagraphEdit
from app.views.read_out import ReadOut
from bert_core.queries_next_sentence import Continuity, ContinuityOf
from bert_core.trace import Trace

_SETTLES_AFTER = 300  # milliseconds without another letter
_PICTURE = 900  # widget units
_EDITOR_SHARE = 0.34
_EXAMPLE_PASSAGES = 2


class ParagraphPage(QWidget):
    """Reads the paragraph anew with every pause in typing, while the page is seen."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.asking = Asking(session, self)
        self.editor = ParagraphEdit(
            tr("A paragraph"), tr("Type or paste a paragraph: each sentence is read after the one before")
        )
        self.example_button = QPushButton(tr("Example"))
        self.threshold = QSpinBox()
        self.break_button = QPushButton(tr("Next break"))
        self.view = ContinuityView()
        self.said = ReadOut(name=tr("The paragraph in words"))
        self.note = ReadOut(name=tr("What counts"))
        self.line = JobLine(tr("Reading the paragraph"))
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLES_AFTER)
        self._build()
        self.picture = picture_of(
            session,
            self.view,
            tr("Continuity of a paragraph"),
            drawing=self._drawing,
            table=self._table,
            said=self._metadata,
            name=lambda: "continuity",
        )
        self._settle.timeout.connect(self.watch)
        self.editor.textChanged.connect(self._edited)
        self.editor.left_out.connect(self._left_out)
        self.example_button.clicked.connect(self.show_example)
        self.threshold.valueChanged.connect(self._threshold_changed)
        self.break_button.clicked.connect(self.next_break)
        self.view.pair_chosen.connect(self.load)
        self.line.cancelled.connect(self.asking.cancel)
        self.line.again.connect(self._again)
        self.asking.changed.connect(self._show)
        session.scene_changed.connect(self._scene_changed)
        session.model_changed.connect(self._model_changed)

    @property
    def found(self) -> Continuity | None:
        """What is known of the paragraph."""
        value = self.asking.value
        return value if isinstance(value, Continuity) and self.editor.text.strip() else None

    @property
    def limit(self) -> float:
        """Below which p(is next) breaks the thread."""
        return self.threshold.value() / 100

    def refresh(self, trace: Trace | None) -> None:
        """Other changes may be in force."""
        self.watch()

    @Slot()
    def watch(self) -> None:
        """Ask about the paragraph, while it is seen."""
        text = self.editor.text
        if not self.isVisible() or why_no_score(self.session) or not text.strip():
            self.asking.rest()
        else:
            self.asking.ask(ContinuityOf(text, self.session.scene.interventions.moved({})), again=False)
            self.asking.watch()
        self._show()

    def rest(self) -> None:
        """The page is not seen."""
        self.asking.rest()

    def set_text(self, text: str) -> None:
        """Read this."""
        self.editor.setPlainText(text)
        self._settle.stop()
        self.watch()

    @Slot()
    def show_example(self) -> None:
        """Two scenes of the built-in text, one after the other: between them the thread should break."""
        passages = built_in_text().read_text(encoding="utf-8").strip().split("\n\n")
        self.set_text("\n".join(passages[:_EXAMPLE_PASSAGES]))

    def focus_editor(self) -> None:
        """To the paragraph."""
        self.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def next_break(self) -> None:
        """To the next place where the thread breaks."""
        self.view.next_break()
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def load(self, pair: int) -> None:
        """Read two neighbours as A and B; undo brings back what was there."""
        found = self.found
        if found is not None and 0 <= pair < len(found.sentences) - 1:
            self.session.read_anew(*found.sentences[pair : pair + 2])

    @Slot()
    def _again(self) -> None:
        self.asking.ask(ContinuityOf(self.editor.text, self.session.scene.interventions.moved({})))

    @Slot()
    def _edited(self) -> None:
        self._settle.start()
        if not self.editor.text.strip():
            self.watch()

    @Slot(object)
    def _scene_changed(self, _: object) -> None:
        self._mark_read()

    @Slot(object)
    def _model_changed(self, _: object) -> None:
        self.asking.forget()
        self.watch()

    @Slot(int)
    def _threshold_changed(self, _: int) -> None:
        self._show()

    @Slot(object)
    def _left_out(self, characters: int) -> None:
        self.session.notice_given.emit(
            tr("{n} characters were left out: there is room for no more", n=f"{characters:,}")
        )

    # What is shown -----------------------------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        if not self.isVisible():
            return
        why, asking = why_no_score(self.session), self.asking
        found = None if why else self.found
        self.view.set_thread(Thread() if found is None else self._thread(found))
        self.view.set_empty_text(why or self._instead())
        self.break_button.setVisible(bool(self.view.thread_.breaks))
        self._mark_read()
        one = found is not None and len(found.sentences) == 1
        words = tr("One sentence has no neighbour: type another.") if one else ""
        self.said.set_text(words or ("" if found is None else continuity_words(found, self.limit)))
        self.said.setToolTip(self.said.text)
        note = "" if why or found is None else self._note(found)
        self.note.set_text(note)
        self.note.setToolTip(note)
        self.note.setVisible(bool(note))
        self.picture.set_enabled(found is not None and bool(found.sentences))
        self.example_button.setVisible(not self.editor.text.strip())
        if asking.state == "running" and asking.progress is not None and found is not None:
            self.line.show_progress(asking.words(), asking.share)
        elif asking.state == "cancelled":
            self.line.show_end(tr("Cancelled: the rest was not read"))
        elif asking.state == "failed":
            self.line.show_end(asking.failure)
        else:
            self.line.clear()

    def _thread(self, found: Continuity) -> Thread:
        cut = tr("the pair does not fit whole into the model")
        return Thread(found.sentences, found.is_next, self.limit, dict.fromkeys(sorted(found.cut), cut))

    def _note(self, found: Continuity) -> str:
        changed = caveat(self.session.scene)
        if changed or len(found.sentences) < 2:
            return changed
        return tr("BERT's next-sentence score mostly judges topic: random pairs say how much of it is order.")

    def _instead(self) -> str:
        if self.editor.text.strip():
            return "" if self.asking.state == "failed" else tr("Reading…")
        return tr("Each sentence of the paragraph is read after the one before, and breaks are marked.")

    def _mark_read(self) -> None:
        """The pair that is on screen, if it is of this paragraph."""
        scene, sentences = self.session.scene, self.view.thread_.sentences
        now = scene.text_a, scene.second or ""
        pairs = pairwise(sentences)
        self.view.set_read(next((n for n, pair in enumerate(pairs) if pair == now), None))

    # Layout ------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The editor takes its share."""
        super().resizeEvent(event)
        self.side.setFixedWidth(max(140, round(self.width() * _EDITOR_SHARE)))

    def _build(self) -> None:
        self.example_button.setProperty("kind", "link")
        self.example_button.setToolTip(tr("Two short scenes, one after the other"))
        self.break_button.setProperty("kind", "link")
        self.break_button.setToolTip(
            tr("Show the next place where the thread breaks (N; P for the one before)")
        )
        self.threshold.setRange(1, 99)
        self.threshold.setValue(50)
        self.threshold.setSingleStep(5)
        self.threshold.setSuffix("%")
        self.threshold.setAccessibleName(tr("The thread breaks below"))
        self.threshold.setToolTip(tr("Where p(is next) is below this, the thread breaks"))
        label, below = QLabel(tr("Paragraph")), QLabel(tr("breaks below"))
        for one, buddy in ((label, self.editor), (below, self.threshold)):
            one.setProperty("kind", "secondary")
            one.setBuddy(buddy)
        label.setMinimumWidth(1)
        self.side = QWidget()
        above = QHBoxLayout()
        above.addWidget(label, 1)
        above.addWidget(self.example_button)
        left = QVBoxLayout(self.side)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(4)
        left.addLayout(above)
        left.addWidget(self.editor, 1)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.said, 1)
        top.addWidget(self.break_button)
        top.addWidget(below)
        top.addWidget(self.threshold)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addLayout(top)
        right.addWidget(self.line)
        right.addWidget(self.view, 1)
        right.addWidget(self.note)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.side)
        row.addLayout(right, 1)

    # Pictures and numbers ----------------------------------------------------------------------------------------

    def _drawing(self) -> Drawing:
        found, caption = self.found, ""
        if found is not None:
            caption = continuity_words(found, self.limit)
            if len(found.sentences) > MOST_DRAWN:
                caption += "\n" + tr("The first {n} are drawn.", n=MOST_DRAWN)
        return figure(self.view.drawing(_PICTURE), tr("Continuity of a paragraph"), caption=caption)

    def _table(self) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
        header, rows = continuity_table(self.found, self.limit)
        return tuple(header), [tuple(row) for row in rows]

    def _metadata(self) -> Mapping[str, str]:
        found, query = self.found, self.asking.query
        if found is None or not isinstance(query, ContinuityOf):
            return {}
        return {
            "Title": tr("Continuity of a paragraph"),
            "Formula": FORMULA,
            "Threshold": f"{self.limit:g}",
            "Statistics": continuity_words(found, self.limit),
            "Interventions": repr(query.interventions) if query.interventions else "",
            "Sentence A": "",
            "Sentence B": "",
            "Pieces": "",
        }
