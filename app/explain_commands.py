"""What the actions of the Explain menu do: each brings its panel forward first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject

from app.panels.base import Panel
from app.panels.embeddings import EmbeddingsPanel
from app.panels.hidden_states import HiddenStatesPanel
from app.panels.layer_lens import LayerLensPanel
from app.panels.next_sentence import ContinuityPanel
from app.panels.predictions import PredictionsPanel
from app.panels.saliency import SaliencyPanel


class ExplainCommands(QObject):
    """The panels around attention by menu, key and finder.

    bring  shows a panel by its name
    bind   says what an action does
    """

    def __init__(
        self,
        predictions: PredictionsPanel,
        embeddings: EmbeddingsPanel,
        states: HiddenStatesPanel,
        lens: LayerLensPanel,
        saliency: SaliencyPanel,
        continuity: ContinuityPanel,
        bring: Callable[[str], object],
        bind: Callable[[str, Callable[[], object]], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._states, self._bring = states, bring
        ranking, paragraph = continuity.ranking, continuity.paragraph
        part = continuity.set_part
        todo: tuple[tuple[str, Panel, tuple[Callable[[], object], ...]], ...] = (
            ("find-word", predictions, (predictions.words.edit.setFocus,)),
            ("fill-masks", predictions, (predictions.fill.unfold,)),
            ("put-masks", predictions, (predictions.fill.put_all_in,)),
            ("lens", lens, (partial(lens.set_which, "masked"),)),
            ("lens-all", lens, (partial(lens.set_which, "all"),)),
            ("lens-pinned", lens, (partial(lens.set_which, "pinned"),)),
            ("lens-next", lens, (partial(lens.turn, 1),)),
            ("lens-previous", lens, (partial(lens.turn, -1),)),
            ("saliency", saliency, (partial(saliency.set_view, "saliency"),)),
            ("why-word", saliency, (saliency.explain_word,)),
            ("colour-input", saliency, (saliency.next_colours,)),
            ("saliency-stop", saliency, (partial(saliency.set_view, "saliency"), saliency.saliency.stop)),
            ("what-if", saliency, (saliency.show_what_if,)),
            ("take-change", saliency, (saliency.show_what_if, saliency.what_if.take_current)),
            ("what-if-stop", saliency, (saliency.show_what_if, saliency.what_if.stop)),
            ("which-next", continuity, (partial(part, "ranking"),)),
            ("edit-candidates", continuity, (partial(part, "ranking"), ranking.focus_editor)),
            ("add-candidate", continuity, (partial(part, "ranking"), ranking.add_b)),
            ("rank-file", continuity, (partial(part, "ranking"), ranking.texts.ask_file)),
            ("rank-built-in", continuity, (partial(part, "ranking"), ranking.texts.choose_built_in)),
            ("rank-stop", continuity, (partial(part, "ranking"), ranking.cancel)),
            ("paragraph", continuity, (partial(part, "paragraph"),)),
            ("next-break", continuity, (partial(part, "paragraph"), paragraph.next_break)),
            ("previous-break", continuity, (partial(part, "paragraph"), paragraph.view.previous_break)),
            ("embeddings-text", embeddings, (partial(embeddings.set_view, "text"),)),
            ("embedding-tables", embeddings, (partial(embeddings.set_view, "tables"),)),
            ("states-map", states, (states.use_pca,)),
            ("states-tsne", states, (self.use_tsne,)),
            ("states-next-layer", states, (states.next_layer,)),
            ("states-previous-layer", states, (states.previous_layer,)),
            ("states-sentences", states, (states.ask_for_sentences,)),
            ("states-nearest", states, (partial(states.set_side, "nearest"),)),
            ("states-senses", states, (partial(states.set_side, "senses"),)),
        )
        for id_, panel, slots in todo:
            bind(id_, partial(self._do, panel, slots))

    def _do(self, panel: Panel, slots: tuple[Callable[[], object], ...]) -> None:
        self._bring(panel.name)
        for slot in slots:
            slot()

    def use_tsne(self) -> None:
        """Neighbours stay neighbours; distances mean little."""
        self._states.set_options(replace(self._states.options, method="tsne"))
