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
            "The last row parts each sum by the lengths of its three terms: the share by norm, of which no term has "
            "less than nothing. Lengths do not add up where vectors point different ways; the share along the sum, "
            "which is told beside it, adds up to exactly one, and is negative where a term points against the others. "
            "Similarity compares the pieces' vectors after a layer, by the cosine of the angle between them: 1 where "
            "they point the same way, 0 where they have nothing in common, −1 where they are opposed. "
            "Through the layers a piece's vector comes to stand for the piece in its sentence."
        ),
        formula="x = LayerNorm(E_token + E_segment + E_position)\n"
        "share by norm = |E_t| / (|E_token| + |E_segment| + |E_position|)\n"
        "share along the sum = E_t·E_sum / |E_sum|²\ncos(x_i, x_j) = x_i·x_j / (|x_i| |x_j|)",
        reference=tr("Devlin et al. 2018, BERT: Pre-training of Deep Bidirectional Transformers"),
        link="https://arxiv.org/abs/1810.04805",
    )


def tables_explanation() -> HelpText:
    """The same for the tables of the model."""
    return HelpText(
        tr("Embedding tables"),
        tr(
            "The model keeps three tables of vectors: one for every piece of its vocabulary, one for sentence A and B, "
            "one for every place in a text. They are the same for all texts. Unlike the first Transformer, BERT "
            "learns what a place means: nothing tells it that place 5 lies beside place 6. The map shows what it has "
            "found out: a band of orange along the diagonal means that neighbouring places have vectors which point "
            "the same way. A place that texts seldom reach is seldom trained; where the vectors from some place on "
            "still have the lengths and directions of random numbers, that is said. Where neighbours share a pixel, "
            "strips show their mean, and the map the cosine that is farthest from 0. The dashed lines mark the end of "
            "the present text."
        ),
        formula="cos(p_i, p_j) = p_i·p_j / (|p_i| |p_j|)\nlength before training ≈ initializer_range · sqrt(H)",
        reference=tr("Wang and Chen 2020, What Do Position Embeddings Learn?"),
        link="https://arxiv.org/abs/2010.04903",
    )
