"""What is said about the evaluations of a run."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText


def evaluations_help() -> HelpText:
    return HelpText(
        tr("Evaluations"),
        tr(
            "Now and then the run measures itself on examples that it does not learn from, the dev set. In the matrix, "
            "each row has the examples of one class, by what the model took them for: right answers stand on the "
            "diagonal, in blue, wrong ones beside it, in orange. The colour is the share of the row. Precision: of "
            "those taken for the class, how many are of it; recall: of those that are of it, how many were found; F1 "
            "is their harmonic mean. Of tags, figures are those of whole entities. A click on a cell or a class lists "
            "its examples."
        ),
        formula=(
            "precision = right / predicted      recall = right / gold\n"
            "F1 = 2 · precision · recall / (precision + recall)\n"
            "macro F1 = mean of F1 over classes\n"
            "Matthews = cov(gold, predicted) / √(cov(gold, gold) · cov(predicted, predicted))"
        ),
        reference=tr(
            "Gorodkin 2004, Comparing two K-category assignments by a K-category correlation coefficient"
        ),
    )
