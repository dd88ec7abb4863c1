"""Reads the probes of a run, and measures how far its attention and its vectors have moved."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.file_questions.probes import (
    Floats,
    ProbedText,
    ProbeHistory,
    ProbesOf,
    Replay,
    ReplayOf,
    WordHistory,
    WordsOf,
)
from app.files import FileQuestion
from bert_core.errors import TrainingError
from bert_core.finetuning.probe_files import (
    probe_folder,
    read_map,
    read_record,
    read_words,
    record_name,
    recorded,
)
from bert_core.finetuning.probe_values import Halves, ProbedSentence, ProbeRecord
from bert_core.measures.attention_drift import drift
from bert_core.measures.kernel_alignment import aligned, centred, gram
from bert_core.trace import MaskPrediction

AT_A_TIME = 0.4
"""Seconds after which the rest is left for the next question: others wait for this thread, too."""
_RUNS = 4  # whose figures are kept
_WORDS = 40  # of a masked place are named at most

_Mark = tuple[int, int]  # when a file was written, and its size


@dataclass(frozen=True, eq=False)
class _Figures:
    """What one record adds to a history."""

    drift: Floats  # [P, L, A]
    cka: Floats  # [P+1, L+1]
    nsp: Floats  # [P]
    best: tuple[tuple[MaskPrediction, ...], ...]


class _Start:
    """The record that all others are measured against."""

    def __init__(self, record: ProbeRecord) -> None:
        self._record = record
        self._vectors = [_inner(record, layer) for layer in range(_layers(record))]

    def figures(self, record: ProbeRecord, path: Path) -> _Figures:
        """Raises TrainingError where it is of other sentences, or of another model."""
        before, after = self._record.sentences, record.sentences
        if [_kind(sentence) for sentence in before] != [_kind(sentence) for sentence in after]:
            raise TrainingError(
                "The record is of other sentences, or another model, than the first.", where=path
            )
        pairs = zip(before, after, strict=True)
        alike = [
            [aligned(x, y) for x, y in zip(own, _inner(record, layer), strict=True)]
            for layer, own in enumerate(self._vectors)
        ]
        nsp = [np.nan if sentence.nsp is None else sentence.nsp.is_next for sentence in after]
        return _Figures(
            drift=np.stack([drift(x.attentions, y.attentions) for x, y in pairs]).astype(np.float32),
            cka=np.array(alike, np.float32).T,
            nsp=np.array(nsp, np.float32),
            best=tuple(sentence.predictions or () for sentence in after),
        )


class _Kept:
    """What is known of one run's records, by step: their figures, or why they cannot be read."""

    def __init__(self) -> None:
        self.start: int | None = None
        self.texts: tuple[ProbedText, ...] = ()
        self.marks: dict[int, _Mark] = {}
        self.figures: dict[int, _Figures] = {}
        self.broken: dict[int, str] = {}
        self.history: ProbeHistory | None = None

    def forget_changed(self, marks: Mapping[int, _Mark]) -> None:
        """Forget what is not on the disk as it was; all figures, where another record is the first one now."""
        for step in [step for step, mark in self.marks.items() if marks.get(step) != mark]:
            for known in (self.marks, self.figures, self.broken):
                known.pop(step, None)
            self.history = None
        if next((step for step in marks if step not in self.broken), None) != self.start:
            self.start = self.history = None
            self.figures.clear()

    def read(self, paths: Mapping[int, Path], marks: Mapping[int, _Mark], until: float) -> None:
        """Read what is not known yet, one record at least, while there is time."""
        start: _Start | None = None
        for step, path in paths.items():
            if step in self.figures or step in self.broken:
                continue
            self.history = None
            self.marks[step] = marks[step]
            try:
                record = read_record(path)
                if self.start is None:
                    start, self.start = _Start(record), step
                    self.texts = tuple(_text(sentence) for sentence in record.sentences)
                elif start is None:
                    start = _Start(read_record(paths[self.start]))
                self.figures[step] = start.figures(record, path)
            except TrainingError as error:
                self.broken[step] = str(error)
            if monotonic() > until:
                return

    def tell(self, folder: str, paths: Mapping[int, Path]) -> ProbeHistory | None:
        """The history of what is known; the same value again where nothing is new."""
        steps = tuple(step for step in paths if step in self.figures)
        broken = tuple(self.broken[step] for step in paths if step in self.broken)
        if not steps:
            if len(broken) == len(paths) and broken:
                raise TrainingError(f"No record of the probes can be read. {broken[0]}")
            return None
        if self.history is None:
            found = [self.figures[step] for step in steps]
            self.history = ProbeHistory(
                folder=folder,
                steps=steps,
                sentences=self.texts,
                drift=_frozen(np.stack([figures.drift for figures in found])),
                cka=_frozen(np.stack([figures.cka for figures in found])),
                nsp=_frozen(np.stack([figures.nsp for figures in found])),
                best=tuple(figures.best for figures in found),
                broken=broken,
                left=len(paths) - len(steps) - len(broken),
            )
        return self.history


