"""Which of many sentences comes after A: a person's own as they are typed, or those of a text."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton

from app.examples import examples_for
from app.panels.common_job import State
from app.panels.common_pictures import picture_of
from app.panels.next_sentence.asking import Asking
from app.panels.next_sentence.explanation import FORMULA
from app.panels.next_sentence.text_page import PICTURE, TextPage
from app.panels.next_sentence.texts import CandidateTexts, text_words
from app.panels.next_sentence.words import (
    caveat,
    quoted,
    ranking_rows,
    ranking_table,
    ranking_words,
    why_no_score,
)
from app.session import Session
from app.translation import tr
from app.views.drawing import Drawing
from app.views.figure import figure
from app.views.paragraph_edit import ParagraphEdit
from app.views.read_out import ReadOut
from app.views.sentence_ranks import SentenceRanks
from app.views.tables import Table
from bert_core.info import ModelInfo
from bert_core.queries_next_sentence import RankCandidates, Ranking, RankSentences
from bert_core.scene import Scene
from bert_core.trace import Trace

MOST_OWN = 1000
"""So many sentences of a person's own are ranked with every key."""

_EXAMPLES = 6


class RankingPage(TextPage):
    """A person's own sentences are ranked with every key while the page is seen; those of a text when asked."""

    def __init__(self, session: Session) -> None:
        super().__init__(
            session,
            ParagraphEdit(
                tr("Your sentences, one on each line"),
                tr("Sentences that may come next, one on each line"),
            ),
            said=tr("The ranking in words"),
            job=tr("Ranking sentences"),
            pause=200,
        )
        self._pair: tuple[str, str] = ("", "")  # A, and what is taken to come next
        self._put = ""  # what was put in the place of that
        self._language = ""
        self._touched = False
        self.own, self.text = Asking(session, self), Asking(session, self)
        self.texts = CandidateTexts()
        self.after = ReadOut(name=tr("After which sentence"))
        self.rank_button = QPushButton(tr("Rank"))
        self.add_button = QPushButton(tr("Add B"))
        self.list = SentenceRanks()
        self._build()
        self.picture = picture_of(
            session,
            self.list,
            tr("Which comes next?"),
            drawing=self._drawing,
            table=self._table,
            said=self._metadata,
            name=lambda: "next-sentences",
        )
        self._connect()
        self._take_model(session.model)

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def asking(self) -> Asking:
        """What is asked about the sentences that are chosen."""
        return self.own if self.texts.own else self.text

    @property
    def ranking(self) -> Ranking | None:
        """What is known of them."""
        value = self.asking.value
        return value if isinstance(value, Ranking) else None

    @property
    def candidates(self) -> tuple[str, ...]:
        """A person's own, each once."""
        lines = (line.strip() for line in self.editor.text.split("\n"))
        return tuple(dict.fromkeys(line for line in lines if line))[:MOST_OWN]

    def refresh(self, trace: Trace | None) -> None:
        """Another text: what is taken to come next is its B, unless that was put in from here."""
        scene = self.session.scene
        if scene.text_a != self._pair[0] or scene.second != self._put:
            self._pair, self._put = (scene.text_a, (scene.second or "").strip()), ""
        self.watch()

    @Slot()
    def watch(self) -> None:
        """Ask for the person's own, while they are seen."""
        if not self.isVisible() or not self.texts.own or self._why_not():
            self.own.rest()
        else:
            self.own.ask(RankCandidates(self.candidates, self._pair[1]))
            self.own.watch()
        self._show()

    def rest(self) -> None:
        """The page is not seen; a text that is being ranked goes on."""
        self.own.rest()

    def _why_not(self) -> str:
        if why := why_no_score(self.session):
            return why
        if not self.session.scene.text_a.strip():
            return tr("Type sentence A first: what comes after it is ranked here.")
        return ""

    def _why_empty(self) -> str:
        why = self._why_not()
        if why or (self.ranking is not None and self.ranking.best):
            return why
        if self.asking.state == "failed":
            return self.asking.failure
        if self.asking.state == "running":
            return tr("Reading…")
        if not self.texts.own:
            return tr(
                "Press Rank to read the sentences of {source} after A.",
                source=text_words(self.texts.source()),
            )
        return tr("Type sentences on the left, one on each line; each is read after A.")

    @Slot()
    def _show(self) -> None:
        if not self.isVisible():
            return
        why, ranking, own = self._why_not(), self.ranking, self.texts.own
        scene = self.session.scene
        shown = ranking if not why else None
        self.list.set_rows([] if shown is None else ranking_rows(shown, scene.second or ""))
        self.list.set_empty_text(self._why_empty())
        after = shown.text_a if shown is not None and not own else scene.text_a
        self.after.set_text("" if why else tr("After {sentence}", sentence=quoted(after)))
        self.after.setToolTip(after[:1000])
        self._say("" if shown is None else ranking_words(shown), "" if why else self._note(scene, shown))
        self.side.setVisible(own)
        self.rank_button.setVisible(not own)
        self.rank_button.setEnabled(not why and self.text.state != "running")
        present = (scene.second or "").strip()
        self.add_button.setEnabled(bool(present) and present not in self.candidates)
        self.picture.set_enabled(shown is not None and bool(shown.best))
        ends: dict[State, str] = {
            "cancelled": tr("Cancelled: what was read by then is ranked"),
            "failed": "" if own else self.asking.failure,
        }
        self._show_job(self.asking, ends)

    def _note(self, scene: Scene, shown: Ranking | None) -> str:
        if self.texts.own:
            return caveat(scene)
        query = self.text.query
        if shown is None or not isinstance(query, RankSentences):
            return caveat(scene)
        if self._wanted() not in (None, query):
            return tr("The text, the file or the changes have been altered since: press Rank to read again.")
        return caveat(scene)

    # Ranking -----------------------------------------------------------------------------------------------------

    def _wanted(self) -> RankSentences | None:
        """What would be ranked now."""
        source, scene = self.texts.source(), self.session.scene
        if source is None or self._why_not():
            return None
        return RankSentences(source, scene.text_a, self._pair[1], scene.interventions.moved({}))

    @Slot()
    def rank(self) -> None:
        """Read the sentences of the chosen text; what is under way is given up."""
        query = self._wanted()
        if query is None:
            self.watch()
            return
        if query != self.text.query:
            self.text.forget()
        self.text.ask(query)

    @Slot()
    def cancel(self) -> None:
        """Stop; what was read by then is ranked."""
        self.asking.cancel()

    @Slot()
    def _again(self) -> None:
        if self.texts.own:
            self.own.ask(RankCandidates(self.candidates, self._pair[1]))
        else:
            self.rank()

    @Slot()
    def _text_chosen(self) -> None:
        if self.texts.own:
            self.watch()
            return
        self.own.rest()
        self.rank()
        self._show()

    @Slot(object)
    def put_in(self, index: int) -> None:
        """Read a sentence of the list as B, after the A that it was ranked for; undo brings back what was there."""
        ranking = self.ranking
        if ranking is None or not 0 <= index < len(ranking.best):
            return
        one = ranking.best[index]
        text_a = self.session.scene.text_a if self.texts.own else ranking.text_a
        if text_a == self._pair[0]:
            self._put = one.text
        self.session.read_anew(text_a, one.text)
        self._show()

    @Slot()
    def add_b(self) -> None:
        """Put sentence B among the person's own."""
        present = (self.session.scene.second or "").strip()
        if present:
            lines = [*self.candidates, " ".join(present.split("\n"))]
            self._touched = True
            self.editor.setPlainText("\n".join(lines))

    def focus_editor(self) -> None:
        """To the person's own sentences."""
        self.texts.choose_own()
        super().focus_editor()

    @Slot()
    def _edited(self) -> None:
        self._touched = self._touched or self.editor.hasFocus()
        super()._edited()

    @Slot(object)
    def _take_model(self, model: ModelInfo | None) -> None:
        """What was ranked is of another model; the distractors to begin with are in its language."""
        self.text.forget()
        examples = examples_for(model)
        language = examples[0].language if examples else ""
        if not self._touched and language != self._language:
            self._language = language
            kept = dict.fromkeys(e.b for e in examples if e.b.strip() and "[MASK]" not in e.b)
            self.editor.setPlainText("\n".join(list(kept)[:_EXAMPLES]))
        self.watch()

    # Layout ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.rank_button.setToolTip(
            tr("Read every sentence of the chosen text after A, and keep the best hundred")
        )
        self.add_button.setToolTip(tr("Put sentence B among your sentences"))
        for widget in (self.after, self.said):
            widget.setMinimumWidth(60)
        top = self.after, self.rank_button, self.texts
        self._lay_out(
            tr("Your sentences, one on each line"), self.add_button, top, self.list, self.said, self.note
        )

    def _connect(self) -> None:
        self.add_button.clicked.connect(self.add_b)
        self.texts.chosen.connect(self._text_chosen)
        self.rank_button.clicked.connect(self.rank)
        self.list.row_chosen.connect(self.put_in)
        self.line.cancelled.connect(self.cancel)
        self.line.again.connect(self._again)
        for asking in (self.own, self.text):
            asking.changed.connect(self._show)
        self.session.model_changed.connect(self._take_model)

    # Pictures and numbers ----------------------------------------------------------------------------------------

    def _drawing(self) -> Drawing:
        ranking = self.ranking
        if ranking is None:
            return self.list.drawing(PICTURE)
        title = tr("Which comes next? {after}", after=quoted(ranking.text_a))
        return figure(self.list.drawing(PICTURE), title, caption=ranking_words(ranking))

    def _table(self) -> Table:
        return ranking_table(self.ranking)

    def _metadata(self) -> Mapping[str, str]:
        ranking = self.ranking
        if ranking is None:
            return {}
        query = self.text.query
        said = {
            "Title": tr("Which comes next?"),
            "Formula": FORMULA,
            "Sentence A": ranking.text_a,
            "Sentence B": "" if ranking.own is None else ranking.own.text,
            "Candidates": text_words(self.texts.source()),
            "Ranking": ranking_words(ranking),
            "Pieces": "",
        }
        changes = self.session.scene.interventions.moved({})
        if not self.texts.own and isinstance(query, RankSentences):
            changes = query.interventions
        return said | {"Interventions": repr(changes) if changes else ""}
