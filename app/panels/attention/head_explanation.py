"""What the "?" of one head's map says."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText


def head_explanation() -> HelpText:
    """Formulas, a paragraph for whoever meets the map for the first time, the paper."""
    return HelpText(
        tr("One head"),
        tr(
            "Each row is a piece that looks, each column a piece that is looked at. The bars under the map are what a "
            "column receives on average over the rows; the dashed line is what it would receive if every row "
            "looked at all pieces alike. Words instead of pieces (W): the weights to a word's pieces are added, "
            "those from them averaged, so rows still sum to 1. [CLS] and [SEP] often take most of a row, and hide the "
            "rest: they can be left out (S), as they are, or with each row divided by what is left of it; then a row "
            "of which little is left is blown up, so look at the share that is said. Shift with a click or an "
            "arrow pins a range of pieces, Ctrl with a click one more: their rows are summed, in the list and in the "
            "bars (B)."
        ),
        formula=(
            "received_j = 1/S Σ_i a_ij, even share 1/S\n"
            "word w to word v: 1/|w| Σ_{i∈w} Σ_{j∈v} a_ij\n"
            "renormalised: a_ij / Σ_{k not special} a_ik"
        ),
        reference=tr("Clark et al. 2019, What Does BERT Look At?, section 4.1 (words)"),
        link="https://arxiv.org/abs/1906.04341",
    )
