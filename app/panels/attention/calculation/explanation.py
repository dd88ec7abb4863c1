"""What the "What is this?" of the Q·K·V view says."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText


def explanation() -> HelpText:
    """Formulas, a paragraph for whoever meets them for the first time, the paper."""
    return HelpText(
        tr("Query, key, value"),
        tr(
            "From each piece's vector a head makes three short ones: a query (what the piece looks for), a key (what "
            "it can be found by) and a value (what it has to give). A query is multiplied with a key number by number; "
            "the products are summed and divided by the root of how many there are: that is the score. Softmax makes "
            "weights of a query's scores, which sum to 1. The values, each times its weight, sum to the head's output. "
            "The upper part works out one key, the lower one has a line for each key, or, where there are too many, "
            "for the strongest, and one for the rest together. Point at a line, or use the arrows: left and right walk "
            "the keys, up and down the queries, with Shift left and right the numbers of a vector. Blue is negative, "
            "orange positive. A key that may not be attended to has a score of −∞, which softmax turns into 0."
        ),
        formula="s_ij = q_i·k_j / √d\nα_ij = exp s_ij / Σ_j exp s_ij\nb_i = Σ_j α_ij v_j",
        reference=tr("Vaswani et al. 2017, Attention Is All You Need, section 3.2"),
        link="https://arxiv.org/abs/1706.03762",
    )
