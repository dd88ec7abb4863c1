"""What is said about a run as it goes."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText


def run_help() -> HelpText:
    return HelpText(
        tr("Live"),
        tr(
            "The record of a run, read from its folder once a second, whoever trains it and wherever. The training "
            "loss is the mean surprise, in nats, at the right answers of the steps since the entry before; in "
            "pretraining, at the pieces that had to be guessed. The faint curve has every entry, the strong one their "
            "exponential mean, over fewer entries where the curve begins and is steep. Dots are measured on held-out "
            "examples, the dev set; a ring marks the best evaluation, whose model is kept; the dashed line is what "
            "is reached without learning to read: by the commonest class, the mean, a word's usual tag. Where dots of "
            "the loss rise while the curve falls, the model learns the examples by heart. Ticked runs of the list "
            "stand in the same charts; of a run of several seeds, thin curves are the seeds and the strong one is "
            "their mean. The wheel zooms along x, dragging pans, both on the left axis do so along y, a double click "
            "shows all; by keyboard, + and -, the arrows, and Home. "
            "Pause, Go on and Stop are written to control.json in the folder, which is looked at after every step."
        ),
        formula=(
            "loss = mean(-log p(right answer));  of similarity: mean (answer - number)²;\n"
            "       in pretraining: that of MLM + that of NSP\n"
            "mean over N:  m ← m + 2/(n + 1) · (x - m),  n = min(N, 1 + t/4)"
        ),
        reference=tr("Devlin et al. 2018, BERT, sections 3.1 and 4, appendix A"),
        link="https://arxiv.org/abs/1810.04805",
    )
