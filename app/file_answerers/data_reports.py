"""Reads data files for the form in which a run is set up."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from app.file_questions.data import (
    BaseFacts,
    BaseOf,
    BuiltInSets,
    DataOf,
    DataReport,
    DataSet,
    FileReport,
)
from bert_core.checkpoints.sources import local
from bert_core.config import BertConfig
from bert_core.errors import BertError, TextError
from bert_core.finetuning.built_in import BUILT_IN
from bert_core.finetuning.data_values import NEEDED, TARGET, Data, Layout
from bert_core.finetuning.description import describe
from bert_core.finetuning.duplicates import shared_texts
from bert_core.finetuning.examples import ChoiceExample, Example, QuestionExample, TaggingExample
from bert_core.finetuning.reading import guess, guess_roles, read
from bert_core.finetuning.reading.conll import blocks, fields
from bert_core.finetuning.reading.encodings import lines
from bert_core.finetuning.reading.guessing import columns_of
from bert_core.finetuning.reading.reader import open_table
from bert_core.finetuning.reading.rows import Row
from bert_core.finetuning.reading.tables import plain
from bert_core.finetuning.splitting import split
from bert_core.tokenization import Tokenizer

ROWS = 20
"""So many rows of a file are shown."""
PROBLEMS = 200
"""So many of a file's problems are told one by one."""
_KEPT = 6  # readings of files: another share, or another model, reads none anew
_T = TypeVar("_T")
_kept: OrderedDict[Hashable, Any] = OrderedDict()
"""Only the thread that reads files looks at it."""


def built_in_sets(_question: BuiltInSets) -> tuple[DataSet, ...]:
    """Those whose files are there."""
    found = []
    for each in BUILT_IN:
        try:
            found.append(DataSet(each.name, each.title, each.task, str(each.train), str(each.dev)))
        except FileNotFoundError:
            continue
    return tuple(found)


def report(question: DataOf) -> DataReport:
    """What the files hold. Raises TextError where the training file cannot be read as anything."""
    path = Path(question.train)
    layout = _kept_for(path, "guess", lambda: guess(path)) if question.layout is None else question.layout
    if question.anew:
        layout = guess_roles(path, layout)
    columns, rows = _preview(path, layout)
    found = DataReport(layout, columns, rows, layout.format == "squad", FileReport(str(path)))
    if unsaid := _unsaid(layout):
        return replace(found, unsaid=unsaid)
    train, file = _read(path, layout, None)
    found = replace(found, train=file)
    if train is None:
        return replace(found, trouble=file.trouble)
    found = replace(found, labels=train.labels)
    labels = train.labels or None
    if question.dev is None:
        try:
            learned, dev = split(train, question.share, question.seed)
        except TextError as error:
            return _described(question, replace(found, trouble=str(error)), train)
        measured: Data | None = dev
    else:
        dev_path = Path(question.dev)
        learned = train
        measured, file = _read_other(dev_path, layout, labels)
        found = replace(found, dev=file)
    extra = []
    for other in question.extra:
        more, file = _read_other(Path(other), layout, labels)
        extra.append(file)
        if more is not None:
            learned = replace(learned, examples=(*learned.examples, *more.examples))
    found = replace(
        found,
        extra=tuple(extra),
        counts=(len(learned.examples), 0 if measured is None else len(measured.examples)),
        shared=0 if measured is None or question.dev is None else shared_texts(learned, measured),
        trouble=next((each.trouble for each in (*found.files[1:], *extra) if each.trouble), ""),
    )
    return _described(question, found, learned)


def _described(question: DataOf, found: DataReport, data: Data) -> DataReport:
    tokenizer = _tokenizer(question.model) if question.model else None
    paths = (Path(question.train), *map(Path, question.extra))
    key = ("describe", question, found.layout, *map(_mark, paths))
    description = _kept_as(key, lambda: describe(data, tokenizer))
    return replace(found, description=description, in_pieces=tokenizer is not None)


def base_facts(question: BaseOf) -> BaseFacts | None:
    """Of its config.json; None where it is not on this machine. Raises CheckpointError where it is no BERT."""
    folder = local(question.source)
    if folder is None:
        return None
    path = folder / "config.json"
    config = BertConfig.read(path if path.exists() else folder / "bert_config.json")
    size, hidden = config.hidden_size, config.num_hidden_layers
    layer = 4 * size * size + 2 * size * config.intermediate_size + 9 * size + config.intermediate_size
    tables = (config.vocab_size + config.max_position_embeddings + config.type_vocab_size + 2) * size
    heads = 2 * size * size + 6 * size + config.vocab_size
    most = config.max_position_embeddings
    try:
        tokenizer = _tokenizer(question.source)
        most = most if tokenizer is None else min(most, tokenizer.max_length)
    except BertError:
        pass  # said when the data are read
    return BaseFacts(
        source=question.source,
        layers=hidden,
        heads=config.num_attention_heads,
        hidden=size,
        parameters=tables + hidden * layer + heads,
        max_length=most,
    )


