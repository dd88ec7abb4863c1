"""A paragraph read sentence by sentence: how each follows the one before, and where the thread breaks."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QPushButton, QSpinBox

from app.built_in_text import built_in_text
from app.panels.common_job import State
from app.panels.common_pictures import picture_of
from app.panels.next_sentence.asking import Asking
from app.panels.next_sentence.explanation import FORMULA
from app.panels.next_sentence.text_page import PICTURE, TextPage
from app.panels.next_sentence.words import caveat, continuity_table, continuity_words, why_no_score
from app.session import Session
from app.translation import tr
from app.views.continuity_view import MOST_DRAWN, ContinuityView, Thread
from app.views.drawing import Drawing
from app.views.figure import figure
from app.views.paragraph_edit import ParagraphEdit
from app.views.tables import Table
from bert_core.queries_next_sentence import Continuity, ContinuityOf
from bert_core.trace import Trace

_EXAMPLE_PASSAGES = 2


class ParagraphPage(TextPage):
    """Reads the paragraph anew with every pause in typing, while the page is seen."""

    def __init__(self, session: Session) -> None:
        super().__init__(
            session,
            ParagraphEdit(
                tr("A paragraph"),
                tr("Type or paste a paragraph: each sentence is read after the one before"),
            ),
            said=tr("The paragraph in words"),
            job=tr("Reading the paragraph"),
            pause=300,
        )
        self.asking = Asking(session, self)
        self.example_button = QPushButton(tr("Example"))
        self.threshold = QSpinBox()
        self.break_button = QPushButton(tr("Next break"))
        self.view = ContinuityView()
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
        super()._edited()
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

    # What is shown -----------------------------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        if not self.isVisible():
            return
        why = why_no_score(self.session)
        found = None if why else self.found
        self.view.set_thread(Thread() if found is None else self._thread(found))
        self.view.set_empty_text(why or self._instead())
        self.break_button.setVisible(bool(self.view.thread_.breaks))
        self._mark_read()
        one = found is not None and len(found.sentences) == 1
        words = tr("One sentence has no neighbour: type another.") if one else ""
        note = "" if why or found is None else self._note(found)
        self._say(words or ("" if found is None else continuity_words(found, self.limit)), note)
        self.picture.set_enabled(found is not None and bool(found.sentences))
        self.example_button.setVisible(not self.editor.text.strip())
        ends: dict[State, str] = {
            "cancelled": tr("Cancelled: the rest was not read"),
            "failed": self.asking.failure,
        }
        self._show_job(self.asking, ends, shown=found is not None)

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

    def _build(self) -> None:
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
        below = QLabel(tr("breaks below"))
        below.setProperty("kind", "secondary")
        below.setBuddy(self.threshold)
        top = self.said, self.break_button, below, self.threshold
        self._lay_out(tr("Paragraph"), self.example_button, top, self.view, self.note)

    # Pictures and numbers ----------------------------------------------------------------------------------------

    def _drawing(self) -> Drawing:
        found, caption = self.found, ""
        if found is not None:
            caption = continuity_words(found, self.limit)
            if len(found.sentences) > MOST_DRAWN:
                caption += "\n" + tr("The first {n} are drawn.", n=MOST_DRAWN)
        return figure(self.view.drawing(PICTURE), tr("Continuity of a paragraph"), caption=caption)

    def _table(self) -> Table:
        return continuity_table(self.found, self.limit)

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
