"""What the embeddings panel's "What is this?" says."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText


def explanation() -> HelpText:
    """Formulas, a paragraph for whoever meets embeddings for the first time, the paper."""
    return HelpText(
        tr("Embeddings"),
        tr(
            "Every piece enters the model as the sum of three vectors: one for the piece itself, one for the "
            "sentence it belongs to (A or B), one for its place. LayerNorm then brings the sum to one scale. "
            "A column is a piece, a line in it one dimension, or the mean of neighbouring ones where there are more of "
            "them than pixels; blue is negative, orange positive, the numbers are lengths of the vectors. "
            "Similarity compares the pieces' vectors after a layer, by the cosine of the angle between them: 1 where "
            "they point the same way, 0 where they have nothing in common, −1 where they are opposed. "
            "Through the layers a piece's vector comes to stand for the piece in its sentence."
        ),
        formula="x = LayerNorm(E_token + E_segment + E_position)\ncos(x_i, x_j) = x_i·x_j / (|x_i| |x_j|)",
        reference=tr("Devlin et al. 2018, BERT: Pre-training of Deep Bidirectional Transformers"),
        link="https://arxiv.org/abs/1810.04805",
    )
