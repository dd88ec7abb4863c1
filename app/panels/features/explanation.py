"""What the "?" of the dialog says."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText


def explanation() -> HelpText:
    """Formula, a paragraph, the paper."""
    return HelpText(
        tr("Features"),
        tr(
            "BERT need not be fine-tuned: its hidden states can be handed to another model as they are. Of the choices"
            " that the paper compares on named entities, the last four layers, one behind the other, came within 0.3 "
            "F1 of fine-tuning; their weighted sum and the second-to-last layer followed. A vector for each piece "
            "suits tagging; one for the whole text suits clustering and search. Without fine-tuning, the mean over "
            "the pieces often says more of a text than its [CLS]. Sums here are not weighted. In the file, texts stand "
            "in their order, each with the number of its line, its pieces, and whether it was cut."
        ),
        formula="h_0 = embeddings,  h_l = layer l (h_l−1),  l = 1 … L\nmean = (1/n) Σ h_l over the n own pieces",
        reference=tr("Devlin et al. 2018, BERT, section 5.3 and table 7"),
        link="https://arxiv.org/abs/1810.04805",
    )
