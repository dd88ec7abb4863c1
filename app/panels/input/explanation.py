"""What the input panel's "What is this?" says."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText


def explanation() -> HelpText:
    """Formula, a paragraph for whoever meets pieces for the first time, papers."""
    return HelpText(
        tr("Input"),
        tr(
            "BERT reads one sentence, or a pair, cut into pieces of its vocabulary: common words are one piece, rarer "
            "ones several, the later of them written with ##. A [CLS] is put in front and a [SEP] behind each "
            "sentence. Every piece is looked up in a table of vectors, one row an entry of the vocabulary. Masking "
            "puts [MASK] in the place of a piece, and the model guesses what stood there from both sides. Blue pieces "
            "belong to A, orange ones to B; those outlined in blue you put there; the vocabulary lacks the dashed ones."
        ),
        formula="[CLS] A [SEP] B [SEP]",
        reference=tr(
            "Devlin et al. 2018, BERT, section 3 (Input/Output Representations); Wu et al. 2016 (WordPiece)"
        ),
        link="https://arxiv.org/abs/1810.04805",
    )
