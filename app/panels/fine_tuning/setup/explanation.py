"""What is said about setting up a run."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText


def setup_help() -> HelpText:
    """Of the whole form."""
    return HelpText(
        tr("A new run"),
        tr(
            "Choose examples and a model, look at what was read, and press Start: a process of its own trains the "
            "model while the explorer stays usable. One layer is added for the task; all weights learn. A part of the "
            "examples, the dev set, is never learned from and says how good the model is on text it has not seen. "
            "The settings are those of BERT's paper; with few examples runs of different seeds come out far "
            "apart, so several seeds, more epochs and bias correction are worth their time. Probes are sentences "
            "whose reading is recorded at every evaluation, so that one can watch attention move."
        ),
        formula=tr(
            "loss = −log p(label | text), by AdamW; rate up over the first tenth, then evenly down to 0"
        ),
        reference=tr(
            "Devlin et al. 2018, BERT, section 4 and appendix A.3; Mosbach et al. 2021, On the Stability of "
            "Fine-tuning BERT"
        ),
        link="https://arxiv.org/abs/2006.04884",
    )
