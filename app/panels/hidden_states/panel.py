"""Hidden states as points, layer by layer: a map, the senses of a word, the nearest pieces of the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QStackedLayout, QWidget

from app.panels.base import Panel
from app.panels.common_watching import Watching
from app.panels.hidden_states.controls import Controls
from app.panels.hidden_states.explanation import explanation
from app.panels.hidden_states.figures import Figures
from app.panels.hidden_states.map_part import MapPart
from app.panels.hidden_states.options import MapOptions
from app.panels.hidden_states.picked import Picked
from app.panels.hidden_states.sentences import Sentences, examples
from app.panels.hidden_states.sentences_dialog import SentencesDialog
from app.panels.hidden_states.shown import Piece
from app.panels.hidden_states.side import Side, StatesSide
from app.panels.hidden_states.words import incomparable_states, said_of
from app.reference import Reference, compared, drawn, why_not_compared
from app.selection import Hover, Selection
from app.session import Session
from app.translation import tr
from app.views.empty import EmptyState
from bert_core.info import ModelInfo
from bert_core.queries import Answer, Query
from bert_core.queries_states import Nearest, NearestPieces, Senses, StatesPlaces, WordSenses
from bert_core.trace import Token, Trace

_BESIDE = 780  # pixels: from so wide there is room beside the map


class HiddenStatesPanel(Panel):
    """Controls on the left, the map, and beside it nearest pieces or senses, by tabs.

    The map that is there stays until another one is known, so that typing does not make it flicker; nothing can be
    pointed at meanwhile.
    """

    name = "hidden-states"

    def __init__(self, session: Session) -> None:
        super().__init__(session, tr("Hidden states"), explanation())
        self._watching = Watching(session, self._take, self)
        self.picked = Picked(session)
        self.sentences = Sentences()
        self.controls = Controls()
        self.map_part = MapPart()
        self.side = StatesSide()
        self.empty = EmptyState(tr("A map of hidden states appears here once a model has read a sentence."))
        self._build()
        self.figures = Figures(self)
        self.offer_pictures(self.figures.all)
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
        return drawn(self.session.reference, self.session.trace)

    @property
    def against(self) -> Trace | None:
        """What is drawn besides, hollow, where the difference is to be seen."""
        return compared(self.session.reference, self.session.trace, incomparable_states)

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
        others = self.map_part.others
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
        shown = self.drawn
        self._stack.setCurrentIndex(0 if shown is None else 1)
        self.map_part.wait()
        if shown is None:
            self.map_part.clear()
        else:
            self.controls.offer_layers(len(shown.hidden_states) - 1)
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
        if self.side.current == "nearest" and self._is_of_model and self.side.isVisibleTo(self):
            number, position = subject
            sentence = self.sentences.all[number - 1] if number else None
            wanted["nearest"] = NearestPieces(
                position, min(self.layer, len(trace.hidden_states) - 1), sentence
            )
        if self.side.current == "senses" and self.word and self.side.isVisibleTo(self):
            wanted["senses"] = WordSenses(self.word, sentences)
        return wanted

    def _ask(self, *, anew: bool = False) -> None:
        wanted = self._wanted()
        self._watching.want(wanted, self.drawn, anew=anew)
        if self.side.current == "nearest" and self.drawn is not None and not self._is_of_model:
            self.side.nearest.say(tr("The nearest pieces of a model that is not in force are not known."))
        if "senses" not in wanted:
            self.side.senses.say(tr("Type a word, or pin a piece, to compare its occurrences."))

    def _take(self, name: str, answer: Answer) -> None:
        value = answer.value if answer.progress is None else answer.progress.value
        if name == "map":
            self.map_part.show_progress(answer.progress)
            if isinstance(value, StatesPlaces):
                self._show_map(value)
            elif answer.failure:
                self.map_part.show_nothing(answer.failure)
                self.controls.legend.set_entries(())
                self.controls.say("")
        elif name == "nearest":
            self._take_nearest(value, answer.failure)
        elif isinstance(value, Senses):
            sentences = self._read_sentences()
            self.side.senses.show_senses(value, sentences, self._tokens(0), self.word, self.layer)
        elif answer.failure:
            self.side.senses.say(answer.failure)
        self.figures.refresh()

    def _show_map(self, places: StatesPlaces) -> None:
        trace = self.drawn
        if trace is None:
            return
        marks = self.map_part.show_places(places, trace, self.against, self._read_sentences(), self.options)
        self.map_part.map.set_layer(self.layer)
        self.controls.legend.set_entries(marks)
        self._ring()
        self._say()
        self._mark()

    def _ring(self) -> None:
        """The pieces of the word, in all sentences."""
        self.map_part.ring(self.word, leading=bool(self.controls.word.text().strip()))

    def _read_sentences(self) -> Sentences:
        return self.sentences if self._is_of_model else Sentences()

    def _take_nearest(self, value: object, failure: str) -> None:
        subject = self.subject
        if isinstance(value, Nearest) and subject is not None:
            tokens = self._tokens(subject[0])
            piece = tokens[subject[1]].text if subject[1] < len(tokens) else ""
            self.side.nearest.show_nearest(value, piece, self.layer, self.controls.slider.maximum())
        elif failure:
            self.side.nearest.say(failure)

    def _say(self) -> None:
        places, trace = self.map_part.places, self.drawn
        if places is not None and trace is not None:
            why = why_not_compared(self.session.reference, self.session.trace, incomparable_states)
            changed = bool(trace.scene.interventions.moved({})) and bool(places.others)
            self.controls.say(
                said_of(places, self.map_part.map.layer, self.options, changed=changed, why=why)
            )

    # What a person does ------------------------------------------------------------------------------------------

    @Slot(object)
    def set_layer(self, layer: int) -> None:
        """Show the hidden states after this layer; 0 is the embeddings."""
        if layer != self.controls.layer:
            self.controls.set_layer(layer)  # and comes back
            return
        self.map_part.map.set_layer(layer)
        self.side.senses.set_layer(layer)
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
        self.map_part.set_options(options)
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
        self.map_part.wait()
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

    @Slot(object)
    def set_side(self, side: Side) -> None:
        """What stands beside the map."""
        self.side.set_current(side)
        self._ask(anew=True)

    @Slot(object)
    def _word_changed(self, _: object) -> None:
        self._another_word()

    def _another_word(self) -> None:
        self._ring()
        self._ask()

    @Slot(object)
    def _hovered(self, piece: Piece | None) -> None:
        self.picked.hover(piece)
        self._mark()

    @Slot(object)
    def _clicked(self, piece: Piece) -> None:
        before = self.picked.other
        self.picked.toggle(piece)
        if self.picked.other != before:
            self._another_word()
            self._mark()

    def let_go(self) -> bool:
        """Of a piece of another sentence first."""
        if self.picked.other is None:
            return super().let_go()
        self.picked.other = None
        self._another_word()
        self._mark()
        return True

    def event(self, event: QEvent) -> bool:
        """Esc is the panel's own while a piece of another sentence is chosen."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self.picked.other is not None
        ):
            event.accept()
            return True
        return super().event(event)

    # What the session says ---------------------------------------------------------------------------------------

    @Slot(object)
    def _selected(self, _: Selection) -> None:
        if self.isVisible():
            self._another_word()
            self._mark()

    @Slot(object)
    def _mark(self, _: Hover | None = None) -> None:
        if self.isVisible():
            self.map_part.mark(self.picked.chosen(self.session.selection), self.picked.hovered())

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
        self.map_part.forget()
        if model is not None:
            self.controls.offer_layers(model.config.num_hidden_layers)
        self._watching.want({})

    # Layout ------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What is beside the map needs room."""
        super().resizeEvent(event)
        self.side.fit(self.width())
        beside = self.width() >= _BESIDE
        if beside == self.side.isHidden():
            self.side.setVisible(beside)
            self._ask(anew=True)

    def minimumSizeHint(self) -> QSize:
        """Controls and a small map."""
        return QSize(self.controls.width() + 200, 150)

    def _build(self) -> None:
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addWidget(self.controls)
        row.addWidget(self.map_part, 1)
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
        self.map_part.piece_hovered.connect(self._hovered)
        self.map_part.piece_clicked.connect(self._clicked)
        self.map_part.job.cancelled.connect(self.use_pca)
        self.side.chosen.connect(self.set_side)
        self.side.senses.layer_clicked.connect(self.set_layer)
        session = self.session
        session.selection_changed.connect(self._selected)
        session.hover_changed.connect(self._mark)
        session.reference_changed.connect(self._refer)
        session.model_changed.connect(self._model_changed)
