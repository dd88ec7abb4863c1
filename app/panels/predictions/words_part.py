"""Finding pieces in the whole ranking, and the person's own words with their probabilities."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from app.panels.common_watching import Watching
from app.session import Session
from app.translation import tr
from app.views.bars import BarRow, percent
from app.views.piece_text import isolated
from app.views.tables import Table
from app.views.word_box import FoundWords, KeptWords, WordEdit
from bert_core.explanations import Ranked, WordMethod, WordScore
from bert_core.queries import Answer, Query
from bert_core.queries_predictions import FindRanked, Found, WordScores
from bert_core.trace import Trace

METHODS: tuple[WordMethod, ...] = ("left-to-right", "together", "pseudo-log-likelihood")
FOUND_ROWS = 8
MOST_WORDS = 50
"""So many own words are kept."""


class WordsPart(QObject):
    """The box, what it finds, and the list; all about one masked piece. The lists are placed by whoever owns it."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.session = session
        self._trace: Trace | None = None
        self._position: int | None = None
        self._words: tuple[str, ...] = ()
        self._method: WordMethod = METHODS[0]
        self._watching = Watching(session, self._take, self)
        self._found: Found | None = None
        self._typed: WordScore | None = None
        self._scores: tuple[WordScore, ...] = ()
        self.edit = WordEdit()
        self.found = FoundWords()
        self.kept = KeptWords(_ways())
        self.edit.typed.connect(self._text_typed)
        self.edit.kept.connect(self.keep)
        self.edit.gone_down.connect(self._go_down)
        self.found.picked.connect(self._found_picked)
        self.kept.picked.connect(self._kept_picked)
        self.kept.dropped.connect(self.drop)
        self.kept.way_chosen.connect(self._way_chosen)

    @property
    def words(self) -> tuple[str, ...]:
        """The own words, in the order in which they were typed."""
        return self._words

    @property
    def scores(self) -> tuple[WordScore, ...]:
        """What is known of them."""
        return self._scores

    def look_at(self, trace: Trace | None, position: int | None) -> None:
        """The piece that words are for; None: there is no masked piece."""
        self._trace, self._position = trace, position
        self.edit.setVisible(position is not None)
        if position is None:
            self.found.set_rows("", [])
            self.kept.set_rows("", [])

    def ask(self, seen: bool) -> None:
        """Watch what is needed."""
        wanted: dict[str, Query] = {}
        text = self.edit.text().strip()
        if seen and self._position is not None:
            if text:
                wanted["found"] = FindRanked(self._position, text, FOUND_ROWS)
                wanted["typed"] = WordScores(self._position, (text,), self._method)
            if self._words:
                wanted["kept"] = WordScores(self._position, self._words, self._method)
        self._watching.want(wanted)
        if not text:
            self._found = self._typed = None
            self.found.set_rows("", [])
        if not self._words:
            self._scores = ()
            self.kept.set_rows("", [])

    @Slot(object)
    def keep(self, word: str) -> None:
        """Put a word into the list; one that is there already comes to its end."""
        others = tuple(one for one in self._words if one != word)
        self._words = (*others, word)[-MOST_WORDS:]
        self.ask(True)

    @Slot(object)
    def drop(self, row: int) -> None:
        """Take a word out of the list."""
        if row < len(self._words):
            self._words = self._words[:row] + self._words[row + 1 :]
            self._scores = self._scores[:row] + self._scores[row + 1 :]
            self.ask(True)
            self._show_kept()

    def set_method(self, method: WordMethod) -> None:
        """Score words of several pieces so."""
        self._method = method
        self.kept.set_way(METHODS.index(method))
        self.ask(True)

    @Slot(object)
    def _way_chosen(self, number: int) -> None:
        self.set_method(METHODS[number])

    @Slot(object)
    def _text_typed(self, _: str) -> None:
        self.ask(True)

    @Slot()
    def _go_down(self) -> None:
        for bars in (self.found.bars, self.kept.bars):
            if bars.isVisible():
                bars.setFocus()
                return

    # Answers -----------------------------------------------------------------------------------------------------

    def _take(self, name: str, answer: Answer) -> None:
        value = answer.value
        if name == "found":
            self._found = value if isinstance(value, Found) else None
            self._show_found()
        elif name == "typed":
            self._typed = value[0] if isinstance(value, tuple) and value else None
            self._show_found()
        elif isinstance(value, tuple) and len(value) == len(self._words):
            self._scores = value
            self._show_kept()

    def _found_rows(self) -> list[WordScore | Ranked]:
        """The typed word first where it is no single piece, then the pieces that hold it."""
        typed = self._typed
        several = typed is not None and not typed.problem and len(typed.ids) > 1
        rows: list[WordScore | Ranked] = [typed] if several and typed is not None else []
        return rows + (list(self._found.pieces) if self._found is not None else [])

    def _show_found(self) -> None:
        text, found = self.edit.text().strip(), self._found
        if not text or found is None:
            return
        rows = self._found_rows()
        total, first = f"{found.total:,}", found.pieces[0] if found.pieces else None
        if first is not None and first.piece.casefold() == text.casefold():
            said = tr(
                "“{word}”: rank {rank} of {total}, {share}",
                word=isolated(text), rank=f"{first.rank:,}", total=total, share=fine_percent(first.probability),
            )  # fmt: skip
        elif found.count:
            said = tr(
                "{n} of {total} pieces hold “{word}”", n=f"{found.count:,}", total=total, word=isolated(text)
            )
        elif rows:
            said = tr("No single piece of {total} holds “{word}”", total=total, word=isolated(text))
        else:
            said = tr("No piece of {total} holds “{word}”, and it cannot be put together", total=total,
                      word=isolated(text))  # fmt: skip
        self.found.set_rows(said, [self._row(row) for row in rows])

    def _show_kept(self) -> None:
        if self._position is None or len(self._scores) != len(self._words):
            return
        several = any(len(score.ids) > 1 and not score.problem for score in self._scores)
        self.kept.set_rows(
            tr("Own words at piece {position}", position=self._position),
            [self._row(score) for score in self._scores],
            _ways()[METHODS.index(self._method)][1] if several else "",
        )

    def _row(self, one: WordScore | Ranked) -> BarRow:
        if isinstance(one, Ranked):
            about = tr("rank {rank}, id {id}; click to put it in", rank=f"{one.rank:,}", id=one.id)
            return BarRow(
                one.piece,
                one.probability,
                figure=fine_percent(one.probability),
                extra=f"#{one.rank:,}",
                detail=about,
            )
        if one.problem:
            return BarRow(one.word, 0.0, figure="–", detail=_problem(one))
        if one.rank is not None:
            about = tr("rank {rank}, id {id}; click to put it in", rank=f"{one.rank:,}", id=one.ids[0])
            return BarRow(
                one.word,
                one.probability,
                figure=fine_percent(one.probability),
                extra=f"#{one.rank:,}",
                detail=about,
            )
        return BarRow(
            one.word,
            one.probability,
            figure=fine_percent(one.probability),
            extra=tr("{n} pcs", n=len(one.ids)),
            detail=tr(
                "{n} pieces, {pieces}: ln p = {log:.2f}, {each} a piece on average; {how}. Click to write it there",
                n=len(one.ids),
                pieces=" ".join(isolated(piece) for piece in one.pieces),
                log=one.log_probability,
                each=fine_percent(one.per_piece),
                how=_ways()[METHODS.index(self._method)][0],
            ),
        )

    # Putting in --------------------------------------------------------------------------------------------------

    @Slot(object)
    def _found_picked(self, row: int) -> None:
        rows = self._found_rows()
        if row < len(rows):
            self._put_in(rows[row])

    @Slot(object)
    def _kept_picked(self, row: int) -> None:
        if row < len(self._scores):
            self._put_in(self._scores[row])

    def _put_in(self, one: WordScore | Ranked) -> None:
        """A single piece in the place of the mask; a longer word is written into the text there."""
        trace, position = self._trace, self._position
        if trace is None or position is None or not self.session.up_to_date:
            return
        if isinstance(one, Ranked):
            self.session.replace_piece(position, one.id)
        elif one.problem:
            self.session.notice_given.emit(_problem(one))
        elif len(one.ids) == 1:
            self.session.replace_piece(position, one.ids[0])
        else:
            self.session.set_texts(*_written(trace, position, one.word))

    # Numbers -----------------------------------------------------------------------------------------------------

    def table(self) -> Table:
        """The own words with all that is known of them."""
        header = (
            tr("word"), tr("pieces"), tr("probability"), tr("ln p"), tr("per piece"), tr("rank"), tr("method"),
            tr("problem"),
        )  # fmt: skip
        return header, [
            (
                score.word,
                " ".join(score.pieces),
                "" if score.problem else score.probability,
                "" if score.problem else score.log_probability,
                "" if score.problem else score.per_piece,
                "" if score.rank is None else score.rank,
                self._method,
                score.problem,
            )
            for score in self._scores
        ]

    def said(self) -> Mapping[str, str]:
        """What a picture of them carries."""
        return {
            "Title": tr("Own words"),
            "Position": "" if self._position is None else str(self._position),
            "Formula": f"product of p(piece | what stands around it); {self._method}",
        }


