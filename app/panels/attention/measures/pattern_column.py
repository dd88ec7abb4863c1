"""What each head does, in words: the pattern that names it, the evidence, and what else it shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain

import numpy as np

from app.translation import tr
from app.views.head_table import HeadColumn
from bert_core.pattern import Pattern
from bert_core.queries_measures import PATTERNS

_UNKNOWN = "–"


def pattern_column(
    now: Sequence[Sequence[Pattern]] | None, before: Sequence[Sequence[Pattern]] | None, size: int
) -> HeadColumn:
    """Of `size` heads, [L][A] now (None or empty: not known yet); where a head had another name `before`, that too.

    Sorted in the order of the tests, and of one pattern the strongest evidence first.
    """
    title = tr("Pattern")
    about = tr("What it does, by the first test that it passes, and the evidence.")
    if not now:
        return HeadColumn("pattern", title, title, about, [_UNKNOWN] * size, np.full(size, np.nan))
    found = list(chain.from_iterable(now))
    texts = [_words(pattern) for pattern in found]
    if before:
        texts = [
            pattern.name if old.name == pattern.name else f"{old.name} → {pattern.name}"
            for old, pattern in zip(chain.from_iterable(before), found, strict=True)
        ]
    keys = [PATTERNS.index(pattern.name) + (1 - min(1.0, pattern.evidence)) / 2 for pattern in found]
    shown = [(pattern.name, *(other.name for other in pattern.others)) for pattern in found]
    details = [_details(pattern) for pattern in found]
    short = [f"{pattern.evidence:.2f}" if not pattern.nearest else "" for pattern in found]
    return HeadColumn("pattern", title, title, about, texts, np.array(keys), details, shown, short=short)


def counts_of(column: HeadColumn) -> Counter[str]:
    """How many heads show each pattern, named by it or not."""
    return Counter(name for shown in column.patterns for name in shown)


def legend_of(column: HeadColumn) -> list[tuple[str, str]]:
    """The patterns that name heads, and how many each does."""
    counts = Counter(shown[0] for shown in column.patterns)
    return [(name, f"{name} {counts[name]}") for name in PATTERNS if counts[name]]


def _words(pattern: Pattern) -> str:
    """Name, number and threshold; a mixed one passes no test."""
    if pattern.nearest:
        return pattern.name
    return tr(
        "{name} {value} > {least}",
        name=pattern.name,
        value=f"{pattern.evidence:.2f}",
        least=pattern.threshold,
    )


def _details(pattern: Pattern) -> str:
    if pattern.nearest:
        return tr(
            "{name}: passes no test; nearest is {nearest}, {value} of {least}",
            name=pattern.name,
            nearest=pattern.nearest,
            value=f"{pattern.evidence:.2f}",
            least=pattern.threshold,
        )
    also = [tr("also {pattern}", pattern=_words(other)) for other in pattern.others]
    return "\n".join([_words(pattern), *also])
