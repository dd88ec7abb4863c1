"""What the layer lens's "What is this?" says, and the formula that its pictures carry."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText

FORMULA = "p_l = softmax(E LayerNorm(f(W h_l + c)) + b)"


def explanation() -> HelpText:
    """Formula, a paragraph for whoever meets the lens for the first time, where it comes from."""
    return HelpText(
        tr("Layer lens"),
        tr(
            "A masked word's candidates are made from the last layer's vector h_L. The lens gives the same head the "
            "vector h_l after every layer l before, to see when the answer comes up; h_0 is the embeddings. The last "
            "row is the model's own prediction, to the last digit. The head was trained for the last layer only: "
            "what it makes of early ones is a hint, not what they know. Entropy says how undecided a layer is, in "
            "nats: 0 is sure of one word, ln V of none. Click a cell for its ten best words; click one of these to "
            "put it in. Word numbers: rank 1 is the best of the vocabulary."
        ),
        formula=FORMULA,
        reference=tr(
            "nostalgebraist 2020, “interpreting GPT: the logit lens”; here with BERT's masked-word head"
        ),
        link="https://www.lesswrong.com/posts/AcKRB8wDpdaN6v6ru/interpreting-gpt-the-logit-lens",
    )
