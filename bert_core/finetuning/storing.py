"""The run folder's own copy of the examples, in JSON Lines, so that a run goes on without the file they are from."""

from __future__ import annotations

import json
import os
import uuid
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from bert_core.errors import TextError
from bert_core.finetuning.data_values import Data, Layout, RowProblem
from bert_core.finetuning.examples import (
    Answer,
    ChoiceExample,
    Example,
    Place,
    QuestionExample,
    TaggingExample,
    TextExample,
)

FORMAT = 1


def write_examples(path: Path | str, data: Data) -> None:
    """Write all of `data`: a line about it, and one an example. What was there is replaced when all is written.

    Raises OSError, as where the disk is full; what was there is then unharmed.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    about = {
        "format": FORMAT,
        "task": data.task,
        "labels": list(data.labels),
        "problems": [asdict(problem) for problem in data.problems],
        "duplicates": data.duplicates,
        "contradictory": data.contradictory,
        "missing": data.missing,
        "malformed": data.malformed,
        "layout": data.layout.to_dict(),
        "columns": list(data.columns),
        "path": data.path,
        "complete": data.complete,
        "examples": len(data.examples),
    }
    try:
        with staged.open("w", encoding="utf-8", newline="\n", errors="surrogatepass") as file:
            file.write(json.dumps(about, ensure_ascii=False) + "\n")
            for example in data.examples:
                file.write(json.dumps(_written(example), ensure_ascii=False, separators=(",", ":")) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(staged, path)
    finally:
        staged.unlink(missing_ok=True)


def read_examples(path: Path | str, limit: int | None = None) -> Data:
    """What `write_examples` wrote, equal to it; with a limit, so many examples at most.

    Raises TextError naming the file where it is missing, cut or damaged.
    """
    path = Path(path)
    number = 1
    try:
        with path.open(encoding="utf-8", newline="\n", errors="surrogatepass") as file:
            about = json.loads(file.readline())
            if about["format"] > FORMAT:
                raise TextError("The copy of the data is of a newer edition of this program.", where=path)
            make = _MAKERS[about["task"]]
            examples = []
            for line in islice(file, limit):
                number += 1
                examples.append(make(json.loads(line)))
        total = about["examples"]
        if len(examples) != (total if limit is None else min(limit, total)):
            raise TextError(
                f"The file is cut off: {len(examples)} of {about['examples']} examples.", where=path
            )
        return Data(
            task=about["task"],
            examples=tuple(examples),
            labels=tuple(about["labels"]),
            problems=tuple(RowProblem(**problem) for problem in about["problems"]),
            duplicates=about["duplicates"],
            missing=about["missing"],
            layout=Layout.from_dict(about["layout"]),
            columns=tuple(about["columns"]),
            path=about["path"],
            contradictory=about["contradictory"],
            malformed=about["malformed"],
            complete=about["complete"] and len(examples) == total,
        )
    except OSError as error:
        raise TextError(
            f"The copy of the data cannot be read: {error.strerror or error}.", where=path
        ) from error
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise TextError("The copy of the data is damaged.", where=f"{path}, line {number}") from error


def _written(example: Example) -> dict[str, Any]:
    place = [example.place.line, example.place.path] if example.place.path else example.place.line
    if isinstance(example, TextExample):
        pair = {} if example.text_b is None else {"b": example.text_b}
        return {"a": example.text_a, **pair, "label": example.label, "at": place}
    if isinstance(example, TaggingExample):
        return {"words": example.words, "tags": example.tags, "at": place}
    if isinstance(example, QuestionExample):
        answers = None if example.answers is None else [[a.text, a.start] for a in example.answers]
        return {
            "id": example.id,
            "question": example.question,
            "context": example.context,
            "answers": answers,
            "title": example.title,
            "at": place,
        }
    return {
        "context": example.context,
        "start": example.start,
        "endings": example.endings,
        "label": example.label,
        "at": place,
    }


def _place(values: dict[str, Any]) -> Place:
    at = values["at"]
    return Place(at) if isinstance(at, int) else Place(int(at[0]), str(at[1]))


def _text(values: dict[str, Any]) -> TextExample:
    return TextExample(values["a"], values.get("b"), values["label"], _place(values))


def _tagging(values: dict[str, Any]) -> TaggingExample:
    tags = values["tags"]
    return TaggingExample(tuple(values["words"]), None if tags is None else tuple(tags), _place(values))


def _question(values: dict[str, Any]) -> QuestionExample:
    answers = values["answers"]
    return QuestionExample(
        values["id"],
        values["question"],
        values["context"],
        None if answers is None else tuple(Answer(text, start) for text, start in answers),
        values["title"],
        _place(values),
    )


def _choice(values: dict[str, Any]) -> ChoiceExample:
    return ChoiceExample(
        values["context"], values["start"], tuple(values["endings"]), values["label"], _place(values)
    )


_MAKERS: dict[str, Any] = {
    "single-sentence": _text,
    "sentence-pair": _text,
    "regression": _text,
    "tagging": _tagging,
    "question-answering": _question,
    "multiple-choice": _choice,
}
