"""What the panel's "What is this?" says, and the formula that its pictures carry."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText

FORMULA = "loss = mean over chosen pieces of -ln p(piece) + mean over pairs of -ln p(label)"


def explanation() -> HelpText:
    """Formula, a paragraph for whoever asks how plain text can teach anything, the paper."""
    return HelpText(
        tr("How BERT was trained"),
        tr(
            "BERT learned from plain text by two tasks at once, shown here on your own text. Masked words: 15% of the "
            "pieces are chosen; of these, 80% become [MASK], 10% a random piece, and 10% stay as they are, so that "
            "the model cannot tell which of the pieces it reads are right. It has to say what stood at every chosen "
            "piece, and at no other. Next sentence: half the time B is what follows A, half the time it comes from "
            "another document, and the model has to say which. The loss is -ln of the probability that it gives to the "
            "right answer: 0 where it is certain and right. Training makes this loss smaller, a little with every "
            "example, and draws the pieces anew each time: roll again to see."
        ),
        formula=FORMULA,
        reference=tr("Devlin et al. 2018, BERT, section 3.1 and appendix A.2"),
        link="https://arxiv.org/abs/1810.04805",
    )
