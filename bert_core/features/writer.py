"""Features of a stream of texts into a file, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from bert_core.errors import BertError
from bert_core.features.block import Block
from bert_core.features.extraction import extracting, wanted_of
from bert_core.features.facts import facts_of
from bert_core.features.flat_arrays import FlatArrays
from bert_core.features.parquet import Parquet
from bert_core.features.progress import Progress, Written
from bert_core.features.texts import Source, texts_of
from bert_core.features.wanted import Feature

if TYPE_CHECKING:
    from bert_core.bert import Bert

Made = TypeVar("Made")

STEP = 0.005
"""Seconds that one waits for the disk before others have their turn: a block takes a table some seconds."""

_END = object()


class Writer(Protocol):
    """A file on its way."""

    def add(self, block: Block) -> None:
        """Behind what is there."""

    def close(self, facts: Mapping[str, Any]) -> Iterator[None]:
        """Finish the file; yields now and then."""

    def abandon(self) -> None:
        """Let go of it and of what belongs to it."""


WRITERS: dict[str, Callable[[Path], Writer]] = {
    ".parquet": Parquet,
    ".npz": FlatArrays,
    ".safetensors": FlatArrays,
}
FORMATS = tuple(WRITERS)


def write(
    bert: Bert,
    texts: Source,
    features: Sequence[str | Feature],
    path: Path | str,
    *,
    progress: Callable[[Progress], None] | None = None,
    pieces: int | None = None,
) -> Written:
    """Write features of texts, in their order, in the format that the suffix names; see `extract` for what is taken.

    The file comes to be under a name of its own and gets the right one when it is whole; an older one of that name
    stays until then. `progress` is called often; what it raises calls the work off. Raises what `extract` does, and
    BertError for another suffix or a failed write.
    """
    steps = writing(bert, texts, features, Path(path), pieces=pieces)
    try:
        while True:
            said = next(steps)
            if progress is not None:
                progress(said)
    except StopIteration as end:
        written: Written = end.value
        return written
    finally:
        steps.close()


def writing(
    bert: Bert,
    texts: Source,
    features: Sequence[str | Feature],
    path: Path,
    *,
    pieces: int | None = None,
) -> Generator[Progress, None, Written]:
    """As `write`, for those who share the thread: it yields after each layer of each batch, and while it writes.

    To cancel, close it: nothing is left then. What is being written to the disk just then is waited for.
    """
    check_name(path)
    began = perf_counter()
    source = texts_of(texts)
    taken = [feature for feature, _ in wanted_of(bert, features)]
    new = path.with_name(f".{path.name}.{os.getpid()}.new{path.suffix.lower()}")
    counts = {"texts": 0, "pieces": 0, "truncated": 0, "pieceless": 0}
    last = Progress(0, 0, source.total, 0.0)
    writer: Writer | None = None
    worker = ThreadPoolExecutor(1, "features")

    def told() -> Progress:
        return replace(last, seconds=perf_counter() - began)

    try:
        with _said(path):
            writer = WRITERS[path.suffix.lower()](new)
        for step in extracting(bert, source, taken, pieces=pieces):
            if isinstance(step, Progress):
                last = step
                yield step
                continue
            with _said(path):
                yield from _beside(worker, partial(writer.add, step), told)
            counts["texts"] += len(step.texts)
            counts["pieces"] += int(step.offsets[-1])
            counts["truncated"] += int(step.truncated.sum())
            counts["pieceless"] += int(step.pieceless.sum())
        last = replace(last, finishing=True)
        with _said(path):
            facts = yield from _beside(worker, partial(facts_of, bert, source, taken, counts), told)
            closing = writer.close(facts)
            while (yield from _beside(worker, partial(next, closing, _END), told)) is not _END:
                yield told()
            size = new.stat().st_size
            os.replace(new, path)
    finally:
        worker.shutdown()
        if writer is not None:
            writer.abandon()
        with suppress(OSError):
            new.unlink(missing_ok=True)
    return Written(path=path, bytes=size, seconds=perf_counter() - began, **counts)


def check_name(path: Path) -> None:
    """Raises BertError where no file of features can have this name."""
    if path.suffix.lower() not in FORMATS:
        raise BertError("The name must end in " + ", ".join(FORMATS) + ".", where=path)
    with _said(path):
        is_folder, has_folder = path.is_dir(), path.parent.is_dir()
    if is_folder:
        raise BertError("This is a folder.", where=path, remedy="Choose another name.")
    if not has_folder:
        raise BertError("There is no such folder.", where=path.parent, remedy="Choose one that is there.")


def _beside(
    worker: ThreadPoolExecutor, work: Callable[[], Made], told: Callable[[], Progress]
) -> Generator[Progress, None, Made]:
    """What comes of work on another thread; tells how far it is while that goes on."""
    going = worker.submit(work)
    while not wait([going], STEP).done:
        yield told()
    return going.result()


@contextmanager
def _said(path: Path) -> Iterator[None]:
    """Words for a write that fails."""
    try:
        yield
    except OSError as error:
        raise BertError(
            f"The features could not be written: {error.strerror or error}. Nothing is left of them.",
            where=path,
            remedy="Choose another place, or make room.",
        ) from error
