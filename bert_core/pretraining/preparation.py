"""What a run needs before its first step: vocabulary, tokenised text, word counts, and word vectors where asked for.

Each part is made once, and is there only when it is whole: a second call, or one after an interruption, goes on with
what there is. prepared.json says from what it is made, and is written first.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from bert_core.errors import TextError, TrainingError, VocabularyError
from bert_core.pretraining.apart import EVERY, FEWEST, LEAST, Apart
from bert_core.pretraining.cooccurrence import count_pieces, vectors_of_pieces
from bert_core.pretraining.corpus import PieceCorpus
from bert_core.pretraining.provenance import differences, provenance
from bert_core.pretraining.recipe import Recipe
from bert_core.pretraining.text import bytes_on_disk, find_files, read_documents
from bert_core.pretraining.vocabulary import learn
from bert_core.tokenization import Tokenizer
from bert_core.training.files import is_full_disk, write_json

Progress = Callable[[str, float], None]

COUNTED = 36_000_000
"""Pieces, evenly spread, from which neighbours are counted; more change little."""
VECTOR_SIZE = 256
NOTHING_APART = (
    "There is too little text to set a part of it aside, so that nothing is measured on text held out."
)
_NEEDED = f"pairs need {FEWEST} documents, each of two sentences and {LEAST} pieces"
_REMEDY = "Give more text; a blank line parts documents."
_ANEW = "Delete its folder, and begin anew."


@dataclass(frozen=True, eq=False)
class Prepared:
    """What a run begins with, in a folder.

    heldout  None where none was given, and there was too little text to set a part of it aside
    counts   int64 [V], how often each piece occurs in the text to learn from
    """

    folder: Path
    tokenizer: Tokenizer
    train: PieceCorpus
    heldout: PieceCorpus | None
    counts: np.ndarray

    def vectors(self) -> torch.Tensor:
        """The word vectors, float32 [V, any]. Raises TrainingError where there are none."""
        path = self.folder / "vectors.npy"
        if not path.exists():
            raise TrainingError("The word vectors are missing.", where=path, remedy="Prepare the run anew.")
        return torch.from_numpy(_load(path))


def prepare(
    files: Sequence[Path],
    heldout: Sequence[Path] | None,
    recipe: Recipe,
    folder: Path,
    tokenizer: Path | None = None,
    progress: Progress | None = None,
) -> Prepared:
    """Make, or find in `folder`, what a run needs; files that are gone by then are not missed when all is made.

    files, heldout  text files or folders of them, to learn from and to measure on. Without the second, documents are
                    set apart by the rule in `apart.py`. (The vocabulary is learned from all.)
    tokenizer       a folder whose vocabulary is used; else one is learned, of fewer pieces than asked for if the text
                    has no more
    progress        told what is being done, and which share of it is done, 0 to 1
    Raises TextError, VocabularyError, or TrainingError where the folder holds what was made from other text, or cannot
    be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _Preparation(recipe, folder, progress or (lambda step, share: None)).run(
            files, heldout, tokenizer
        )
    except OSError as error:
        full = is_full_disk(error) or error.errno is None  # numpy's says only how much it could write
        raise TrainingError(
            f"The text cannot be prepared: {error.strerror or error}.",
            where=error.filename or folder,
            remedy="Make room, and resume." if full else "",
        ) from error


