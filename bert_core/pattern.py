"""What a head is found to do: a name, and the number that says so."""

from __future__ import annotations

from dataclasses import dataclass

MIXED = "mixed"
THRESHOLDS = {
    "previous token": 0.5,
    "next token": 0.5,
    "[CLS]": 0.6,
    "[SEP]": 0.6,
    "punctuation": 0.6,
    "diagonal": 0.5,
    "same word": 0.3,
    "broad": 0.78,
    "vertical": 0.6,
    "block": 0.3,
}
"""What a pattern's evidence must exceed, in the order in which patterns name a head."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a head shows.

    name       a key of THRESHOLDS, or "mixed" where the head shows none of them
    evidence   the number that was measured, see `evidence` in bert_core.measures.head_patterns
    threshold  what it exceeds
    others     further patterns that the head shows, in order; each without others
    nearest    empty but for "mixed": the pattern that came nearest its threshold, to which the numbers belong
    """

    name: str
    evidence: float
    threshold: float
    others: tuple[Pattern, ...] = ()
    nearest: str = ""
