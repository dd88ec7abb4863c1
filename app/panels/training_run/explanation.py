"""What is said about a training run."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText


def run_help() -> HelpText:
    return HelpText(
        tr("Training run"),
        tr(
            "The record of a training run, read from its folder once a second, whoever trains it and wherever. The MLM "
            "loss is the mean surprise, in nats, at the pieces that had to be guessed: a model that knows nothing has "
            "the logarithm of the vocabulary's size. The faint curve has every entry of the record (a mean over the "
            "steps since the one before), the strong one their exponential mean, over fewer entries where the curve "
            "begins and is steep; dots are measured on held-out text. "
            "The wheel zooms along x, dragging pans, both on the left axis do so along y, a double click shows all. "
            "Pause, Resume and Stop are written to control.json in the folder, which is looked at after every step."
        ),
        formula=(
            "loss = mean(-log p(piece)) of MLM + the same of NSP\n"
            "mean over N:  m ← m + 2/(n + 1) · (x - m),  n = min(N, 1 + t/4)"
        ),
        reference=tr("Devlin et al. 2018, BERT, section 3.1 and appendix A.2"),
        link="https://arxiv.org/abs/1810.04805",
    )
