"""What the hidden states panel's "What is this?" says."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText


def explanation() -> HelpText:
    """Formulas, a paragraph for whoever meets hidden states for the first time, the papers."""
    return HelpText(
        tr("Hidden states"),
        tr(
            "After each layer every piece has a vector of hundreds of numbers, its hidden state. The map shows them on "
            "a plane: what stands near is alike. Principal components are the directions in which the pieces differ "
            "most; each layer is centred first, [CLS], [SEP] and punctuation do not count unless you say so, for "
            "they would take the axes for themselves, and the share of the variance that is kept says how much of the "
            "differences you see. With axes common to all layers a trail shows where a piece went; axes of a layer's "
            "own show more of it, turned to fit the layer before. t-SNE keeps neighbours together and nothing else: "
            "distances between groups, and sizes, mean little there. "
            "Add sentences to see the senses of a word part: the same piece begins at nearly the same place, "
            "and through the layers its occurrences part by what they mean. "
            "The nearest pieces of the vocabulary are those whose token embeddings point most nearly where the piece's "
            "own does, or its hidden state. That is not what the masked-word head predicts: it has layers of its own "
            "before it compares with the same table."
        ),
        formula=(
            "map_l(i) = (h_l,i − mean_j h_l,j) · [u_1 u_2], u the first principal components\n"
            "near(v) = argmax_w cos(v, E_w), v = E_i or h_l,i"
        ),
        reference=tr(
            "Ethayarajh 2019, How Contextual are Contextualized Word Representations?; van der Maaten and Hinton 2008 "
            "on t-SNE"
        ),
        link="https://arxiv.org/abs/1909.00512",
    )