def _written(trace: Trace, position: int, word: str) -> tuple[str, str]:
    """Both texts, with a word's characters in the place of a piece's."""
    scene, token = trace.scene, trace.tokens[position]
    texts = [scene.text_a, scene.text_b or ""]
    text = texts[token.segment]
    texts[token.segment] = text[: token.start] + word + text[token.end :]
    return texts[0], texts[1]


def _ways() -> tuple[tuple[str, str], ...]:
    """The name of each method, and what it does."""
    return (
        (
            tr("left to right"),
            tr("Words of several pieces: as many masks, filled left to right; the product of the pieces' p."),
        ),
        (
            tr("all together"),
            tr("Words of several pieces: as many masks, read once, as if the pieces did not hang together."),
        ),
        (
            tr("each given the others"),
            tr(
                "Words of several pieces: each piece masked, its word's others in sight (pseudo-log-likelihood; "
                "too high where a few pieces give a word away)."
            ),
        ),
    )


def fine_percent(probability: float) -> str:
    """Two digits of it, however small: 12%, 0.018%, 3.1e−7%."""
    share = 100 * probability
    if share >= 1 or share == 0:
        return percent(probability)
    text = f"{share:.1e}" if share < 0.001 else f"{share:.{1 - math.floor(math.log10(share))}f}"
    return f"{text.replace('e-0', 'e−').replace('e-', 'e−')}%"


def _problem(score: WordScore) -> str:
    word = isolated(score.word)
    if score.problem == "unknown":
        return tr("“{word}” has characters that this vocabulary does not know", word=word)
    if score.problem == "too long":
        return tr("“{word}” makes the text longer than the model reads", word=word)
    return tr("“{word}” has no pieces", word=word)
