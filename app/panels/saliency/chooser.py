"""Which prediction is explained: a list of masks and the next sentence, one of words, and one of units."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.panels.saliency.target import BEST, Aim, has_next, has_words, id_of
from app.panels.saliency.wishes import Wishes
from app.session import Session
from app.translation import tr
from app.views.amounts import share
from app.views.choice import Choice
from app.views.piece_text import isolated
from bert_core.explanations import CandidateTarget, Scale
from bert_core.trace import Trace

_WORD_SCALES: tuple[Scale, ...] = ("logit", "log-probability", "probability")
_NEXT_SCALES: tuple[Scale, ...] = ("probability", "log-probability", "logit")


class TargetChooser(QWidget):
    """Shows what is meant in a trace, and writes what a person chooses into the wishes."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._wishes = Wishes.of(session)
        self._trace: Trace | None = None
        self._aim = Aim()
        self._places: tuple[int, ...] = ()
        self._ids: tuple[int, ...] = ()
        self.of = Choice(tr("Prediction"), tr("Which prediction is explained"), letters=11)
        self.word = Choice(
            tr("Word"),
            tr("Which word is explained there: choose one, or type one and press Enter"),
            letters=9,
        )
        self.word.setEditable(True)
        self.word.setInsertPolicy(Choice.InsertPolicy.NoInsert)
        self.word.setCompleter(None)  # type: ignore[arg-type]
        self.scale = Choice(
            tr("Unit"),
            tr(
                "In which unit: gradients of a probability vanish where it is nearly 0 or 1, those of a logit do not"
            ),
            letters=5,
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for choice in (self.of, self.word, self.scale):
            row.addWidget(choice)
        self.of.chosen.connect(self._of_chosen)
        self.word.chosen.connect(self._word_chosen)
        line = self.word.lineEdit()
        assert line is not None
        line.setAccessibleName(self.word.accessibleName())
        line.returnPressed.connect(self._typed)
        self.scale.chosen.connect(self._scale_chosen)
        session.model_changed.connect(self._model_changed)

    def show_aim(self, trace: Trace, aim: Aim) -> None:
        """Offer what this trace has."""
        self._trace, self._aim = trace, aim
        self._places = trace.masked if has_words(trace) else ()
        names = [tr("{piece}, piece {n}", piece=trace.tokens[p].text, n=p) for p in self._places]
        self.of.set_names([*names, *([tr("Next sentence")] if has_next(trace) else [])])
        target = aim.target
        self.setEnabled(target is not None)
        word = isinstance(target, CandidateTarget)
        self.word.setVisible(word)
        if isinstance(target, CandidateTarget):
            self.of.setCurrentIndex(self._places.index(target.position))
            best = trace.candidates(target.position, BEST).candidates
            self._ids = tuple(id_ for _, id_, _ in best)
            self.word.set_names([f"{isolated(piece)}  {share(p)}" for piece, _, p in best])
            self.word.setCurrentIndex(
                self._ids.index(target.token_id) if target.token_id in self._ids else -1
            )
            self.word.setEditText(aim.piece)
        elif target is not None:
            self.of.setCurrentIndex(len(names))
        self._show_scale()

    def _scales(self) -> tuple[Scale, ...]:
        return _WORD_SCALES if isinstance(self._aim.target, CandidateTarget) else _NEXT_SCALES

    def _show_scale(self) -> None:
        word = isinstance(self._aim.target, CandidateTarget)
        named = {
            "logit": tr("logit") if word else tr("log-odds"),
            "log-probability": "ln p",
            "probability": "p",
        }
        self.scale.set_names([named[scale] for scale in self._scales()])
        if self._aim.target is not None:
            self.scale.setCurrentIndex(self._scales().index(self._aim.target.scale))

    # What a person does

    @Slot(object)
    def _of_chosen(self, index: int) -> None:
        now = self._wishes.now
        if index < len(self._places):
            self._wishes.set(replace(now, next=False, position=self._places[index], token_id=None))
        else:
            self._wishes.set(replace(now, next=True))

    @Slot(object)
    def _word_chosen(self, index: int) -> None:
        if 0 <= index < len(self._ids):
            self.take(self._ids[index])

    def take(self, token_id: int | None) -> None:
        """Explain this candidate; None: the best one, whichever that is."""
        target = self._aim.target
        position = target.position if isinstance(target, CandidateTarget) else None
        self._wishes.set(replace(self._wishes.now, next=False, position=position, token_id=token_id))
        if self._trace is not None:
            self.word.setEditText(self._aim.piece)

    @Slot()
    def _typed(self) -> None:
        """A word that was typed; empty means the best candidate again."""
        trace, typed = self._trace, self.word.currentText().strip()
        if trace is None or typed == self._aim.piece:
            return
        listed = [self.word.itemText(index) for index in range(self.word.count())]
        if not typed:
            self.take(None)
        elif typed in listed:
            self.take(self._ids[listed.index(typed)])
        elif (found := id_of(trace, typed)) is not None:
            self.take(found)
        else:
            self._session.notice_given.emit(
                tr("‘{word}’ is not one piece of this vocabulary", word=isolated(typed))
            )
            self.word.setEditText(self._aim.piece)

    @Slot(object)
    def _scale_chosen(self, index: int) -> None:
        scale = self._scales()[index]
        if isinstance(self._aim.target, CandidateTarget):
            self._wishes.set(replace(self._wishes.now, word_scale=scale))
        else:
            self._wishes.set(replace(self._wishes.now, next_scale=scale))

    @Slot(object)
    def _model_changed(self, _: object) -> None:
        self._wishes.forget_pieces()
