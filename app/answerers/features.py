"""Saves features of a text file, and counts its texts beforehand, step by step, so that keys slip in between."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from bert_core.errors import BertError, TextError
from bert_core.queries import Progress, Query
from bert_core.queries_features import CountTexts, SavedFeatures, SaveFeatures, TextCount
from bert_core.trace import Trace

if TYPE_CHECKING:
    from bert_core import Bert
    from bert_core.tokenization import Tokenizer

Check = Callable[[], None]
"""Raises Cancelled when something newer is wanted."""

Steps = Generator[Progress | None, None, object]

TELL_AFTER = 0.25
"""Seconds between two words on how far it is."""

STEP = 0.005
"""Seconds of counting between two yields, about."""

ALL_READ = 20_000
"""So many texts are all cut into pieces to be counted; of those behind them,"""

ONE_IN = 20
"""one in so many, which stands for the others."""


def count_texts(bert: Bert, trace: Trace, query: Query, check: Check) -> Steps:
    """Every line is read, so that whatever is wrong with the file is said before the work begins."""
    from bert_core.features import texts_of_file

    assert isinstance(query, CountTexts)
    del trace, check  # a step is so short that nothing has to be broken off
    texts = texts_of_file(Path(query.source.path))
    count = _Count(bert.tokenizer)
    told = stepped = monotonic()
    yield Progress(0, texts.total, "counting", count.value())
    for text in texts.stream:
        count.add(text.text_a, text.second, cut=text.cut)
        now = monotonic()
        if now - told >= TELL_AFTER:
            told = stepped = now
            yield Progress(text.at, texts.total, "counting", count.value())
        elif now - stepped >= STEP:
            yield None
            stepped = monotonic()
    if not count.texts:
        raise TextError(
            "There is no text in it.",
            where=query.source.path,
            remedy="Choose a file with a sentence on each line.",
        )
    return count.value()


def save_features(bert: Bert, trace: Trace, query: Query, check: Check) -> Steps:
    """Layer by layer of each batch; to cancel, close it, and nothing is left."""
    from bert_core.corpus_search.reading import batch_pieces
    from bert_core.features import writing

    assert isinstance(query, SaveFeatures)
    del trace, check
    source, target = Path(query.source.path), Path(query.path)
    if (bert.model_id, str(bert.device), bert.dtype) != (query.model_id, query.device, query.dtype):
        raise BertError(
            "Another model was loaded before the work began, so nothing was written.",
            where=target,
            remedy="Start again.",
        )
    if _same(source, target):
        raise BertError(
            "This is the file with the texts.", where=target, remedy="Choose another name for the features."
        )
    yield None
    steps = writing(bert, source, query.features, target, pieces=batch_pieces(bert))
    told = 0.0
    try:
        while True:
            try:
                progress = next(steps)
            except StopIteration as end:
                return SavedFeatures(end.value, query.source.is_changed)
            now = monotonic()
            if now - told >= TELL_AFTER:
                told = now
                yield Progress(progress.done, progress.total, "saving", progress)
            else:
                yield None
    finally:
        steps.close()


ANSWERERS: dict[type[Query], Callable[[Bert, Trace, Query, Check], object]] = {
    CountTexts: count_texts,
    SaveFeatures: save_features,
}


class _Count:
    """Texts and their pieces; behind ALL_READ texts, the pieces of some."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.texts = 0
        self._tokenizer = tokenizer
        self._pieces = self._cut = 0
        self._some = self._some_pieces = self._some_cut = 0

    def add(self, text_a: str, text_b: str | None, *, cut: bool) -> None:
        self.texts += 1
        if self.texts <= ALL_READ:
            pieces, left_out = self._read(text_a, text_b)
            self._pieces += pieces
            self._cut += cut or left_out
        elif self.texts % ONE_IN == 0:
            pieces, left_out = self._read(text_a, text_b)
            self._some += 1
            self._some_pieces += pieces
            self._some_cut += cut or left_out

    def value(self) -> TextCount:
        """So far."""
        rest = self.texts - ALL_READ
        if rest <= 0:
            return TextCount(self.texts, self._pieces, self._cut)
        if self._some:
            each, share = self._some_pieces / self._some, self._some_cut / self._some
        else:
            each, share = self._pieces / ALL_READ, self._cut / ALL_READ
        pieces, cut = self._pieces + round(rest * each), self._cut + round(rest * share)
        return TextCount(self.texts, pieces, cut, exact=False)

    def _read(self, text_a: str, text_b: str | None) -> tuple[int, bool]:
        encoding = self._tokenizer.encode(text_a, text_b)
        return len(encoding.ids), any(encoding.left_out)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