# Reading -------------------------------------------------------------------------------------------------------------


def _read(path: Path, layout: Layout, labels: tuple[str, ...] | None) -> tuple[Data | None, FileReport]:
    """What a file holds, whatever is wrong with single rows of it; None where nothing can be read."""
    try:
        key = ("read", layout, labels)
        data = _kept_for(path, key, lambda: read(path, layout, skip_malformed=True, labels=labels))
    except TextError as error:
        return None, FileReport(str(path), trouble=str(error))
    return data, FileReport(
        path=str(path),
        examples=len(data.examples),
        malformed=data.malformed,
        missing=data.missing,
        duplicates=data.duplicates,
        contradictory=data.contradictory,
        problems=data.problems[:PROBLEMS],
    )


def _read_other(path: Path, like: Layout, labels: tuple[str, ...] | None) -> tuple[Data | None, FileReport]:
    """A file that goes with the training file."""
    try:
        layout = _kept_for(path, ("guess", like), lambda: guess(path, like))
    except TextError as error:
        return None, FileReport(str(path), trouble=str(error))
    if layout.task != like.task:
        return None, FileReport(str(path), task=layout.task)
    return _read(path, layout, labels)


def _unsaid(layout: Layout) -> str:
    """The first role that must have a column before there is anything to learn from; empty where all have."""
    if layout.format == "squad":
        return ""
    missing = [role for role in NEEDED[layout.task] if layout.column(role) is None]
    if layout.task == "multiple-choice" and len(layout.all_columns("ending")) < 2:
        missing.append("ending")
    if layout.format == "conll":  # words are the first column where nothing is said
        missing = []
    if not layout.has_target:
        missing.append(TARGET[layout.task])
    return next(iter(missing), "")


def _preview(path: Path, layout: Layout) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The file's columns and its first rows."""
    if layout.format == "squad":
        try:
            examples: tuple[Example, ...] = read(path, layout, skip_malformed=True, limit=ROWS).examples
        except TextError:
            examples = ()
        return ("question", "context", "answers"), tuple(map(_texts, examples))
    if layout.format == "conll":
        columns = columns_of(path, layout)
        found = (
            fields(line, layout.delimiter)
            for block in blocks(lines(path, layout.encoding))
            for _, line in block
        )
        return columns, tuple(
            tuple((*row, *[""] * len(columns))[: len(columns)]) for row in islice(found, ROWS)
        )
    table = open_table(path, layout, ROWS)
    rows = islice((row for row in table.rows if isinstance(row, Row)), ROWS)
    return table.columns, tuple(tuple(plain(value)[:400] for value in row.values) for row in rows)


def _texts(example: Example) -> tuple[str, ...]:
    if isinstance(example, QuestionExample):
        said = " / ".join(answer.text for answer in example.answers or ())
        return example.question, example.context[:400], said
    if isinstance(example, TaggingExample):
        return " ".join(example.words), " ".join(example.tags or ())
    if isinstance(example, ChoiceExample):
        return (example.context, example.start, *example.endings)
    return example.text_a, example.text_b or "", "" if example.label is None else str(example.label)


# Models --------------------------------------------------------------------------------------------------------------


def _tokenizer(source: str) -> Tokenizer | None:
    """None where the model is not on this machine, or has no vocabulary that can be read."""
    try:
        folder = local(source)
        return None if folder is None else _loaded(folder)
    except BertError:
        return None


@lru_cache(maxsize=2)
def _loaded(folder: Path) -> Tokenizer:
    return Tokenizer.load(folder)


# Keeping -------------------------------------------------------------------------------------------------------------


def _mark(path: Path) -> Hashable:
    try:
        status = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), status.st_mtime_ns, status.st_size


def _kept_for(path: Path, what: Hashable, make: Callable[[], _T]) -> _T:
    return _kept_as((what, _mark(path)), make)


def _kept_as(key: Hashable, make: Callable[[], _T]) -> _T:
    """What was made before for this key, while it is among the last few."""
    if key not in _kept:
        _kept[key] = make()
    _kept.move_to_end(key)
    while len(_kept) > _KEPT:
        _kept.popitem(last=False)
    found: _T = _kept[key]
    return found
