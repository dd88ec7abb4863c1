"""What is said about runs beside each other."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText


def compare_help() -> HelpText:
    return HelpText(
        tr("Compare"),
        tr(
            "Two runs that differ in nothing but the seed, which decides how the new layer begins and in which order "
            "the examples come, may end several points apart, on small sets above all. A difference between two "
            "settings means something only where it is larger than that. Train each with several seeds, and look at "
            "where the dots of one end and those of the other begin: each dot is a seed, the bar their mean."
        ),
        formula="sd = √( Σ (x - mean)² / (n - 1) ),  n seeds",
        reference=tr("Dodge et al. 2020, Fine-Tuning Pretrained Language Models"),
        link="https://arxiv.org/abs/2002.06305",
    )
