"""What is said about the workspace of runs."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText


def workspace_help() -> HelpText:
    return HelpText(
        tr("Fine-tuning"),
        tr(
            "A BERT that was pretrained is trained a little further on examples of one task, with one small layer "
            "added (its paper calls this fine-tuning): minutes rather than days. On the left stand all runs, past and "
            "present; a click shows one, a tick puts its curves beside those of the run that is shown. The pages on "
            "the right are about the run that is chosen: how it goes, what it gets wrong, and what changes inside the "
            "model. Each page has its own explanation. Runs train in a process of their own: the explorer stays "
            "usable meanwhile."
        ),
        reference=tr("Devlin et al. 2018, BERT, sections 3.2 and 4"),
        link="https://arxiv.org/abs/1810.04805",
    )
