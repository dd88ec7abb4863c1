"""What the "?" of the lines says."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText


def explanation() -> HelpText:
    """How the lines are read, and whose picture this is."""
    return HelpText(
        tr("Lines"),
        tr(
            "Each line goes from a piece that looks (a query, at the left) to a piece that is looked at (a key, at the "
            "right). The larger the weight, the stronger and wider the line; weights below the threshold have none. "
            "Each head of the layer has a colour; where pieces stand too close for a line a head, a line has the "
            "colour of the strongest. Point at a piece to see only its lines, with the largest weight at each far "
            "end; click to keep it. The weights of a query sum to 1 in each head: with a threshold, a filter or "
            "special pieces left out, what is drawn sums to less."
        ),
        formula="a_ij = softmax_j(q_i·k_j / √d)",
        reference=tr("Vig 2019, A Multiscale Visualization of Attention in the Transformer Model"),
        link="https://arxiv.org/abs/1906.05714",
    )
