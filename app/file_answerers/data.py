"""Questions about data files before a run; what answers them is imported with the first question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.file_questions.data import BaseFacts, BaseOf, BuiltInSets, DataOf, DataReport, DataSet
from app.files import FileQuestion


def built_in_sets(question: BuiltInSets) -> tuple[DataSet, ...]:
    """The data sets that come with the program."""
    from app.file_answerers import data_reports

    return data_reports.built_in_sets(question)


def report(question: DataOf) -> DataReport:
    """What the files hold. Raises TextError where the training file cannot be read as anything."""
    from app.file_answerers import data_reports

    return data_reports.report(question)


def base_facts(question: BaseOf) -> BaseFacts | None:
    """Of a model's config.json; None where it is not on this machine. Raises CheckpointError where it is no BERT."""
    from app.file_answerers import data_reports

    return data_reports.base_facts(question)


ANSWERERS: dict[type[FileQuestion], Callable[[Any], object]] = {
    BuiltInSets: built_in_sets,
    DataOf: report,
    BaseOf: base_facts,
}
