"""Question answering as SQuAD has it (Rajpurkar et al. 2016, 2018): one JSON of articles, paragraphs and questions."""

from __future__ import annotations

from collections.abc import Iterator
from json.decoder import JSONDecodeError, JSONDecoder
from pathlib import Path
from typing import Any

from bert_core.errors import TextError
from bert_core.finetuning.data_values import Layout
from bert_core.finetuning.examples import Answer, Place, QuestionExample
from bert_core.finetuning.reading.encodings import decoded
from bert_core.finetuning.reading.places import LineCounter
from bert_core.finetuning.reading.rows import Fault, fault_in

_LEVELS = ("data", "paragraphs", "qas")  # lists within one another, of which each item's place is wanted


def read_squad(path: Path, layout: Layout) -> Iterator[QuestionExample | Fault]:
    """The questions in order, each with the line on which it begins and its path.

    "is_impossible" and an empty list of answers mean that there is none; no list, that it is not known. An answer that
    does not stand where "answer_start" says is taken from the nearest place; one that stands nowhere is a fault.
    Raises TextError where the file cannot be read, is no JSON (naming the line) or has no articles.
    """
    text = decoded(path, layout.encoding)
    walker = _Walker(text)
    try:
        whole = walker.read()
    except JSONDecodeError as error:
        where = f"{path}, line {error.lineno}"
        raise TextError(f"This is no JSON: {error.msg} (sign {error.colno}).", where=where) from error
    except (RecursionError, ValueError) as error:
        raise TextError("The JSON is too deep or too large to be read.", where=path) from error
    articles = whole if isinstance(whole, _Placed) else whole.get("data") if isinstance(whole, dict) else None
    if not isinstance(articles, _Placed):
        raise TextError('This is no SQuAD file: it has no list of articles in "data".', where=path)
    return _questions(articles, LineCounter(text))


class _Placed(list[Any]):
    """A list of which it is known where in the text its items begin."""

    def __init__(self) -> None:
        super().__init__()
        self.starts: list[int] = []


