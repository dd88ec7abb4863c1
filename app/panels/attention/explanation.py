"""What the attention panel's "What is this?" says."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText


def explanation() -> HelpText:
    """Formula, a paragraph for whoever meets attention for the first time, papers."""
    return HelpText(
        tr("Attention"),
        tr(
            "Each head lets every piece (a row, the query) take in something from all pieces (the columns, the keys). "
            "The weights of a row are never negative and sum to 1; the strongest colours are where a piece looks. "
            "The mosaic shows every head, one row a layer; click one to see it large with its pieces. "
            "“Order” sorts its layers or heads by a measure; what is typed beside it dims all heads but those. "
            "The entropy says how spread out a row is: 0 when it looks at one piece only, ln S when it looks "
            "at all S pieces alike; the figure is the mean over the rows. The entropy of an average is "
            "that of the averaged map. Attention shows where information may flow, not what the model decides by."
        ),
        formula="a_ij = softmax_j(q_i·k_j / √d)\nH_i = −Σ_j a_ij ln a_ij",
        reference=tr(
            "Vaswani et al. 2017, Attention Is All You Need; Devlin et al. 2018, BERT; "
            "Clark et al. 2019, What Does BERT Look At?"
        ),
        link="https://arxiv.org/abs/1906.04341",
    )
