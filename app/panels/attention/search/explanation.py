"""What the search view's "What is this?" says."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText


def explanation() -> HelpText:
    """Formulas, a paragraph, papers."""
    return HelpText(
        tr("Search a text"),
        tr(
            "One sentence shows what a head does here; a text shows how often it does so. By head: the largest "
            "weights of a kind, of each pair of pieces the strongest only. The mean and the share over 0.5 are of"
            " the weight that a query has on all keys of the kind together. By hidden state: the pieces whose "
            "vectors point most nearly the same way as that of the pinned piece; choose the same word to see "
            "whether its senses lie apart. In upper layers all vectors point somewhat the same way, so read z: "
            "how many standard deviations a cosine lies above the mean of all pieces. The text is read sentence "
            "by sentence by the model as it is, nothing switched off; [CLS] and [SEP] are left out unless the "
            "kind or the typed words name them."
        ),
        formula="α_ij of the head, largest first\ncos(h_i, h) = h_i·h / (‖h_i‖ ‖h‖)\nz = (cos − mean) / deviation",
        reference=tr(
            "Clark et al. 2019, What Does BERT Look At?; Coenen et al. 2019, Visualizing and Measuring the Geometry of "
            "BERT; Ethayarajh 2019, How Contextual are Contextualized Word Representations?"
        ),
        link="https://arxiv.org/abs/1906.04341",
    )
