"""Which heads a few typed words mean: a small grammar over patterns, measures and switches.

condition, condition …      all of them; "and" stands for the comma, too
previous token              heads that show this pattern, whether or not it names them
entropy under 1             a measure compared with a number: under, over, <, >, <= or >=
previous token over 0.9     a pattern's evidence, of heads that show it
switched off
not …                       before any of these
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.translation import tr
from bert_core.queries_measures import PATTERNS

Truths = NDArray[np.float64]
Compare = Callable[[Truths, float], NDArray[np.bool_]]

OFF = "switched off"
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
_COMPARED: Mapping[str, Compare] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "≤": operator.le,
    "≥": operator.ge,
    "under": operator.lt,
    "over": operator.gt,
}


class FilterError(ValueError):
    """What cannot be read, and what can, in a sentence."""


@dataclass(frozen=True)
class Measure:
    """Something that heads are compared by.

    name   the same in every language, see `Measured`
    words  how a person may call it; the first is how it is called here
    """

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Condition:
    """One of those that all have to hold.

    subject  the name of a measure, a pattern, or OFF
    compare  how the measure is compared with `limit`; None: the pattern is shown, or the head switched off
    """

    subject: str
    compare: Compare | None = None
    limit: float = 0.0
    negated: bool = False


@dataclass(frozen=True)
class HeadFilter:
    """What is typed, and what it means; no conditions mean all heads."""

    text: str
    conditions: tuple[Condition, ...] = ()

    @property
    def measures(self) -> frozenset[str]:
        """The names of the measures that it compares, and of the patterns that it names."""
        return frozenset(one.subject for one in self.conditions) - {OFF}


def read_filter(text: str, measures: Sequence[Measure]) -> HeadFilter:
    """What these words mean. Raises FilterError, which says what is wrong, for what cannot be read."""
    joined = re.sub(rf"\s+({_either('and')})\s+", ",", f" {_plain(text)} ").strip(" ,，、")
    if not joined:
        return HeadFilter(text)
    return HeadFilter(text, tuple(_condition(part.strip(), measures) for part in re.split("[,，、]", joined)))


def fits(found: HeadFilter, values: Callable[[Condition], Truths]) -> NDArray[np.bool_]:
    """Whether each head is as asked.

    values  of a condition: float64, what is compared, or 1 and 0 where nothing is; NaN, unknown, never fits, nor does
            its opposite
    """
    both: NDArray[np.bool_] | None = None
    for condition in found.conditions:
        value = values(condition)
        true = value > 0.5 if condition.compare is None else condition.compare(value, condition.limit)
        true = (true != condition.negated) & ~np.isnan(value)
        both = true if both is None else both & true
    if both is None:
        raise ValueError("a filter without conditions")
    return both


def presets(measures: Sequence[Measure]) -> tuple[str, ...]:
    """What is offered to choose from."""
    entropy = next(one.words[0] for one in measures if one.name == "entropy")
    under, over = tr("under"), tr("over")
    return (
        *PATTERNS,
        f"{entropy} {under} 1",
        f"{entropy} {over} 3",
        tr("switched off"),
        f"{tr('not')} {tr('switched off')}",
    )


def _condition(text: str, measures: Sequence[Measure]) -> Condition:
    if not text:
        raise FilterError(tr("Between two commas, a condition is missing"))
    negation = re.match(rf"({_either('not')})\s+(?=\S)", text)
    rest = text[negation.end() :] if negation else text
    comparison = re.search(rf"\s*(<=|>=|[<>≤≥])\s*|\s+({_either('under')}|{_either('over')})(\s+|$)", rest)
    if comparison is None:
        return Condition(_named(rest, measures), negated=negation is not None)
    number = rest[comparison.end() :].strip()
    if not _NUMBER.fullmatch(number):
        raise FilterError(
            tr("After “{sign}” comes a number, such as 0.5", sign=comparison.group().strip())
            if not number
            else tr("“{typed}” is not a number such as 0.5", typed=number)
        )
    subject = _measured(rest[: comparison.start()].strip(), measures)
    return Condition(subject, _comparison(comparison.group().strip()), float(number), negation is not None)


def _named(text: str, measures: Sequence[Measure]) -> str:
    if text in (OFF, "off", _plain(tr("switched off"))):
        return OFF
    if text in PATTERNS_BY_WORDS:
        return PATTERNS_BY_WORDS[text]
    try:
        measure = _measured(text, measures)
    except FilterError:
        raise FilterError(
            tr("“{typed}” is no pattern, no measure, and not “{off}”", typed=text, off=tr("switched off"))
        ) from None
    words = next(one.words[0] for one in measures if one.name == measure)
    raise FilterError(tr("“{typed}” needs a number: {words} under 1", typed=text, words=words))


def _measured(text: str, measures: Sequence[Measure]) -> str:
    """By its name, or by the beginning of one, where that is clear."""
    named = [one for one in measures if text in map(_plain, one.words)]
    begun = named or [one for one in measures if any(_plain(words).startswith(text) for words in one.words)]
    if text and (named or len({one.name for one in begun}) == 1):
        return begun[0].name  # [SEP] is a measure and a pattern: the measure goes first
    if text and begun:
        several = ", ".join(one.words[0] for one in begun)
        raise FilterError(tr("“{typed}” may be any of: {several}", typed=text, several=several))
    raise FilterError(tr("“{typed}” is no measure", typed=text))


def _comparison(sign: str) -> Compare:
    if sign in _COMPARED:
        return _COMPARED[sign]
    return operator.lt if sign == _plain(tr("under")) else operator.gt


def _either(word: str) -> str:
    """A word of the grammar, in English or as it is here; for a regular expression."""
    here = {"and": tr("and"), "not": tr("not"), "under": tr("under"), "over": tr("over")}[word]
    return "|".join(dict.fromkeys((word, re.escape(_plain(here)))))


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("−", "-").split())


PATTERNS_BY_WORDS = {_plain(name): name for name in PATTERNS}