class _Preparation:
    """The steps, with what they share."""

    def __init__(self, recipe: Recipe, folder: Path, progress: Progress) -> None:
        self.recipe, self.folder, self.progress = recipe, folder, progress
        self.arrays = ["counts", "vectors"] if recipe.model.start == "structured" else ["counts"]

    def run(self, files: Sequence[Path], heldout: Sequence[Path] | None, given: Path | None) -> Prepared:
        whole = self.is_whole()
        try:
            held_files = [] if heldout is None else find_files(heldout)
            sources = find_files(files, without=held_files)
            pieces = None if given is None else Tokenizer.load(given).vocabulary
        except (TextError, VocabularyError):
            if not whole:
                raise
            sources = held_files = []
        else:
            self.check(sources, held_files, pieces, whole)
        words = self.tokenizer(sources, given)
        held, apart = (
            self.set_apart(sources, words) if heldout is None else (self.given(held_files, words), Apart())
        )
        train = self.corpus("train", sources, words, lambda document: not apart.has(document))
        if len(train.usable(LEAST)) < FEWEST:
            raise TextError(f"There is too little text to learn from: {_NEEDED}.", remedy=_REMEDY)
        counts = self.array("counts", lambda: self.counts(train, len(words.vocabulary)))
        if "vectors" in self.arrays:
            self.array("vectors", lambda: self.vectors(train, counts))
        return Prepared(self.folder, words, train, held, counts)

    def is_whole(self) -> bool:
        """Is there nothing left to do? (The arrays are made last.)"""
        return all((self.folder / f"{name}.npy").exists() for name in self.arrays)

    def check(
        self, sources: Sequence[Path], held: Sequence[Path], pieces: Sequence[str] | None, whole: bool
    ) -> None:
        """Say from what all is made, or refuse where it is made from something else."""
        now = provenance(sources, held, pieces, self.recipe.vocabulary)
        path = self.folder / "prepared.json"
        if not path.exists():
            return write_json(path, now)
        try:
            other = differences(json.loads(path.read_text(encoding="utf-8")), now, whole)
        except (ValueError, TypeError, AttributeError) as error:
            raise TrainingError(f"The file cannot be read: {error}.", where=path, remedy=_ANEW) from error
        if other:
            raise TrainingError(
                f"The text here was prepared from something else: {'; '.join(other)}.",
                where=self.folder,
                remedy="Choose another folder for the run, or delete this one.",
            )

    def tokenizer(self, sources: Sequence[Path], given: Path | None) -> Tokenizer:
        folder = self.folder / "tokenizer"
        if not folder.exists():
            length = self.recipe.model.max_position_embeddings
            if given is not None:
                words = Tokenizer.load(given).with_max_length(length)
            else:
                words = learn(sources, self.recipe.vocabulary, self.progress, length)
            part = folder.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            try:
                words.save(part)
            except VocabularyError as error:
                raise TrainingError(error.what, where=folder, remedy="Make room, and resume.") from error
            os.replace(part, folder)
        return Tokenizer.load(folder)

    def given(self, files: Sequence[Path], words: Tokenizer) -> PieceCorpus:
        """The text that was given to measure on."""
        held = self.corpus("heldout", files, words)
        if len(held.usable(LEAST)) < FEWEST:
            raise TextError(f"There is too little held-out text: {_NEEDED}.", remedy=_REMEDY)
        return held

    def set_apart(self, sources: Sequence[Path], words: Tokenizer) -> tuple[PieceCorpus | None, Apart]:
        """The part of the text that is set apart, if any, and by which rule.

        The rule is written before what it gives, so that none is ever taken for what another one gave.
        """
        path = self.folder / "apart.json"
        if not path.exists():
            Apart(every=EVERY).write(path)
        rule = Apart.read(path)
        if rule.every:
            try:
                held = self.corpus("heldout", sources, words, rule.has)
                if len(held.usable(LEAST)) >= FEWEST:
                    return held, rule
                del held  # its files, mapped into memory, could not be deleted everywhere
            except TextError:  # nothing in it; should a file be broken, the next reading will say so
                pass
            rule = Apart.of_few(self.documents("choice of held-out text", sources), words)
            shutil.rmtree(self.folder / "heldout", ignore_errors=True)
            rule.write(path)
        return (self.corpus("heldout", sources, words, rule.has) if rule.documents else None), rule

    def corpus(
        self,
        name: str,
        files: Sequence[Path],
        words: Tokenizer,
        wanted: Callable[[list[str]], bool] = lambda document: True,
    ) -> PieceCorpus:
        """The documents of files that are wanted, tokenised."""
        folder = self.folder / name
        if PieceCorpus.is_whole(folder):
            return PieceCorpus.open(folder)
        documents = self.documents("text" if name == "train" else "held-out text", files)
        return PieceCorpus.build(filter(wanted, documents), folder, words)

    def documents(self, step: str, files: Sequence[Path]) -> Iterator[list[str]]:
        total, done = max(bytes_on_disk(files), 1), 0

        def read(count: int) -> None:
            nonlocal done
            done += count
            self.progress(step, min(done / total, 1.0))

        read(0)
        for file in files:
            yield from read_documents(file, read)

    def array(self, name: str, make: Callable[[], np.ndarray]) -> np.ndarray:
        path = self.folder / f"{name}.npy"
        if not path.exists():
            part = path.with_suffix(".part")
            with part.open("wb") as file:
                np.save(file, make())
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
        return _load(path)

    def counts(self, train: PieceCorpus, vocab_size: int) -> np.ndarray:
        self.progress("word counts", 0.0)
        made = count_pieces(train.pieces, vocab_size, lambda share: self.progress("word counts", share))
        self.progress("word counts", 1.0)
        return made

    def vectors(self, train: PieceCorpus, counts: np.ndarray) -> np.ndarray:
        self.progress("word vectors", 0.0)
        made = vectors_of_pieces(
            _spread(train.pieces, COUNTED),
            counts,
            VECTOR_SIZE,
            self.recipe.seed,
            progress=lambda share: self.progress("word vectors", share),
        )
        self.progress("word vectors", 1.0)
        return made.numpy()


def _load(path: Path) -> np.ndarray:
    try:
        found: np.ndarray = np.load(path)
        return found
    except (OSError, ValueError, EOFError) as error:
        raise TrainingError(f"The file cannot be read: {error}.", where=path, remedy=_ANEW) from error


def _spread(pieces: np.ndarray, most: int, stretches: int = 64) -> np.ndarray:
    """At most so many pieces, in stretches evenly spaced over all."""
    if len(pieces) <= most:
        return pieces
    size = most // stretches
    starts = np.linspace(0, len(pieces) - size, stretches).astype(np.int64)
    return np.concatenate([pieces[start : start + size] for start in starts])
