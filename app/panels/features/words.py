"""What the dialog says in numbers: how much text there is, how large the file will be, how far the work is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.panels.common_job import clock, speed_words
from app.translation import tr
from bert_core.features.progress import Progress, Written
from bert_core.features.wanted import Feature
from bert_core.info import ModelInfo
from bert_core.queries import Progress as Step
from bert_core.queries_features import SavedFeatures, TextCount

_FLOAT = 4  # bytes


def amount(size: float) -> str:
    """Bytes as a person reads them: 940 kB, 1.3 GB."""
    for unit, most in (("kB", 1e6), ("MB", 1e9), ("GB", 1e12)):
        if size < most or unit == "GB":
            number = size / most * 1e3
            return f"{number:,.0f} {unit}" if number >= 100 or unit == "kB" else f"{number:.1f} {unit}"
    raise AssertionError(size)


def count_words(count: TextCount, longest: int) -> str:
    """1,200 texts, 14,310 pieces; 3 are longer than the 512 pieces that this model reads, and are cut."""
    pieces = f"{count.pieces:,}" if count.exact else tr("about {n}", n=f"{_rounded(count.pieces):,}")
    said = tr("{texts} texts, {pieces} pieces", texts=f"{count.texts:,}", pieces=pieces)
    if count.texts == 1:
        said = tr("1 text, {pieces} pieces", pieces=pieces)
    if not count.cut:
        return said
    cut = f"{count.cut:,}" if count.exact else tr("about {n}", n=f"{_rounded(count.cut):,}")
    return tr(
        "{said}; {n} longer than the {longest} pieces that this model reads: cut there",
        said=said,
        n=cut,
        longest=longest,
    )


def counting_words(step: Step | None) -> str:
    """While it is being counted."""
    if step is None or not isinstance(step.value, TextCount) or not step.value.texts:
        return tr("Counting texts…")
    share = f" ({100 * step.done / step.total:.0f} %)" if step.total else ""
    return tr("Counting texts: {n}{share}", n=f"{step.value.texts:,}", share=share)


def widths(features: Sequence[Feature], model: ModelInfo) -> tuple[int, int]:
    """Numbers that are kept of each piece, and of each text."""
    config = model.config
    taken = [(feature.pool, feature.of_model(config.num_hidden_layers)) for feature in features]
    of = {
        by_piece: sum(t.width(config.hidden_size) for pool, t in taken if (pool == "pieces") is by_piece)
        for by_piece in (True, False)
    }
    return of[True], of[False]


def size_of(features: Sequence[Feature], model: ModelInfo, count: TextCount) -> int:
    """Bytes of the features alone; texts and pieces, which are in the file too, come on top."""
    by_piece, by_text = widths(features, model)
    return _FLOAT * (by_piece * count.pieces + by_text * count.texts)


def size_words(features: Sequence[Feature], model: ModelInfo, count: TextCount) -> str:
    """14,310 pieces x 256 numbers + 1,200 texts x 256 numbers, 4 bytes each: 15.9 MB."""
    by_piece, by_text = widths(features, model)
    about = "" if count.exact else tr("about") + " "
    parts = []
    if by_piece:
        pieces = count.pieces if count.exact else _rounded(count.pieces)
        parts.append(tr("{n} pieces × {width} numbers", n=f"{pieces:,}", width=f"{by_piece:,}"))
    if by_text:
        parts.append(tr("{n} texts × {width} numbers", n=f"{count.texts:,}", width=f"{by_text:,}"))
    return tr(
        "{parts}, 4 bytes each: {about}{size}, and the texts themselves",
        parts=" + ".join(parts),
        about=about,
        size=amount(size_of(features, model, count)),
    )


def progress_words(step: Step | None) -> str:
    """412 texts (41 %), 96 a second, 0:48 left."""
    progress = None if step is None else step.value
    if not isinstance(progress, Progress):
        return tr("Waiting for its turn…")
    said = tr("{n} texts", n=f"{progress.texts:,}")
    if progress.finishing:
        return tr("{said} read; putting the file together…", said=said)
    if progress.share is not None:
        said = tr("{said} ({share} %)", said=said, share=_percent(progress.share))
    if progress.texts:
        said = tr("{said}, {speed} a second", said=said, speed=speed_words(progress.per_second))
    if progress.seconds_left is not None:
        said = tr("{said}, {left} left", said=said, left=clock(progress.seconds_left))
    return said


def share_of(step: Step | None) -> float | None:
    """How far it is, 0 to 1; None where that is not known."""
    progress = None if step is None else step.value
    return progress.share if isinstance(progress, Progress) else None


def saved_words(saved: SavedFeatures, longest: int) -> str:
    """What is there now, and what is to be known of it."""
    written = saved.written
    parts = [
        tr(
            "Saved {texts} texts, {pieces} pieces, {size}, in {time}, {speed} texts a second.",
            texts=f"{written.texts:,}",
            pieces=f"{written.pieces:,}",
            size=amount(written.bytes),
            time=_lasted(written),
            speed=speed_words(written.texts / written.seconds if written.seconds > 0 else 0.0),
        )
    ]
    if written.truncated:
        parts.append(
            tr(
                "{n} of the texts were cut: this model reads at most {longest} pieces.",
                n=f"{written.truncated:,}",
                longest=longest,
            )
        )
    else:
        parts.append(tr("No text was cut."))
    if written.pieceless:
        parts.append(tr("{n} have no piece of their own: their mean is NaN.", n=f"{written.pieceless:,}"))
    if saved.changed:
        parts.append(tr("The file with the texts was written to meanwhile."))
    return " ".join(parts)


def notice_words(saved: SavedFeatures) -> str:
    """One sentence, for who looks elsewhere."""
    written = saved.written
    return tr("Saved features of {n} texts in {path}", n=f"{written.texts:,}", path=written.path)


def cancelled_words(path: Path) -> str:
    """Nothing is left."""
    return tr("Cancelled: nothing was written to {path}.", path=path)


def model_words(path: Path) -> str:
    """Another model came."""
    return tr(
        "Another model was loaded meanwhile, so this was cancelled: nothing was written to {path}. "
        "Start again for the model that is in force now.",
        path=path,
    )


def _percent(share: float) -> str:
    return f"{100 * share:.{0 if share >= 0.1 else 1}f}"


def _lasted(written: Written) -> str:
    return f"{written.seconds:.1f} s" if written.seconds < 60 else clock(written.seconds)


def _rounded(number: int) -> int:
    """To two digits, for what is not counted one by one."""
    unit = 10 ** max(0, len(str(number)) - 2)
    return round(number / unit) * unit
