"""Cuts paragraphs into sentences by a rule of a few lines, which is all that next-sentence pairs need.

A sentence ends

- after . ! ? … and their like in Arabic and Hindi, with the quotes and brackets that close after them, where a space
  follows and then, past quotes, brackets and dashes that open, a digit or a letter that is no small one;
- after 。！？ and their closing quotes, with or without a space; not where hiragana follow the quote (「はい。」と).

It does not end after an initial or a known abbreviation ("Dr. Lee", "J. R. Smith", "No. 5"), nor within a stretch that
is too short for a sentence of its own, which stays with what follows it ("Oh! What a day."). So "the U.S. Then" is not
cut, and '"Go!" John said.' is. What goes on for LONGEST characters without an end is cut at a space.
"""

from __future__ import annotations

import re

SHORTEST = 12
"""Characters, the space after them included."""
SHORTEST_WIDE = 4
"""The same where each character is a syllable or a word."""
LONGEST = 2000
"""Characters, about a page; without a limit, a text without punctuation would be one sentence."""

_CLOSING = "\"')\\]}”’»›"
# Possessive, and with one mark of punctuation each, so that "....." and "\"\"\"\"\"" take linear time.
_END = re.compile(
    rf"(?P<wide>[。！？｡](?![。！？｡!?])[」』）】〉》〕｣{_CLOSING}]*+)\s*+|[.!?…؟۔।॥][{_CLOSING}]*+\s++"
)
_OPENING = re.compile(r"[\"'(\[{“‘„«‹¿¡]*+(?:[-–—]\s?)?[\"'(\[{“‘„«‹¿¡]*+")
_QUOTE_GOES_ON = re.compile(r"[」』][\u3041-\u309f]")
_ABBREVIATION = re.compile(
    r"\b(?:Mr|Mrs|Ms|Mme|Dr|St|Prof|Sr|Jr|vs|etc|Gen|Col|Capt|Lt|Sgt|Rev|Hon|Messrs|e\.g|i\.e|cf|al|viz|[A-HJ-Z])\.$"
)
_BEFORE_NUMBER = re.compile(r"\b(?:No|Nos|Vol|Fig|Ch|Sec|Art|pp?|ca?|approx)\.$")
_REACH = 12
"""Characters within which an abbreviation and its stop lie, one before it included."""


def split_sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph, without the space around them; none is empty."""
    paragraph = paragraph.strip()
    sentences: list[str] = []
    start = 0
    for match in _END.finditer(paragraph):
        if _ends(paragraph, start, match):
            _add(sentences, paragraph[start : match.end()])
            start = match.end()
    _add(sentences, paragraph[start:])
    return sentences


def _ends(paragraph: str, start: int, match: re.Match[str]) -> bool:
    """Whether a sentence that began at `start` ends at this punctuation."""
    end = match.end()
    if match["wide"] is not None:
        goes_on = _QUOTE_GOES_ON.match(paragraph, match.end("wide") - 1)
        return end - start >= SHORTEST_WIDE and goes_on is None
    if end - start < SHORTEST or end == len(paragraph):
        return False
    opening = _OPENING.match(paragraph, end)
    after = opening.end() if opening else end
    following = paragraph[after : after + 1]
    if not following.isalnum() or following.islower():
        return False
    if match[0][0] != ".":
        return True
    reach, stop = max(start, match.start() - _REACH), match.start() + 1
    if _ABBREVIATION.search(paragraph, reach, stop):
        return match[0][1] in '"”»'  # past a closing quote there is no name to come
    return not (following.isdigit() and _BEFORE_NUMBER.search(paragraph, reach, stop))


def _add(sentences: list[str], text: str) -> None:
    text = text.strip()
    while len(text) > LONGEST:
        cut = text.rfind(" ", LONGEST // 2, LONGEST) + 1 or LONGEST
        sentences.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    if text:
        sentences.append(text)
