"""The one mutable state of the application, and the signals that say it changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.files import Files
from app.history import History
from app.known_answers import KnownAnswers
from app.probes import Probes
from app.reference import Reference, Showing
from app.runs import Runs
from app.selection import Hover, Selection
from app.translation import tr
from app.tuning import Tuning
from app.values import Catalogue, LoadedModel, Loading, ModelChoice, Pieces, Problem
from bert_core.following import follow_pieces
from bert_core.info import ModelInfo
from bert_core.interventions import Interventions
from bert_core.queries import Answer, Query
from bert_core.scene import Scene
from bert_core.trace import Trace

RECENT = 8
"""How many models the list of recent ones keeps."""


class Session(QObject):
    """Scene, trace, selection, model; panels listen to it and call it, services fill it.

    Signals carry frozen values. `scene_changed` asks for an analysis, `trace_changed` brings one.
    """

    scene_changed = Signal(object)  # Scene
    trace_changed = Signal(object)  # Trace | None
    selection_changed = Signal(object)  # Selection
    hover_changed = Signal(object)  # Hover
    model_changed = Signal(object)  # ModelInfo | None
    load_requested = Signal(object)  # ModelChoice
    loading_changed = Signal(object)  # Loading | None
    problem_changed = Signal(object)  # Problem | None
    notice_given = Signal(object)  # str: one passing sentence
    watched_changed = Signal(object)  # frozenset[Query]
    answer_changed = Signal(object)  # Answer
    reference_changed = Signal(object)  # Reference | None
    history_changed = Signal()
    catalogue_changed = Signal(object)  # Catalogue

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runs = Runs(self)
        self.files = Files(self)
        self.probes = Probes(self)
        self.tuning = Tuning(self)
        self._scene = Scene("", "")
        self._trace: Trace | None = None
        self._reference: Reference | None = None
        self._selection = Selection()
        self._hover = Hover()
        self._model: ModelInfo | None = None
        self._choice: ModelChoice | None = None
        self._origin: str | None = None  # the model whose ids the replaced pieces are
        self._catalogue = Catalogue()
        self._loading: Loading | None = None
        self._problem: Problem | None = None
        self._lasting = False
        self._pieces: Pieces | None = None
        self._watchers: dict[object, Query] = {}
        self._told: frozenset[Query] = frozenset()
        self._answers = KnownAnswers()
        self._history = History(self._scene)

    # What is there -----------------------------------------------------------------------------------------------

    @property
    def scene(self) -> Scene:
        """What is looked at."""
        return self._scene

    @property
    def trace(self) -> Trace | None:
        """The newest analysis; it may be of an older scene while a newer one is under way."""
        return self._trace

    @property
    def selection(self) -> Selection:
        """What is pinned."""
        return self._selection

    @property
    def hover(self) -> Hover:
        """What the pointer passes over."""
        return self._hover

    @property
    def model(self) -> ModelInfo | None:
        """The model in force."""
        return self._model

    @property
    def loading(self) -> Loading | None:
        """The load under way, if any."""
        return self._loading

    @property
    def problem(self) -> Problem | None:
        """What went wrong last, until it is dismissed or overcome."""
        return self._problem

    @property
    def up_to_date(self) -> bool:
        """Whether the trace is of the scene."""
        return self._trace is not None and self._trace.scene == self._scene

    @property
    def settled(self) -> bool:
        """Whether everything watched has been answered."""
        return all(self._answers.is_settled(query) for query in self._watchers.values())

    # The scene ---------------------------------------------------------------------------------------------------

    def begin(self, scene: Scene, source: str | None = None) -> None:
        """Start from this scene; there is nothing before it to undo.

        source  the model that its replaced pieces were chosen with; None: whichever comes first
        """
        self._origin = source
        self._history = History(scene)
        self._take(scene)

    def set_scene(self, scene: Scene, *, typing: bool = False, gesture: object = None) -> None:
        """Look at something else; a no-op where it is the same. Steps of `typing`, or one gesture, are one to undo."""
        if scene == self._scene:
            return
        self._history.add(scene, typing=typing, gesture=gesture)
        self._take(scene)

    def set_texts(self, text_a: str, text_b: str) -> None:
        """The texts as typed. Replacements follow their characters, or are dropped with a notice."""
        old = self._scene
        if text_a == old.text_a and text_b == (old.text_b or ""):
            return
        scene = replace(old, text_a=text_a, text_b=text_b)
        if old.replaced or old.interventions.positions:
            scene = self._followed(old, scene)
        self.set_scene(scene, typing=True)
        lost = len(old.replaced) - len(scene.replaced)
        if lost:
            self.notice_given.emit(
                tr("{n} replaced pieces went with the text they stood for (Ctrl+Z brings them back)", n=lost)
                if lost > 1
                else tr("A replaced piece went with the text it stood for (Ctrl+Z brings it back)")
            )
        elif len(old.interventions.positions) > len(scene.interventions.positions):
            self.notice_given.emit(
                tr("What was changed at a piece went with its text (Ctrl+Z brings it back)")
            )

    def _followed(self, old: Scene, new: Scene) -> Scene:
        """`new` with what `old` has at single pieces, at their new places; nothing while no model tells pieces."""
        moved: dict[int, int] = {}
        if self._pieces is not None:
            moved = follow_pieces(
                self._pieces(old.text_a, old.second),
                self._pieces(new.text_a, new.second),
                (old.text_a, old.text_b or ""),
                (new.text_a, new.text_b or ""),
            )
        replaced = {moved[position]: id_ for position, id_ in old.replaced.items() if position in moved}
        return replace(new, replaced=replaced, interventions=old.interventions.moved(moved))

    def read_anew(self, text_a: str, text_b: str) -> None:
        """Other sentences, with nothing replaced; of the changes, those that belong to no piece stay."""
        old = self._scene
        self.set_scene(Scene(old.model_id, text_a, text_b, interventions=old.interventions.moved({})))

    def intervene(self, interventions: Interventions, *, gesture: object = None) -> None:
        """Change the forward pass; where the change is at pieces, it is of the trace that is shown."""
        if not interventions.positions or self._positions_hold():
            self.set_scene(replace(self._scene, interventions=interventions), gesture=gesture)

    def replace_piece(self, position: int, token_id: int | None) -> None:
        """Put another piece at a position of the trace that is shown; None gives back what was typed."""
        if self._positions_hold():
            self.set_scene(self._scene.replacing(position, token_id))

    def toggle_mask(self, position: int) -> None:
        """Put [MASK] at a position, or take back what was put there; says so where neither can be done."""
        trace = self._trace
        if trace is None or not 0 <= position < len(trace.tokens) or not self._positions_hold():
            return
        token = trace.tokens[position]
        if position in self._scene.replaced:
            self.replace_piece(position, None)
        elif token.special:
            self.notice_given.emit(tr("{piece} belongs to the format and stays", piece=token.text))
        elif token.id == trace.mask_id and position not in trace.scene.replaced:
            self.notice_given.emit(tr("This [MASK] is typed in the text; edit the text to change it"))
        else:
            self.replace_piece(position, trace.mask_id)

    def _positions_hold(self) -> bool:
        """Whether the trace is of the present text, so that its positions mean the same; says so where not.

        It may lag behind by replaced pieces: two clicks in a row mask two pieces, however slow the model is.
        """
        if self._trace is None:
            return True
        shown, scene = self._trace.scene, self._scene
        if (shown.model_id, shown.text_a, shown.second) == (scene.model_id, scene.text_a, scene.second):
            return True
        self.notice_given.emit(tr("These pieces are of the text before; the new one is not read yet"))
        return False

    def undo(self) -> None:
        """Back to the scene before the last step."""
        self._step(self._history.undo())

    def redo(self) -> None:
        """Forward again."""
        self._step(self._history.redo())

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to redo."""
        return self._history.can_redo

    def _step(self, scene: Scene | None) -> None:
        if scene is not None:
            changes = (
                scene.interventions if self._model is None else _possible(scene.interventions, self._model)
            )
            self._take(replace(scene, model_id=self._scene.model_id, interventions=changes))

    def _take(self, scene: Scene) -> None:
        self._scene = scene
        self.scene_changed.emit(scene)
        self.history_changed.emit()

    # The reference -----------------------------------------------------------------------------------------------

    @property
    def reference(self) -> Reference | None:
        """What is kept to compare with."""
        return self._reference

    def keep_reference(self) -> None:
        """Keep what is shown now; from here on, differences from it are shown."""
        if self._trace is None or self._model is None:
            self.notice_given.emit(tr("There is nothing to keep yet"))
        else:
            self._refer(Reference(self._trace, self._model.name))

    def show_reference(self, showing: Showing) -> None:
        """What views show: what is now, the reference, or the difference; a no-op without a reference."""
        if self._reference is not None and showing != self._reference.showing:
            self._refer(replace(self._reference, showing=showing))

    def let_go_reference(self) -> None:
        """Compare no more."""
        if self._reference is not None:
            self._refer(None)

    def _refer(self, reference: Reference | None) -> None:
        self._reference = reference
        self.reference_changed.emit(reference)

    # The selection -----------------------------------------------------------------------------------------------

    def select_head(self, layer: int | None, head: int | None) -> None:
        """Choose a head; head None is the layer's average, layer None the average over everything."""
        self._select(replace(self._selection, layer=layer, head=None if layer is None else head))

    def pin(
        self,
        *,
        query: int | None = None,
        key: int | None = None,
        more: Iterable[int] = (),
        more_keys: Iterable[int] = (),
    ) -> None:
        """Pin a piece as query, as key, or both, and further ones besides; what is not given is let go."""
        self._select(self._selection.pinning(query, key, more, more_keys))

    def unpin(self) -> None:
        """Let go of the pinned pieces."""
        self.pin()

    def set_hover(self, hover: Hover) -> None:
        """What the pointer passes over now."""
        if hover != self._hover:
            self._hover = hover
            self.hover_changed.emit(hover)

    def _select(self, selection: Selection) -> None:
        if self._trace is not None:  # it may still be of the model before, which had fewer layers
            layers, heads, size, _ = self._trace.attentions.shape
            selection = selection.within(layers, heads, size)
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit(selection)

    # The model ---------------------------------------------------------------------------------------------------

    def request_model(self, choice: ModelChoice) -> None:
        """Ask for a model; the one in force stays until the new one is there."""
        self.set_problem(None)
        self.load_requested.emit(choice)

    def set_loading(self, loading: Loading | None) -> None:
        """How far a load has come; None when none is under way."""
        self._loading = loading
        self.loading_changed.emit(loading)

    def set_model(self, loaded: LoadedModel) -> None:
        """Take a newly loaded model into force; replaced pieces of one with another vocabulary are let go."""
        words = loaded.info.vocabulary
        same = bool(words) and self._model is not None and self._model.vocabulary == words
        other = self._origin is not None and self._origin != loaded.choice.source and not same
        self._origin = loaded.choice.source
        self._choice, self._model, self._pieces = loaded.choice, loaded.info, loaded.pieces
        self._let_go(loaded, everything=other)
        scene = replace(self._scene, model_id=loaded.info.model_id)
        recent = tuple(dict.fromkeys((loaded.choice.source, *self._catalogue.recent)))[:RECENT]
        self.set_catalogue(replace(self._catalogue, recent=recent, devices=loaded.devices))
        self._answers.use_model(loaded.info)
        self._tell_watched()
        self.set_loading(None)
        self._overcome()
        self.model_changed.emit(loaded.info)
        self._history.amend(scene)
        self._take(scene)

    def _let_go(self, loaded: LoadedModel, *, everything: bool) -> None:
        """Drop replaced pieces that mean nothing to the new model, with a notice."""
        scene, kept = self._scene, {}
        if scene.replaced and not everything:
            size, ids = len(loaded.pieces(scene.text_a, scene.second)), loaded.info.config.vocab_size
            kept = {p: id_ for p, id_ in scene.replaced.items() if p < size and id_ < ids}
        changes = scene.interventions.moved({}) if everything else scene.interventions
        if everything:
            self._history.forget_pieces()
        if len(kept) < len(scene.replaced):
            self.notice_given.emit(tr("Replaced pieces were let go: the new model has its own vocabulary"))
        self._scene = replace(scene, replaced=kept, interventions=_possible(changes, loaded.info))

    @property
    def choice(self) -> ModelChoice | None:
        """How the model in force was asked for."""
        return self._choice

    @property
    def catalogue(self) -> Catalogue:
        """What models and devices there are to choose from."""
        return self._catalogue

    def set_catalogue(self, catalogue: Catalogue) -> None:
        """Say what there is to choose from."""
        if catalogue != self._catalogue:
            self._catalogue = catalogue
            self.catalogue_changed.emit(catalogue)

    # Results -----------------------------------------------------------------------------------------------------

    def accept_trace(self, trace: Trace) -> None:
        """Take an analysis in; one of an older scene is dropped.

        Pins follow their characters; where these are gone, so is the pin. What was passed over is let go.
        """
        if trace.scene != self._scene:
            return
        before, self._trace = self._trace, trace
        self._answers.forget_trace()
        self._overcome()
        layers, heads, size, _ = trace.attentions.shape
        pins = self._selection if before is None else _moved(self._selection, before, trace)
        selection, hover = pins.within(layers, heads, size), Hover()
        selected, hovered = selection != self._selection, hover != self._hover
        self._selection, self._hover = selection, hover  # before anybody draws: they are of this trace
        self.trace_changed.emit(trace)
        if selected:
            self.selection_changed.emit(self._selection)
        if hovered:
            self.hover_changed.emit(self._hover)

    def accept_answer(self, answer: Answer) -> None:
        """Take an answer in; one about an older scene, or an older model, is dropped."""
        query, now = answer.query, self._trace
        if now is None:
            return
        if answer.scene.model_id != self._scene.model_id if query.about_model else answer.scene != now.scene:
            return
        self._answers.take(answer)
        self._answers.forget_unfinished(self._watchers.values())
        if self._answers.get(query) is None:
            return  # nobody waits for it any more
        self._tell_watched()
        self.answer_changed.emit(answer)

    def set_problem(self, problem: Problem | None, *, lasting: bool = False) -> None:
        """Say what went wrong, or that it is overcome; a lasting one stays until the person dismisses it."""
        self._lasting = lasting
        if problem != self._problem:
            self._problem = problem
            self.problem_changed.emit(problem)

    def _overcome(self) -> None:
        if not self._lasting:
            self.set_problem(None)

    # Queries -----------------------------------------------------------------------------------------------------

    def watch(self, watcher: object, query: Query | None) -> Answer | None:
        """`watcher` wants this query answered for every trace from now on; None: nothing any more.

        Returns the answer where it is already known, or how far it has come. Later ones come by `answer_changed`. A
        query about the model is answered once; where that failed, it is tried again when it is watched anew.
        """
        if query is None:
            self._watchers.pop(watcher, None)
        else:
            self._watchers[watcher] = query
        self._answers.forget_unfinished(self._watchers.values())
        self._tell_watched()
        return None if query is None else self._answers.get(query)

    def known(self, query: Query) -> Answer | None:
        """The answer where it is already known, without asking for it."""
        return self._answers.get(query)

    @property
    def watched(self) -> frozenset[Query]:
        """Queries that somebody wants answered, without those about the model whose answer is known."""
        return frozenset(query for query in self._watchers.values() if not self._answers.is_lasting(query))

    def _tell_watched(self) -> None:
        if self.watched != self._told:
            self._told = self.watched
            self.watched_changed.emit(self._told)


def _possible(changes: Interventions, model: ModelInfo) -> Interventions:
    """Without heads that the model does not have: steps before it may name some."""
    return changes.within(model.config.num_hidden_layers, model.config.num_attention_heads)


def _moved(selection: Selection, before: Trace, now: Trace) -> Selection:
    """The selection with its pins at the places to which their characters went."""
    if selection.query is None and selection.key is None:
        return selection
    old, new = before.scene, now.scene
    moved = follow_pieces(
        before.tokens, now.tokens, (old.text_a, old.text_b or ""), (new.text_a, new.text_b or "")
    )
    return selection.moved(moved.get)
