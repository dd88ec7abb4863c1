"""Which column of a file plays which part in a task, as it is said on screen."""

from __future__ import annotations

from dataclasses import replace

from app.translation import tr
from bert_core.finetuning.data_values import ROLES, TARGET, Format, Layout
from bert_core.finetuning.task_info import TaskName

DELIMITERS = {"csv": ",", "swag": ",", "tsv": "\t", "conll": ""}


def role_title(role: str) -> str:
    """A role in words."""
    titles = {
        "text_a": tr("Sentence A"),
        "text_b": tr("Sentence B"),
        "label": tr("Label"),
        "score": tr("Number"),
        "words": tr("Words"),
        "tags": tr("Tags"),
        "question": tr("Question"),
        "context": tr("Context"),
        "answers": tr("Answers"),
        "start": tr("Begin of B"),
        "ending": tr("Ending"),
        "id": tr("Name"),
    }
    return titles.get(role, role)


def format_title(name: Format) -> str:
    """A format's name."""
    titles: dict[Format, str] = {
        "csv": "CSV",
        "tsv": "TSV",
        "jsonl": tr("JSON Lines"),
        "parquet": "Parquet",
        "conll": tr("CoNLL columns"),
        "squad": "SQuAD JSON",
        "swag": "SWAG CSV",
    }
    return titles[name]


def with_role(layout: Layout, columns: tuple[str, ...], column: str, role: str) -> Layout:
    """`layout` with a column in a role, or in none where that is empty; a role taken from another column."""
    roles = {name: taken for taken, name in layout.columns if name != column}
    if role and role != "ending":
        roles = {name: taken for name, taken in roles.items() if taken != role}
    if role:
        roles[column] = role
    order: dict[str, int] = {known: at for at, known in enumerate(ROLES[layout.task])}
    places = {name: at for at, name in enumerate(columns)}
    pairs = [(taken, name) for name, taken in roles.items()]
    pairs.sort(key=lambda pair: (order.get(pair[0], len(order)), places.get(pair[1], 0)))
    return layout.with_columns(tuple(pairs))


def for_task(layout: Layout, task: TaskName) -> Layout:
    """The same columns as far as the other task has a use for them; what is to be learned stays what it is."""
    if task == layout.task:
        return layout
    taken: dict[str, str] = {TARGET[layout.task]: TARGET[task], "text_a": ROLES[task][0]}
    if layout.task in ("tagging", "question-answering", "multiple-choice"):
        taken[ROLES[layout.task][0]] = ROLES[task][0]
    columns = tuple((taken.get(role, role), name) for role, name in layout.columns)
    return replace(layout, task=task, columns=tuple(pair for pair in columns if pair[0] in ROLES[task]))


def for_format(layout: Layout, name: Format) -> Layout:
    """As the format is laid out as a rule; columns are to be guessed anew."""
    task: TaskName = layout.task
    fixed: dict[Format, TaskName] = {
        "squad": "question-answering",
        "conll": "tagging",
        "swag": "multiple-choice",
    }
    if name == "conll":
        columns: tuple[tuple[str, str], ...] = (("words", "column 1"), ("tags", "column 2"))
    else:
        columns = ()
    return replace(
        layout,
        format=name,
        task=fixed.get(name, task),
        columns=columns,
        delimiter=DELIMITERS.get(name, ""),
        header=name not in ("conll", "squad"),
        quoting=name in ("csv", "swag"),
    )
