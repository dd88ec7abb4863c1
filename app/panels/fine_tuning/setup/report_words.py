"""What is said of the files that were read: how many examples, what is wrong, how balanced, how long."""

from __future__ import annotations

from app.file_questions.data import DataReport, FileReport
from app.panels.fine_tuning.metric_names import task_title
from app.panels.fine_tuning.setup.roles import role_title
from app.translation import tr
from app.views.bars import BarRow
from bert_core.finetuning.description_values import Description, Lengths
from bert_core.finetuning.task_info import TaskName

_MOST_BARS = 12


def trouble_words(report: DataReport, *, skipping: bool) -> str:
    """Why no run can be made of what was read; empty where one can. skipping: rows that cannot be read are left out."""
    if report.unsaid:
        return tr("Say above which column is “{role}”.", role=role_title(report.unsaid))
    for file in report.files:
        if file.task and file.task != report.layout.task:
            return tr(
                "{name} looks like a file for another task: {task}.",
                name=_name(file),
                task=task_title(file.task),
            )
    if report.trouble:
        return report.trouble
    if report.layout.task in ("single-sentence", "sentence-pair") and len(report.labels) < 2:
        return tr("All examples have the same label: there is nothing to tell apart.")
    if report.malformed and not skipping:
        if report.malformed == 1:
            return tr("A row cannot be read. Mend it, or let it be left out.")
        return tr("{n} rows cannot be read. Mend them, or let them be left out.", n=report.malformed)
    return ""


def count_words(report: DataReport) -> str:
    """How many examples there are; empty where there are none."""
    train, dev = report.counts
    if not train:
        return ""
    return tr("{train} examples to train on, {dev} to measure on.", train=f"{train:,}", dev=f"{dev:,}")


def note_words(report: DataReport) -> str:
    """What is to be known of the examples, and of rows that are none."""
    notes = []
    for file in report.files:
        if file.duplicates:
            notes.append(
                tr("{name}: {n} repeated (they are kept).", n=f"{file.duplicates:,}", name=_name(file))
            )
        if file.contradictory:
            notes.append(
                tr(
                    "{name}: {n} with the text of another row and a different label.",
                    n=f"{file.contradictory:,}",
                    name=_name(file),
                )
            )
    if report.shared:
        notes.append(
            tr(
                "{n} examples of the dev file are in the training file, too: their figures say less.",
                n=f"{report.shared:,}",
            )
        )
    train, dev = report.counts
    if train and 0 < dev < 30:
        notes.append(tr("With so few to measure on, figures jump from one evaluation to the next."))
    missing = left_out(report) - report.malformed
    if missing and any(file.problems for file in report.files):
        notes.append(tr("Without a text or a label, so left out in any case: {n}.", n=f"{missing:,}"))
    return " ".join(notes)


def left_out(report: DataReport) -> int:
    """How many rows are no examples."""
    return sum(file.malformed + file.missing for file in report.files)


def problem_lines(report: DataReport) -> list[str]:
    """The first of these rows, and how many more there are."""
    lines = [str(problem) for file in report.files for problem in file.problems]
    more = left_out(report) - len(lines)
    return [*lines, tr("… and {n} more", n=f"{more:,}")] if lines and more > 0 else lines


def balance_of(description: Description | None, task: TaskName) -> tuple[list[BarRow], str, str]:
    """Bars for the classes, what is written above them, and a sentence below."""
    if description is None:
        return [], "", ""
    if task == "regression":
        return [], tr("Numbers"), ""
    pairs = description.entities if task == "tagging" else description.labels
    titles: dict[TaskName, str] = {
        "tagging": tr("Entities"),
        "question-answering": tr("Questions"),
        "multiple-choice": tr("The right ending"),
    }
    total = sum(count for _, count in pairs)
    if not total:
        return [], "", ""
    ranked = sorted(pairs, key=lambda pair: -pair[1]) if len(pairs) > _MOST_BARS else list(pairs)
    most = max(count for _, count in pairs)
    rows = [
        BarRow(_answer_title(label, task), count / total, extra=f"{count:,}")
        for label, count in ranked[:_MOST_BARS]
    ]
    note = ""
    if len(pairs) > _MOST_BARS:
        note = tr("{n} classes in all; these are the most frequent.", n=f"{len(pairs):,}")
    elif task in ("single-sentence", "sentence-pair"):
        note = tr(
            "One who always says the most frequent class is right in {share}.", share=_share(most / total)
        )
        if most > 10 * min(count for _, count in pairs):
            note += " " + tr("They are far out of balance: look at macro F1, or weigh rare classes more.")
    return rows, titles.get(task, tr("Classes")), note


def length_words(lengths: Lengths, limit: int, beyond: float, task: TaskName) -> str:
    """How long examples are, and what a limit cuts off; `beyond`: about which share of them is longer."""
    pieces = lengths.unit == "pieces"
    words = tr(
        "{mean} {unit} on average, the longest {longest}.",
        mean=f"{lengths.mean:.0f}",
        unit=tr("pieces") if pieces else tr("words"),
        longest=f"{lengths.longest:,}",
    )
    share = _share(lengths.over.get(limit, beyond))
    if not pieces:
        more = tr("In pieces once the model is on this machine.")
    elif lengths.longest <= limit:
        more = tr("None is cut off at {limit}.", limit=limit)
    elif task == "question-answering":
        more = tr("At {limit}, {share} are read in overlapping windows.", limit=limit, share=share)
    else:
        more = tr("At {limit}, {share} lose their end.", limit=limit, share=share)
    return f"{words} {more}"


def _name(file: FileReport) -> str:
    return file.path.replace("\\", "/").rsplit("/", 1)[-1]


def _share(share: float) -> str:
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"


def _answer_title(label: str, task: TaskName) -> str:
    if task != "question-answering":
        return label
    return {"answer": tr("with an answer"), "no answer": tr("without"), "unknown": tr("not known")}.get(
        label, label
    )
