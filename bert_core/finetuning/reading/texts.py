"""Texts without labels, to be labelled, and the file in which those that are labelled are kept."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from bert_core.errors import TextError
from bert_core.finetuning.data_values import Layout
from bert_core.finetuning.examples import TaggingExample, TextExample
from bert_core.finetuning.reading.guessing import guess
from bert_core.finetuning.reading.reader import read


def read_texts(path: Path | str, layout: Layout | None = None) -> list[tuple[str, str | None]]:
    """Sentences or pairs, in order, whatever else the file says of them; a text file without columns has one a line.

    Rows that cannot be read or have no text are left out. Raises TextError where the file cannot be read, or holds
    something else than sentences and pairs.
    """
    layout = guess(path) if layout is None else layout
    columns = tuple((role, name) for role, name in layout.columns if role in ("text_a", "text_b", "words"))
    data = read(path, layout.with_columns(columns), skip_malformed=True)
    texts: list[tuple[str, str | None]] = []
    for example in data.examples:
        if isinstance(example, TextExample):
            texts.append((example.text_a, example.text_b))
        elif isinstance(example, TaggingExample):
            texts.append((" ".join(example.words), None))
        else:
            raise TextError("The file holds questions or choices, not sentences to be labelled.", where=path)
    return texts


def append_labelled(path: Path | str, rows: Iterable[tuple[str, str | None, str]]) -> None:
    """Add sentences or pairs with their labels to a JSON Lines file, which `read` reads; it is made if need be.

    Text that a crash cut off is left a line of its own. Raises TextError where the file's name does not end in .jsonl,
    or it cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() not in (".jsonl", ".ndjson"):
        raise TextError(
            "Labelled sentences are kept in a JSON Lines file.", where=path, remedy="Name it ….jsonl."
        )
    lines = []
    for text_a, text_b, label in rows:
        pair = {} if text_b is None else {"text_b": text_b}
        lines.append(json.dumps({"text_a": text_a, **pair, "label": label}, ensure_ascii=False) + "\n")
    if not lines:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    file.write(b"\n")
            file.write("".join(lines).encode("utf-8", "backslashreplace"))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise TextError(f"The labels cannot be written: {error.strerror or error}.", where=path) from error
