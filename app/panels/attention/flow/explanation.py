"""What the "?" of the flow view says."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText


def explanation() -> HelpText:
    """How the four measures differ, what they can say, and what they cannot."""
    return HelpText(
        tr("Flow through layers"),
        tr(
            "Each map shows, layer by layer, what one piece (the arrow) takes from every piece. Raw attention and "
            "norm-weighted attention look at one layer only. A large weight on a short vector brings little, often so "
            "for [SEP]: norm-weighted attention measures what is brought, without the output bias b_O. Above the "
            "first layer a piece's vector is already a mixture of others; rollout and flow follow it down to the "
            "input. Rollout multiplies the layers' attention, heads averaged and half of each step the piece itself; "
            "over many layers it becomes nearly the same for every piece. Flow takes the weights as widths of pipes "
            "and asks how much could come through; the pipes next to the piece soon are the narrowest, so that every "
            "input gets nearly the same: with the layers of the built-in model three times over, it is spread as over "
            "23.9 of 24 pieces from the sixth on. “As over n pieces” is exp of the row's entropy: n equal shares have "
            "n. Rank correlation says whether two measures put the pieces in the same order: 1 the same, 0 unrelated, "
            "−1 the reverse."
        ),
        formula=(
            "Â_l = ½ mean_h A_l + ½ I\n"
            "rollout: R_l = Â_l R_{l−1},  R_1 = Â_1\n"
            "flow: maximum flow (l, i) → (0, j), widths Â\n"
            "norm: ‖Σ_h a_ij f(x_j)‖,  f(x) = (x W_V + b_V) W_O"
        ),
        reference=tr(
            "Abnar & Zuidema 2020, Quantifying Attention Flow in Transformers; norm-weighted: Kobayashi et al. 2020, "
            "Attention is Not Only a Weight"
        ),
        link="https://arxiv.org/abs/2005.00928",
    )
