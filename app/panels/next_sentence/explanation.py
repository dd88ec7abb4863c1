"""What the two panels are, for who asks."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText

FORMULA = "softmax(W tanh(P h_CLS + p) + b)"
_PAPER = "https://arxiv.org/abs/1810.04805"


def pair_explanation() -> HelpText:
    """Of the score of the pair at hand."""
    return HelpText(
        tr("Next sentence"),
        tr(
            "In training, B was half the time the sentence after A and half the time a random one, and the model had "
            "to say which. It judges by the last layer's vector at [CLS], after one more layer with tanh (the pooler). "
            "The score says how well the two texts go together; topic alone is often enough for it, so it does not "
            "prove that the model understood the order. Swap the two and see: “B first” is the score the other way "
            "round."
        ),
        formula="p = " + FORMULA,
        reference=tr(
            "Devlin et al. 2018, BERT, section 3.1 (Task #2: Next Sentence Prediction) and appendix A.1"
        ),
        link=_PAPER,
    )


def lists_explanation() -> HelpText:
    """Of lists of sentences and of whole texts."""
    return HelpText(
        tr("Which comes next?"),
        tr(
            "Each candidate is read after sentence A, as a pair, and ranked by p(is next), the first of the two "
            "numbers that the softmax gives. If the model understood how texts go on, the true B would beat "
            "distractors on the same topic; often it only beats those on another one. A paragraph is read in the "
            "same way: each sentence after the one before. Where the score falls below the threshold, the thread "
            "breaks. Random pairs of the same paragraph are read to compare with: if they score as high as "
            "neighbours, the model judges topic, not order, as BERT mostly does; later models (ALBERT) were "
            "trained on swapped neighbours instead."
        ),
        formula="p = " + FORMULA,
        reference=tr(
            "Devlin et al. 2018, BERT, section 3.1, Task #2; on what it learns: Lan et al. 2019, ALBERT, section 3.1"
        ),
        link=_PAPER,
    )
