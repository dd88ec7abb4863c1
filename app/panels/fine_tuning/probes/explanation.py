"""What the page of probes says of itself."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText
from bert_core.finetuning.probe_values import MOST_BYTES, MOST_MASKS, MOST_PIECES, MOST_SENTENCES


def probes_help() -> HelpText:
    """Formulas, a paragraph, papers."""
    return HelpText(
        tr("Probes"),
        tr(
            "Sentences pinned before a run are read by the model at every evaluation, step 0 (before training) among "
            "them. The map says how far each head's attention has moved from the first record: 0 is not at all, 1 "
            "that no piece is looked at as it was. Over all sentences, the cosines are averaged. CKA compares the "
            "vectors after each layer (0: the embeddings) with those at the start, whatever basis they are written "
            "in: 1 is the same, up to rotation and scale; of few pieces it comes out too high. Masked words and the "
            "next sentence are read through the heads of the pretrained model, which the task does not train: they "
            "show what it forgets. Click a head to replay its attention, and move the slider (or the arrow keys) "
            "through the run. At most {sentences} sentences of {pieces} pieces and {masks} masked places each are "
            "recorded, in half precision, in {size} MB a run; beyond that, records in between are given up.",
            sentences=MOST_SENTENCES,
            pieces=MOST_PIECES,
            masks=MOST_MASKS,
            size=MOST_BYTES // 2**20,
        ),
        formula=(
            "drift = 1 − ⟨A, A₀⟩ / (‖A‖ ‖A₀‖), maps flattened\nCKA = ‖YᵀX‖² / (‖XᵀX‖ ‖YᵀY‖), X and Y centred"
        ),
        reference=tr(
            "Kovaleva et al. 2019, Revealing the Dark Secrets of BERT; Kornblith et al. 2019, Similarity of Neural "
            "Network Representations Revisited"
        ),
        link="https://arxiv.org/abs/1908.08593",
    )


DRIFT_FORMULA = "1 - <A, A0> / (|A| |A0|), mean over the sentences"
CKA_FORMULA = "||Y^T X||^2 / (||X^T X|| ||Y^T Y||), X and Y centred"
