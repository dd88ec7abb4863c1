"""Asks the model in force which texts of a file it is the least sure of."""

from __future__ import annotations

from app.panels.common_job import Job
from app.panels.fine_tuning.labelling.listing import AT_A_TIME
from app.translation import tr
from bert_core.info import ModelInfo
from bert_core.queries_measures import TextFile
from bert_core.queries_task import MOST_UNCERTAIN, Uncertain, UncertainTexts, Uncertainty


class Ranking(Job):
    """by: the model that was asked last about the file that is labelled."""

    by: ModelInfo | None = None

    def rank(self, model: ModelInfo, file: str, measure: Uncertainty, labelled: int) -> None:
        """Rank this file; of its texts, so many have a label already."""
        most = min(MOST_UNCERTAIN, AT_A_TIME * -(-(AT_A_TIME + labelled) // AT_A_TIME))
        self.by = model
        self.start(UncertainTexts(TextFile.at(file), measure, most))

    @property
    def found(self) -> Uncertain | None:
        """The texts, or what is known of them by now."""
        return self.value if isinstance(self.value, Uncertain) else None

    def words(self) -> str:
        """50 of 200 texts."""
        progress = self.progress
        if progress is None or progress.total is None:
            return tr("Reading the file…")
        return tr("{n} of {all} texts", n=f"{progress.done:,}", all=f"{progress.total:,}")
