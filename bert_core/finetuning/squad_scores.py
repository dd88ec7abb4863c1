"""How SQuAD scores an answer: exact match and F1 of words, normalised (Rajpurkar et al. 2016, 2018)."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalised(text: str) -> str:
    """Lower case, without ASCII punctuation and English articles, white space as single spaces."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact(answer: str, accepted: Sequence[str]) -> bool:
    """Is the answer one of the accepted, normalised? None accepted: is it empty?"""
    given = normalised(answer)
    return any(given == normalised(text) for text in _to_compare(accepted))


def f1(answer: str, accepted: Sequence[str]) -> float:
    """The best F1 of shared words over the accepted answers, 0 to 1; where either has no words, 1 if both have none."""
    return max(_f1(answer, text) for text in _to_compare(accepted))


def _to_compare(accepted: Sequence[str]) -> list[str]:
    """As the official script: accepted answers that are nothing once normalised do not count; if none is left, ""."""
    return [text for text in accepted if normalised(text)] or [""]


def _f1(answer: str, text: str) -> float:
    given, right = normalised(answer).split(), normalised(text).split()
    if not given or not right:
        return float(given == right)
    shared = sum((Counter(given) & Counter(right)).values())
    if shared == 0:
        return 0.0
    precision, recall = shared / len(given), shared / len(right)
    return 2 * precision * recall / (precision + recall)
