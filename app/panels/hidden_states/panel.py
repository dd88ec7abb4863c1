"""Hidden states as points, layer by layer: a map, the senses of a word, the nearest pieces of the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLayout,
    QStackedLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.panels.base import Panel
from app.panels.common_pictures import pictures_button
from app.panels.hidden_states.asking import Asking
from app.panels.hidden_states.controls import Controls
from app.panels.hidden_states.explanation import explanation
from app.panels.hidden_states.figures import Figures
from app.panels.hidden_states.nearest_pane import NearestPane
from app.panels.hidden_states.options import MapOptions
from app.panels.hidden_states.picked import Picked
from app.panels.hidden_states.senses_pane import SensesPane
from app.panels.hidden_states.sentences import Sentences, examples
from app.panels.hidden_states.sentences_dialog import SentencesDialog
from app.panels.hidden_states.shown import MapShown, Piece, legend, map_shown
from app.panels.hidden_states.words import incomparable_states, said_of
from app.reference import Reference
from app.selection import Hover, Selection
from app.session import Session
from app.translation import tr
from app.views.empty import EmptyState
from app.views.job_line import JobLine
from app.views.piece_map import PieceMap
from bert_core.info import ModelInfo
from bert_core.queries import Answer, Progress, Query
from bert_core.queries_states import Nearest, NearestPieces, Senses, StatesPlaces, WordSenses
from bert_core.trace import Token, Trace

Side = Literal["nearest", "senses"]

_BESIDE = 780  # pixels, as are all lengths here: from so wide there is room beside the map, which is
_SIDE_SHARE, _NARROW, _WIDE = 0.3, 290, 400  # this share of the width, within bounds


class HiddenStatesPanel(Panel):
    """Controls on the left, the map, and beside it nearest pieces or senses, by tabs.

    The map that is there stays until another one is known, so that typing does not make it flicker; nothing can be
    pointed at meanwhile.
    """

    name = "hidden-states"

    def __init__(self, session: Session) -> None:
        super().__init__(session, tr("Hidden states"), explanation())
        self._asking = Asking(session)
        self.picked = Picked(session)
        self.sentences = Sentences()
        self._shown: MapShown | None = None
        self._values: StatesPlaces | None = None
        self._side: Side = "nearest"
        self.controls = Controls()
        self.map = PieceMap()
        self.job = JobLine(tr("t-SNE"))
        self.nearest = NearestPane()
        self.senses = SensesPane()
        self.empty = EmptyState(tr("A map of hidden states appears here once a model has read a sentence."))
        self._build()
        self.figures = Figures(self)
        buttons = pictures_button(self.figures.all)
        buttons.setFixedSize(24, self.help_button.sizeHint().height())  # the header keeps its height
        self.header_row.insertWidget(self.header_row.count() - 1, buttons)
        self._connect()
        self.refresh(None)

    # What is drawn -----------------------------------------------------------------------------------------------

    @property
    def options(self) -> MapOptions:
        """How the map is made and drawn."""
        return self.controls.options

    @property
    def layer(self) -> int:
        """0 is the embeddings, l after layer l."""
        return self.controls.layer

    @property
    def drawn(self) -> Trace | None:
        """The newest trace or the reference, if it has any pieces."""
        reference, trace = self.session.reference, self.session.trace
        if reference is not None and reference.showing == "reference":
            trace = reference.trace
        return trace if trace is not None and trace.tokens else None

    @property
    def against(self) -> Trace | None:
        """What is drawn besides, hollow, where the difference is to be seen."""
        reference, trace = self.session.reference, self.session.trace
        if reference is None or trace is None or reference.showing != "difference":
            return None
        return None if incomparable_states(reference.trace, trace) else reference.trace

    @property
    def _is_of_model(self) -> bool:
        """Whether what is drawn is of the model in force."""
        return self.drawn is not None and self.drawn.scene.model_id == self.session.scene.model_id

    @property
    def word(self) -> str:
        """What is ringed in all sentences: what is typed, or else the chosen piece."""
        typed = self.controls.word.text().strip()
        if typed:
            return typed
        for sentence, position in self.picked.chosen(self.session.selection)[:1]:
            tokens = self._tokens(sentence)
            if position < len(tokens) and not tokens[position].special:
                return tokens[position].text
        return ""

    def _tokens(self, sentence: int) -> tuple[Token, ...]:
        if sentence == 0:
            return () if self.drawn is None else self.drawn.tokens
        others = () if self._values is None else self._values.others
        return others[sentence - 1] if sentence <= len(others) else ()

    @property
    def subject(self) -> Piece | None:
        """Whose nearest pieces are listed: the chosen piece, or the first masked, or else the first ordinary one."""
        trace = self.drawn
        if trace is None:
            return None
        for sentence, position in self.picked.chosen(self.session.selection):
            if position < len(self._tokens(sentence)):
                return sentence, position
        ordinary = [n for n, token in enumerate(trace.tokens) if not token.special]
        return 0, next(iter((*trace.masked, *ordinary, 0)))

    def refresh(self, trace: Trace | None) -> None:
        """Show this trace; its map follows as an answer."""
        drawn = self.drawn
        self._stack.setCurrentIndex(0 if drawn is None else 1)
        self._shown = None  # of other pieces
        if drawn is None:
            self._values = None
            self.map.set_points(None)
        else:
            self.controls.offer_layers(len(drawn.hidden_states) - 1)
        self._ask(anew=True)
        self.figures.refresh()

    # Questions ---------------------------------------------------------------------------------------------------

    def watch_queries(self) -> None:
        self._ask(anew=True)

    def stop_watching(self) -> None:
        self._ask()

    def _wanted(self) -> Mapping[str, Query]:
        trace, subject = self.drawn, self.subject
        if trace is None or subject is None or not self.isVisible():
            return {}
        sentences = self.sentences.all if self._is_of_model else ()
        against = self.against
        wanted: dict[str, Query] = {
            "map": self.options.query(sentences, None if against is None else against.scene)
        }
        if self._side == "nearest" and self._is_of_model and self.side.isVisibleTo(self):
            number, position = subject
            sentence = self.sentences.all[number - 1] if number else None
            wanted["nearest"] = NearestPieces(
                position, min(self.layer, len(trace.hidden_states) - 1), sentence
            )
        if self._side == "senses" and self.word and self.side.isVisibleTo(self):
            wanted["senses"] = WordSenses(self.word, sentences)
        return wanted

    def _ask(self, *, anew: bool = False) -> None:
        wanted = self._wanted()
        for name, answer in self._asking.want(self.drawn, wanted, anew=anew).items():
            self._take(name, answer)
        if self._side == "nearest" and self.drawn is not None and not self._is_of_model:
            self.nearest.say(tr("The nearest pieces of a model that is not in force are not known."))
        if "senses" not in wanted:
            self.senses.say(tr("Type a word, or pin a piece, to compare its occurrences."))

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        for name in self._asking.names_of(answer):
            self._take(name, answer)

    def _take(self, name: str, answer: Answer) -> None:
        value = answer.value if answer.progress is None else answer.progress.value
        if name == "map":
            self._take_map(value, answer.progress, answer.failure)
        elif name == "nearest":
            self._take_nearest(value, answer.failure)
        elif isinstance(value, Senses):
            self.senses.show_senses(value, self._read_sentences(), self._tokens(0), self.word, self.layer)
        elif answer.failure:
            self.senses.say(answer.failure)
        self.figures.refresh()

    def _take_map(self, value: object, progress: Progress | None, failure: str) -> None:
        trace = self.drawn
        if progress is not None:
            done = tr("{done} of {all} layers", done=progress.done, all=progress.total or 0)
            self.job.show_progress(done, progress.done / max(1, progress.total or 1))
        else:
            self.job.clear()
        if isinstance(value, StatesPlaces) and trace is not None:
            self._values = value
            self._show_map()
        elif failure:
            self._values = self._shown = None
            self.map.set_empty_text(failure)
            self.map.set_points(None)
            self.controls.legend.set_entries(())
            self.controls.say("")

    def _show_map(self) -> None:
        value, trace = self._values, self.drawn
        if value is None or trace is None:
            return
        sentences = self._read_sentences()
        shown = map_shown(value, trace, self.against, sentences, self.options.method)
        self._shown = shown
        self.map.set_points(shown.points)
        self.map.set_layer(self.layer)
        self.controls.legend.set_entries(legend(shown, sentences))
        self._ring()
        self._say()
        self._mark()

    def _ring(self) -> None:
        """The pieces of the word, in all sentences."""
        if self._shown is not None:
            typed = bool(self.controls.word.text().strip())
            self.map.set_word(self._shown.of_word(self.word), leading=typed)

    def _read_sentences(self) -> Sentences:
        return self.sentences if self._is_of_model else Sentences()

    def _take_nearest(self, value: object, failure: str) -> None:
        subject = self.subject
        if isinstance(value, Nearest) and subject is not None:
            tokens = self._tokens(subject[0])
            piece = tokens[subject[1]].text if subject[1] < len(tokens) else ""
            self.nearest.show_nearest(value, piece, self.layer, self.controls.slider.maximum())
        elif failure:
            self.nearest.say(failure)

    def _say(self) -> None:
        value, trace = self._values, self.drawn
        if value is not None and trace is not None:
            reference = self.session.reference
            why = ""
            if reference is not None and reference.showing == "difference" and self.session.trace is not None:
                why = incomparable_states(reference.trace, self.session.trace)
            changed = bool(trace.scene.interventions.moved({})) and bool(value.others)
            self.controls.say(said_of(value, self.map.layer, self.options, changed=changed, why=why))

    # What a person does ------------------------------------------------------------------------------------------

    @Slot(object)
    def set_layer(self, layer: int) -> None:
        """Show the hidden states after this layer; 0 is the embeddings."""
        if layer != self.controls.layer:
            self.controls.set_layer(layer)  # and comes back
            return
        self.map.set_layer(layer)
        self.senses.set_layer(layer)
        self._say()
        self._mark()
        self._ask()

    def next_layer(self) -> None:
        """One layer on."""
        self.controls.set_layer(self.layer + 1)

    def previous_layer(self) -> None:
        """One layer back."""
        self.controls.set_layer(self.layer - 1)

    @Slot(object)
    def set_options(self, options: MapOptions) -> None:
        """How the map is made and drawn from now on."""
        self.controls.set_options(options)
        self.map.set_trails(options.trails)
        self.map.set_one_scale(options.one_scale)
        self.map.set_stretched(options.stretched)
        if options.method == "pca":
            self.job.clear()
        self._say()
        self._ask()

    @Slot()
    def use_pca(self) -> None:
        """The quick map."""
        self.set_options(replace(self.options, method="pca"))

    @Slot(object, object)
    def set_sentences(self, sentences: Sentences, word: str = "") -> None:
        """Read these beside the text, and look for a word, unless that is empty."""
        self.sentences = sentences
        self.picked.other = self.picked.passing = None
        self._shown = None
        self.controls.set_sentences(len(sentences.all))
        if word:
            self.controls.word.setText(word)
        if sentences.all and self.word:
            self.set_side("senses")
        self._ask(anew=True)

    @Slot()
    def ask_for_sentences(self) -> None:
        """Open the list of sentences."""
        dialog = SentencesDialog(self.sentences, examples(self.session.model), self)
        dialog.chosen.connect(self.set_sentences)
        dialog.open()

    def set_side(self, side: Side) -> None:
        """What stands beside the map."""
        self._side = side
        self._sides.setCurrentWidget(self.nearest if side == "nearest" else self.senses)
        self.tabs[side].setChecked(True)
        self._ask(anew=True)

    @Slot(object)
    def _tab_clicked(self, button: QToolButton) -> None:
        self.set_side(next(side for side, other in self.tabs.items() if other is button))

    @Slot(object)
    def _word_changed(self, _: object) -> None:
        self._another_word()

    def _another_word(self) -> None:
        self._ring()
        self._ask()

    @Slot(object)
    def _hovered(self, number: int | None) -> None:
        if self._shown is not None:
            self.picked.hover(None if number is None else self._shown.pieces[number])
            self._mark()

    @Slot(object)
    def _clicked(self, number: int) -> None:
        if self._shown is not None:
            before = self.picked.other
            self.picked.toggle(self._shown.pieces[number])
            if self.picked.other != before:
                self._another_word()
                self._mark()

    def event(self, event: QEvent) -> bool:
        """Esc lets go of a piece of another sentence first."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self.picked.other is not None
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.picked.other is not None:
            self.picked.other = None
            self._another_word()
            self._mark()
        else:
            super().keyPressEvent(event)

    # What the session says ---------------------------------------------------------------------------------------

    @Slot(object)
    def _selected(self, _: Selection) -> None:
        if self.isVisible():
            self._another_word()
            self._mark()

    @Slot(object)
    def _mark(self, _: Hover | None = None) -> None:
        shown = self._shown
        if shown is None or not self.isVisible():
            return

        def numbers(pieces: list[Piece]) -> tuple[int, ...]:
            return tuple(n for n in map(shown.number_of, pieces) if n is not None)

        self.map.set_pinned(numbers(self.picked.chosen(self.session.selection)))
        self.map.set_hovered(numbers(self.picked.hovered()))

    @Slot(object)
    def _refer(self, _: Reference | None) -> None:
        if self.isVisible():
            self.refresh(self.session.trace)
        else:
            self._stale = True

    @Slot(object)
    def _model_changed(self, model: ModelInfo | None) -> None:
        """Before its first trace comes: nobody is to be asked for a layer that it does not have."""
        self.picked.other = self.picked.passing = None
        self._values = self._shown = None
        if model is not None:
            self.controls.offer_layers(model.config.num_hidden_layers)
        self._asking.want(None, {})

    # Layout ------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What is beside the map needs room."""
        super().resizeEvent(event)
        width = max(_NARROW, min(_WIDE, round(_SIDE_SHARE * self.width())))
        if width != self.side.width():
            self.side.setFixedWidth(width)
            self.nearest.set_width(width)
            self.senses.set_width(width)
        beside = self.width() >= _BESIDE
        if beside == self.side.isHidden():
            self.side.setVisible(beside)
            self._ask(anew=True)

    def minimumSizeHint(self) -> QSize:
        """Controls and a small map."""
        return QSize(self.controls.width() + 200, 150)

    def _build(self) -> None:
        self.side = QWidget()
        self._sides = QStackedWidget()
        self._sides.addWidget(self.nearest)
        self._sides.addWidget(self.senses)
        self.tabs: dict[Side, QToolButton] = {}
        group = QButtonGroup(self)
        group.buttonClicked.connect(self._tab_clicked)
        bar = QHBoxLayout()
        bar.setSpacing(2)
        texts: dict[Side, tuple[str, str]] = {
            "nearest": (
                tr("Nearest pieces"),
                tr("The pieces of the vocabulary that are nearest to the chosen piece"),
            ),
            "senses": (tr("Senses"), tr("How alike the occurrences of a word are, layer by layer")),
        }
        for side, (text, tip) in texts.items():
            button = QToolButton()
            button.setText(text)
            button.setToolTip(tip)
            button.setCheckable(True)
            button.setProperty("kind", "header-tab")
            group.addButton(button)
            self.tabs[side] = button
            bar.addWidget(button)
        bar.addStretch(1)
        self.tabs["nearest"].setChecked(True)
        column = QVBoxLayout(self.side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(bar)
        column.addWidget(self._sides, 1)
        middle = QVBoxLayout()
        middle.setSpacing(4)
        middle.addWidget(self.job)
        middle.addWidget(self.map, 1)
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addWidget(self.controls)
        row.addLayout(middle, 1)
        row.addWidget(self.side)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)
        self.body.addLayout(self._stack, 1)
        self.body.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # what is beside the map may go
        self.body.setContentsMargins(12, 2, 12, 6)

    def _connect(self) -> None:
        self.controls.layer_chosen.connect(self.set_layer)
        self.controls.options_changed.connect(self.set_options)
        self.controls.word_changed.connect(self._word_changed)
        self.controls.sentences_wanted.connect(self.ask_for_sentences)
        self.map.piece_hovered.connect(self._hovered)
        self.map.piece_clicked.connect(self._clicked)
        self.senses.layer_clicked.connect(self.set_layer)
        self.job.cancelled.connect(self.use_pca)
        session = self.session
        session.answer_changed.connect(self._answered)
        session.selection_changed.connect(self._selected)
        session.hover_changed.connect(self._mark)
        session.reference_changed.connect(self._refer)
        session.model_changed.connect(self._model_changed)
