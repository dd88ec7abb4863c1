"""What the predictions panel's "What is this?" says, and the formula that its pictures carry."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText

FORMULA = "softmax(E LayerNorm(GELU(W h + c)) + b)"


def explanation() -> HelpText:
    """Formula, a paragraph for whoever meets masked words for the first time, the paper."""
    return HelpText(
        tr("Predictions"),
        tr(
            "For each [MASK] the model gives every piece of its vocabulary a probability; the likeliest are listed. It "
            "takes the last layer's vector h at that place, transforms it, and compares it with the embedding E of "
            "every piece. BERT learned this by guessing 15% of the pieces of its training text, so it looks to both "
            "sides. Several masks are guessed each for itself, not as a phrase; “Fill all” fills one after another, "
            "the most certain first, and reads the text again in between. Click a candidate to put it in. The box "
            "finds any piece's rank, and scores words of your own: one of several pieces gets as many masks, by "
            "default filled left to right, and its probability is their product, so compare it with words of as "
            "many pieces. Nothing is sampled."
        ),
        formula="p = " + FORMULA,
        reference=tr("Devlin et al. 2018, BERT, section 3.1 (Task #1: Masked LM) and appendix A.1"),
        link="https://arxiv.org/abs/1810.04805",
    )