_kept: OrderedDict[str, _Kept] = OrderedDict()
"""By folder, the one asked about last at the end. Only the thread that reads files looks at it."""


def probe_history(question: ProbesOf, at_a_time: float = AT_A_TIME) -> ProbeHistory | None:
    """What the run's probes say; None where it has none. Raises TrainingError where they cannot be read."""
    kept = _kept.setdefault(question.folder, _Kept())
    _kept.move_to_end(question.folder)
    while len(_kept) > _RUNS:
        _kept.popitem(last=False)
    try:
        found = recorded(Path(question.folder))
        paths = {step: path for step, path in found.items() if step <= question.until}
        marks = {step: _mark(path) for step, path in paths.items()}
    except FileNotFoundError:  # one was removed just now; the next look finds the others
        return kept.history
    except OSError as error:
        why = error.strerror or str(error)
        raise TrainingError(f"The probes cannot be read: {why}.", where=question.folder) from error
    kept.forget_changed(marks)
    kept.read(paths, marks, monotonic() + at_a_time)
    return kept.tell(question.folder, paths)


def replay(question: ReplayOf) -> Replay:
    """One head's maps over the steps. Raises TrainingError where none of them can be read."""
    folder = Path(question.folder)
    place = question.sentence, question.layer, question.head
    maps = _of_each(question.steps, lambda step: read_map(_path(folder, step), *place))
    return Replay(_frozen(maps))


def word_history(question: WordsOf) -> WordHistory:
    """The words that are likely at any of the steps. Raises TrainingError where none of them can be read."""
    folder = Path(question.folder)
    place = question.sentence, question.mask
    best: dict[int, tuple[str, float]] = {}
    for step in question.steps:
        for word, id_, probability in _best(folder, step, question):
            if probability > best.get(id_, ("", -1.0))[1]:
                best[id_] = word, probability
    ids = sorted(best, key=lambda id_: (-best[id_][1], id_))[:_WORDS]
    rows = _of_each(question.steps, lambda step: read_words(_path(folder, step), *place)[ids])
    return WordHistory(tuple(best[id_][0] for id_ in ids), _frozen(rows.T.astype(np.float32)))


def _best(folder: Path, step: int, question: WordsOf) -> list[tuple[str, int, float]]:
    kept = _kept.get(question.folder)
    figures = None if kept is None else kept.figures.get(step)
    if figures is None:
        try:
            sentences = read_record(_path(folder, step)).sentences
        except TrainingError:
            return []
        masks = sentences[question.sentence].predictions or ()
    else:
        masks = figures.best[question.sentence]
    return masks[question.mask].candidates


def _of_each(steps: tuple[int, ...], read: Callable[[int], Halves]) -> Halves:
    """What is read of every step; NaN for those that cannot be read (any more), unless that is so of all."""
    found: list[Halves | None] = []
    problem: TrainingError | None = None
    for step in steps:
        try:
            found.append(read(step))
        except TrainingError as error:
            problem = error
            found.append(None)
    some = next((values for values in found if values is not None), None)
    if some is None:
        raise problem or TrainingError("There is no record of the probes.")
    nothing = np.full_like(some, np.nan)
    fits = (nothing if values is None or values.shape != some.shape else values for values in found)
    return np.stack(list(fits))


def _path(folder: Path, step: int) -> Path:
    return probe_folder(folder) / record_name(step)


def _mark(path: Path) -> _Mark:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def _kind(sentence: ProbedSentence) -> tuple[object, ...]:
    """What two records of one run have in common."""
    shapes = sentence.attentions.shape, sentence.hidden_states.shape, sentence.probabilities.shape
    return (*shapes, sentence.tokens, tuple(mask.position for mask in sentence.predictions or ()))


def _layers(record: ProbeRecord) -> int:
    """How many states a piece goes through, its embedding among them."""
    return len(record.sentences[0].hidden_states)


def _inner(record: ProbeRecord, layer: int) -> list[NDArray[np.float64]]:
    """The centred Gram matrices after a layer: of every sentence's pieces, and last of those of all together."""
    states = [sentence.hidden_states[layer] for sentence in record.sentences]
    every = gram(np.concatenate(states))
    ends = np.cumsum([len(state) for state in states]).tolist()
    own = [
        every[end - len(state) : end, end - len(state) : end] for end, state in zip(ends, states, strict=True)
    ]
    return [centred(part) for part in (*own, every)]


def _text(sentence: ProbedSentence) -> ProbedText:
    return ProbedText(
        text_a=sentence.text_a,
        text_b=sentence.text_b,
        tokens=sentence.tokens,
        masks=tuple(mask.position for mask in sentence.predictions or ()),
        left_out=sentence.left_out,
        has_words=sentence.predictions is not None,
    )


def _frozen(values: Any) -> Any:
    values.setflags(write=False)
    return values


ANSWERERS: dict[type[FileQuestion], Callable[[Any], object]] = {
    ProbesOf: probe_history,
    ReplayOf: replay,
    WordsOf: word_history,
}