class _Walker:
    """Decodes JSON, keeping the places of articles, paragraphs and questions; all below is left to `json`."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._decoder = JSONDecoder()

    def read(self) -> Any:
        """The whole. Raises JSONDecodeError."""
        at = self._past_blanks(0)
        if self._text[at : at + 1] == "[":
            value, at = self._items(at, 1)
        else:
            value, at = self._item(at, 0)
        if self._past_blanks(at) < len(self._text):
            raise JSONDecodeError("There is more behind the end", self._text, self._past_blanks(at))
        return value

    def _item(self, at: int, level: int) -> tuple[Any, int]:
        """An object, of which the list that leads to the questions is read with its places."""
        text = self._text
        if level == len(_LEVELS) or text[at : at + 1] != "{":
            return self._decoder.raw_decode(text, at)
        result: dict[str, Any] = {}
        at = self._past_blanks(at + 1)
        if text[at : at + 1] == "}":
            return result, at + 1
        while True:
            if text[at : at + 1] != '"':
                raise JSONDecodeError("A name in double quotes is missing", text, at)
            key, at = self._decoder.raw_decode(text, at)
            at = self._past_blanks(at)
            if text[at : at + 1] != ":":
                raise JSONDecodeError("A colon is missing", text, at)
            at = self._past_blanks(at + 1)
            if key == _LEVELS[level] and text[at : at + 1] == "[":
                result[key], at = self._items(at, level + 1)
            else:
                result[key], at = self._decoder.raw_decode(text, at)
            at = self._past_blanks(at)
            if text[at : at + 1] == "}":
                return result, at + 1
            if text[at : at + 1] != ",":
                raise JSONDecodeError("A comma is missing", text, at)
            at = self._past_blanks(at + 1)

    def _items(self, at: int, level: int) -> tuple[_Placed, int]:
        text, result = self._text, _Placed()
        at = self._past_blanks(at + 1)
        if text[at : at + 1] == "]":
            return result, at + 1
        while True:
            result.starts.append(at)
            value, at = self._item(at, level)
            result.append(value)
            at = self._past_blanks(at)
            if text[at : at + 1] == "]":
                return result, at + 1
            if text[at : at + 1] != ",":
                raise JSONDecodeError("A comma is missing", text, at)
            at = self._past_blanks(at + 1)

    def _past_blanks(self, at: int) -> int:
        text = self._text
        while text[at : at + 1] in (" ", "\n", "\r", "\t"):
            at += 1
        return at


def _questions(articles: _Placed, counter: LineCounter) -> Iterator[QuestionExample | Fault]:
    for a, article in enumerate(articles):
        path = f"data[{a}]"
        paragraphs = article.get("paragraphs") if isinstance(article, dict) else None
        if not isinstance(paragraphs, _Placed):
            yield Fault(counter.line(articles.starts[a]), 'the article has no list "paragraphs"', path)
            continue
        title = str(article.get("title") or "")
        for p, paragraph in enumerate(paragraphs):
            path = f"data[{a}].paragraphs[{p}]"
            context, questions = (
                (paragraph.get("context"), paragraph.get("qas"))
                if isinstance(paragraph, dict)
                else (None, None)
            )
            if not isinstance(context, str) or not isinstance(questions, _Placed):
                name = "qas" if isinstance(context, str) else "context"
                yield Fault(counter.line(paragraphs.starts[p]), f'the paragraph has no "{name}"', path)
                continue
            for q, question in enumerate(questions):
                place = Place(counter.line(questions.starts[q]), f"{path}.qas[{q}]")
                yield _question(question, context, title, place)


def _question(item: Any, context: str, title: str, place: Place) -> QuestionExample | Fault:
    if not isinstance(item, dict) or not isinstance(text := item.get("question"), str):
        return Fault(place.line, 'there is no "question"', place.path)
    name = str(item["id"]) if item.get("id") is not None else place.path
    if what := fault_in(context) or fault_in(text) or fault_in(name) or fault_in(title):
        return Fault(place.line, what, place.path)
    answers = () if item.get("is_impossible") is True else answers_of(item.get("answers"), context)
    if isinstance(answers, str):
        return Fault(place.line, answers, place.path)
    return QuestionExample(name, text, context, answers, title, place)


def answers_of(given: Any, context: str) -> tuple[Answer, ...] | str | None:
    """The answers in [{"text", "answer_start"}, ...] or {"text": [...], "answer_start": [...]}, or what is wrong.

    An answer without a start, or just a text, is looked for in the context. None where none is given.
    """
    if given is None:
        return None
    if isinstance(given, dict):
        texts, starts = given.get("text"), given.get("answer_start")
        if isinstance(texts, str):
            texts, starts = [texts], [starts]
        if (
            not isinstance(texts, list)
            or not isinstance(starts, list | None)
            or (starts is not None and len(starts) != len(texts))
        ):
            return "the answers are not a list of texts and one of as many starts"
        pairs = list(zip(texts, starts or [None] * len(texts), strict=True))
    elif isinstance(given, str):
        pairs = [(given, None)] if given.strip() else []
    elif isinstance(given, list):
        pairs = [
            (item.get("text"), item.get("answer_start")) if isinstance(item, dict) else (item, None)
            for item in given
        ]
    else:
        return "the answers are not a list"
    answers: dict[Answer, None] = {}
    for text, start in pairs:
        if not isinstance(text, str) or not text.strip():
            return "an answer has no text"
        found = _nearest(context, text, start if type(start) is int else 0)
        if found < 0 and text != text.strip():
            text = text.strip()
            found = _nearest(context, text, start if type(start) is int else 0)
        if found < 0:
            return f'the answer "{text[:40]}" does not stand in the context'
        answers[Answer(text, found)] = None
    return tuple(answers)


def _nearest(context: str, text: str, start: int) -> int:
    """Where the text stands in the context, as near to `start` as can be; -1 where it does not."""
    start = max(0, start)
    if context.startswith(text, start):
        return start
    before, behind = context.rfind(text, 0, start + len(text)), context.find(text, start)
    if before < 0 or behind < 0:
        return max(before, behind)
    return before if start - before <= behind - start else behind
