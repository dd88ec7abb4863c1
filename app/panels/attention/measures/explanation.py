"""What the measures view's "What is this?" says."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText


def explanation() -> HelpText:
    """Formulas, a paragraph, papers."""
    return HelpText(
        tr("Measures of heads"),
        tr(
            "Each head in figures. Entropy says how widely it looks, distance how far. A pattern names what it does, "
            "by the first test whose number exceeds its threshold; further ones stand in the tool tip. Many heads rest "
            "on [SEP]: by the length of the vectors that they bring from there, that is often next to nothing. "
            "Importance is how much the loss would change with a head. On the map, heads that look alike stand near "
            "each other: distances are square roots of the Jensen-Shannon divergence of their rows. Over this text, "
            "what you changed is in force; over a set of texts the model is as it is, and each text counts alike. "
            "One text shows what a head does here; call it a property of the head only over many."
        ),
        formula=(
            "H = −mean_i Σ_j a_ij ln a_ij\n"
            "D = Σ_ij a_ij |i−j| / Σ_ij a_ij\n"
            "[SEP] by norm = Σ_i Σ_SEP ‖a_ij f(x_j)‖ / Σ_ij ‖a_ij f(x_j)‖\n"
            "I = E_x |∂L(x)/∂ξ|"
        ),
        reference=tr(
            "Clark et al. 2019, What Does BERT Look At?; Kovaleva et al. 2019; Vig & Belinkov 2019; "
            "Kobayashi et al. 2020; Michel et al. 2019, Are Sixteen Heads Really Better than One?"
        ),
        link="https://arxiv.org/abs/1906.04341",
    )
