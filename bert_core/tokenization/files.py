"""Reads and writes the files a tokenizer is kept in, and says plainly what is wrong with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer as Pipeline

from bert_core.errors import VocabularyError

CHOOSE = "Choose a folder that holds a BERT's vocab.txt or tokenizer.json."
FETCH = "Fetch the file again from where the model came from."


def read_text(path: Path) -> str | None:
    """The text of a UTF-8 file, without a byte order mark; None where there is no such file.

    Raises VocabularyError where the file is there but cannot be read, or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise VocabularyError("This is a file, not a folder.", where=path.parent, remedy=CHOOSE) from None
    except UnicodeDecodeError as error:
        raise VocabularyError(
            f"The file is not UTF-8 text (byte {error.start}).", where=path, remedy=FETCH
        ) from error
    except OSError as error:
        raise VocabularyError(
            f"The file cannot be read: {error.strerror or error}.",
            where=path,
            remedy="Check that you may read it.",
        ) from error


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file; empty where there is no such file.

    Raises VocabularyError where the file cannot be read or holds something else.
    """
    text = read_text(path)
    return {} if text is None else parse_object(text, path)


def parse_object(text: str, path: Path) -> dict[str, Any]:
    """The JSON object in a text read from `path`. Raises VocabularyError where it is something else."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise VocabularyError(f"The file is not valid JSON: {error}.", where=path, remedy=FETCH) from error
    if not isinstance(values, dict):
        raise VocabularyError("The file does not hold a JSON object.", where=path, remedy=FETCH)
    return values


def parse_vocabulary(text: str, path: Path) -> tuple[str, ...]:
    """The lines of a vocab.txt; the line number, from 0, is the id. Raises VocabularyError where it is empty.

    Only a line feed ends a line: the Chinese vocabulary has U+2028 LINE SEPARATOR as a token.
    """
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    lines = [line.removesuffix("\r") for line in lines]
    if not any(lines):
        raise VocabularyError("The vocabulary is empty.", where=path, remedy=FETCH)
    return tuple(lines)


def parse_pipeline(text: str, path: Path) -> Pipeline:
    """The pipeline in a tokenizer.json. Raises VocabularyError where it is not BERT's WordPiece."""
    model = parse_object(text, path).get("model")
    if not isinstance(model, dict):
        raise VocabularyError("The file describes no tokenizer: it has no model.", where=path, remedy=FETCH)
    # Files from before 2020 do not name the model's type, but only WordPiece has a longest word.
    kind = model.get("type") or ("WordPiece" if "max_input_chars_per_word" in model else "unnamed")
    if kind != "WordPiece":
        raise VocabularyError(f"This is a {kind} tokenizer, not BERT's WordPiece.", where=path, remedy=CHOOSE)
    unknown = model.get("unk_token")
    if unknown != "[UNK]":
        raise VocabularyError(
            f"Unknown words become {unknown!r} here, not BERT's [UNK].", where=path, remedy=CHOOSE
        )
    if not model.get("vocab"):
        raise VocabularyError("The vocabulary is empty.", where=path, remedy=FETCH)
    try:
        pipeline = Pipeline.from_str(text)
    except Exception as error:  # the library raises bare Exception
        raise VocabularyError(
            f"The file is not a tokenizer that can be read: {error}.", where=path, remedy=FETCH
        ) from error
    pipeline.no_truncation()
    pipeline.no_padding()
    return pipeline


def vocabulary_of(pipeline: Pipeline, path: Path) -> tuple[str, ...]:
    """The pieces of a pipeline by id; "" where no piece has the id. Raises VocabularyError for absurd ids."""
    ids = pipeline.get_vocab(with_added_tokens=True)
    size = max(ids.values()) + 1
    if size > 10 * len(ids) + 1000:
        raise VocabularyError(
            f"The ids run to {size - 1}, though there are only {len(ids)} pieces.", where=path, remedy=FETCH
        )
    pieces = [""] * size
    for piece, index in ids.items():
        pieces[index] = piece
    return tuple(pieces)


def write_tokenizer(
    folder: Path, vocabulary: tuple[str, ...], pipeline: Pipeline, settings: Mapping[str, Any]
) -> None:
    """Write vocab.txt, tokenizer.json and tokenizer_config.json. Raises VocabularyError where that fails."""
    # A line break inside a piece, which no text can match, must not shift the ids after it.
    lines = "".join(piece.replace("\n", " ") + "\n" for piece in vocabulary)
    texts = {
        "vocab.txt": lines,
        "tokenizer.json": pipeline.to_str(pretty=True) + "\n",
        "tokenizer_config.json": json.dumps(settings, indent=2, ensure_ascii=False) + "\n",
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            temporary = folder / f"{name}.new"
            temporary.write_bytes(text.encode("utf-8"))
            temporary.replace(folder / name)
    except OSError as error:
        raise VocabularyError(
            f"The tokenizer cannot be saved: {error.strerror or error}.",
            where=folder,
            remedy="Check that the folder can be written to and that there is space left.",
        ) from error
