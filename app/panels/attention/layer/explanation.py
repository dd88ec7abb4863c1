"""What the "What is this?" of the layer view says."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText


def explanation() -> HelpText:
    """Formulas, a paragraph for whoever meets them for the first time, the papers."""
    return HelpText(
        tr("Inside a layer"),
        tr(
            "One piece's vector x goes through the layer from top to bottom. Attention brings in what the other pieces "
            "have to give; it is added to x (the line at the left leads x around it), and LayerNorm brings the sum to "
            "one scale: less its mean, divided by its deviation, times γ, plus β. The feed-forward part makes many "
            "more numbers of it, the units, puts each through the activation, and makes a vector of the old size of "
            "them, which is added and normalised as before. Few units do most: they are listed by the length of what "
            "they add. The dot on the curve is the unit you point at; a click keeps it. The bars below the curve count "
            "the units. The mixing ratio says how much of the vector after attention comes from the other pieces."
        ),
        formula="y = LayerNorm(x + Attention(x))\nz = LayerNorm(y + W₂ f(W₁ y + b₁) + b₂)",
        reference=tr(
            "Vaswani et al. 2017, Attention Is All You Need, section 3; GELU: Hendrycks & Gimpel 2016; "
            "mixing ratio: Kobayashi et al. 2021"
        ),
        link="https://arxiv.org/abs/1706.03762",
    )
