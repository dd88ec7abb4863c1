"""Which prediction is explained: a list of the task, masks and the next sentence, of words or classes, and of units."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.panels.saliency.target import BEST, Aim, has_next, has_task, has_words, id_of, texts_of
from app.panels.saliency.wishes import Wishes
from app.session import Session
from app.translation import tr
from app.views.amounts import share
from app.views.choice import Choice
from app.views.piece_text import isolated
from bert_core.explanations import (
    CandidateTarget,
    ClassTarget,
    NextTarget,
    Scale,
    ScoreTarget,
    TagTarget,
)
from bert_core.finetuning.task_info import TaskInfo
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
        self._task: TaskInfo | None = None  # where there is something to be explained of it
        self._places: tuple[int, ...] = ()
        self._labels: tuple[str, ...] = ()
        self._tagged: tuple[int, ...] = ()  # pieces that have a tag
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
        self.piece = Choice(tr("Piece"), tr("Whose tag is explained"), letters=8)
        self.label = Choice(tr("Class or tag"), tr("Which class or tag is explained"), letters=12)
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
        for choice in (self.of, self.word, self.piece, self.label, self.scale):
            row.addWidget(choice)
        self.of.chosen.connect(self._of_chosen)
        self.word.chosen.connect(self._word_chosen)
        self.piece.chosen.connect(self._piece_chosen)
        self.label.chosen.connect(self._label_chosen)
        line = self.word.lineEdit()
        assert line is not None
        line.setAccessibleName(self.word.accessibleName())
        line.returnPressed.connect(self._typed)
        self.scale.chosen.connect(self._scale_chosen)
        session.model_changed.connect(self._model_changed)

    def show_aim(self, trace: Trace, aim: Aim) -> None:
        """Offer what this trace has."""
        self._trace, self._aim = trace, aim
        model = self._session.model
        task = None if model is None else model.task
        self._task = task if has_task(trace, task) else None
        self._places = trace.masked if has_words(trace) else ()
        names = [] if self._task is None else [_task_name(self._task)]
        names += [tr("{piece}, piece {n}", piece=trace.tokens[p].text, n=p) for p in self._places]
        self.of.set_names([*names, *([tr("Next sentence")] if has_next(trace) else [])])
        target = aim.target
        self.setEnabled(target is not None)
        self.word.setVisible(isinstance(target, CandidateTarget))
        self.piece.setVisible(isinstance(target, TagTarget))
        self.label.setVisible(isinstance(target, ClassTarget | TagTarget))
        if isinstance(target, CandidateTarget):
            self.of.setCurrentIndex(self._places.index(target.position) + (self._task is not None))
            best = trace.candidates(target.position, BEST).candidates
            self._ids = tuple(id_ for _, id_, _ in best)
            self.word.set_names([f"{isolated(piece)}  {share(p)}" for piece, _, p in best])
            self.word.setCurrentIndex(
                self._ids.index(target.token_id) if target.token_id in self._ids else -1
            )
            self.word.setEditText(aim.piece)
        elif isinstance(target, NextTarget):
            self.of.setCurrentIndex(len(names))
        elif target is not None:
            self.of.setCurrentIndex(0)
            self._show_task(trace, aim)
        self._show_scale()

    def _show_task(self, trace: Trace, aim: Aim) -> None:
        """Which class, or whose tag: what the model predicts stands first."""
        target, labels = aim.target, () if aim.task is None else aim.task.labels
        if isinstance(target, ClassTarget | TagTarget):
            if (
                aim.label or self._labels != labels
            ):  # what was predicted before stays till the model has said it anew
                found = isolated(aim.label) if aim.label and target.label is None else ""
                self._labels = labels
                first = tr("predicted: {label}", label=found) if found else tr("the predicted one")
                self.label.set_names([first, *map(isolated, labels)])
            self.label.setCurrentIndex(0 if target.label is None else target.label + 1)
        if isinstance(target, TagTarget):
            seen: set[int] = set()
            self._tagged = tuple(
                place
                for place, token in enumerate(trace.tokens)
                if not token.special and not (token.word in seen or seen.add(token.word))  # type: ignore[func-returns-value]
            )
            names = [f"{place} {isolated(trace.tokens[place].text)}" for place in self._tagged]
            self.piece.set_names([tr("first tagged"), *names])
            known = target.position in self._tagged
            self.piece.setCurrentIndex(self._tagged.index(target.position or 0) + 1 if known else 0)

    def _scales(self) -> tuple[Scale, ...]:
        target = self._aim.target
        if isinstance(target, ScoreTarget):
            return ("logit",)
        return _NEXT_SCALES if target is None or isinstance(target, NextTarget) else _WORD_SCALES

    def _show_scale(self) -> None:
        target = self._aim.target
        next_ = target is None or isinstance(target, NextTarget)
        number = isinstance(target, ScoreTarget)
        named = {
            "logit": tr("log-odds") if next_ else tr("number") if number else tr("logit"),
            "log-probability": "ln p",
            "probability": "p",
        }
        self.scale.set_names([named[scale] for scale in self._scales()])
        if self._aim.target is not None:
            self.scale.setCurrentIndex(self._scales().index(self._aim.target.scale))

    # What a person does

    @Slot(object)
    def _of_chosen(self, index: int) -> None:
        now, first = self._wishes.now, int(self._task is not None)
        if index < first:
            self._wishes.set(replace(now, next=None))
        elif index - first < len(self._places):
            position = self._places[index - first]
            self._wishes.set(replace(now, next=False, position=position, token_id=None))
        else:
            self._wishes.set(replace(now, next=True))

    @Slot(object)
    def _word_chosen(self, index: int) -> None:
        if 0 <= index < len(self._ids):
            self.take(self._ids[index])

    @Slot(object)
    def _piece_chosen(self, index: int) -> None:
        place = self._tagged[index - 1] if index else None
        texts = None if self._trace is None else texts_of(self._trace)
        self._wishes.set(replace(self._wishes.now, tagged=place, span=None, chosen_in=texts))

    @Slot(object)
    def _label_chosen(self, index: int) -> None:
        self._wishes.set(replace(self._wishes.now, label=index - 1 if index else None))

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
        scale, target, now = self._scales()[index], self._aim.target, self._wishes.now
        if isinstance(target, CandidateTarget):
            self._wishes.set(replace(now, word_scale=scale))
        elif isinstance(target, NextTarget):
            self._wishes.set(replace(now, next_scale=scale))
        elif not isinstance(target, ScoreTarget):
            self._wishes.set(replace(now, task_scale=scale))

    @Slot(object)
    def _model_changed(self, _: object) -> None:
        self._wishes.forget_pieces()


def _task_name(task: TaskInfo) -> str:
    """What the model says, in a word."""
    return {
        "single-sentence": tr("Class"),
        "sentence-pair": tr("Class of the pair"),
        "regression": tr("Number"),
        "tagging": tr("Tag"),
        "question-answering": tr("Answer"),
        "multiple-choice": tr("Score of B"),
    }[task.task]
