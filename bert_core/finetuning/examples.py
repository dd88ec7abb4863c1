"""One example of each task, as it was read from a file: frozen values, no torch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands: its line, from 1 on; in JSON also the path to it: "data[3].paragraphs[0]"."""

    line: int
    path: str = ""


@dataclass(frozen=True, slots=True)
class TextExample:
    """A sentence, or a pair, with its class or its number.

    label  a class's name, a number for regression, None where it is not known
    """

    text_a: str
    text_b: str | None
    label: str | float | None
    place: Place = Place(0)


@dataclass(frozen=True, slots=True)
class TaggingExample:
    """A sentence in words, each with its tag; tags is None where they are not known."""

    words: tuple[str, ...]
    tags: tuple[str, ...] | None
    place: Place = Place(0)


@dataclass(frozen=True, slots=True)
class Answer:
    """A stretch of the context; start counts code points."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class QuestionExample:
    """A question about a context.

    answers  the accepted ones; empty where there is none ("impossible"); None where they are not known
    """

    id: str
    question: str
    context: str
    answers: tuple[Answer, ...] | None
    title: str = ""
    place: Place = Place(0)


@dataclass(frozen=True, slots=True)
class ChoiceExample:
    """A beginning and its possible endings.

    context  sentence A; start: what each ending is put behind to make sentence B, may be empty
    label    the right ending's index, None where it is not known
    """

    context: str
    start: str
    endings: tuple[str, ...]
    label: int | None
    place: Place = Place(0)


Example = TextExample | TaggingExample | QuestionExample | ChoiceExample
