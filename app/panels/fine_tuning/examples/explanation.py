"""What the "?" of the page of examples says."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText

FORMULA = "loss = -ln p(gold); of tags the mean over the words, of answers the mean of begin and end"


def explanation() -> HelpText:
    """How to read the table."""
    return HelpText(
        tr("Examples"),
        tr(
            "Every example of the dev set, which the model never learns from, with what the data say (gold) and what "
            "the model says. Sort by loss to see first what is hardest for it: confident mistakes stand on top, and "
            "they are often mistakes of the data. A double click reads the text with the model of that step in all "
            "panels, and shows which pieces its answer hangs on. Confidence is the probability of what is predicted; "
            "models that were tuned on little data are too sure of themselves."
        ),
        formula=tr(
            "loss = −ln p(gold)\ntags: the mean over words\nanswers: the mean of begin and end\nnumbers: (y − gold)²"
        ),
        reference=tr("Guo et al. 2017, On Calibration of Modern Neural Networks"),
        link="https://arxiv.org/abs/1706.04599",
    )
