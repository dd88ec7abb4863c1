"""Whether an answer about files is still to come."""

from __future__ import annotations

from dataclasses import dataclass

from app.files import FileAnswer, FileQuestion, Files


@dataclass(frozen=True)
class First(FileQuestion):
    number: int


@dataclass(frozen=True)
class Second(FileQuestion):
    number: int


def test_it_is_busy_until_the_newest_of_every_kind_is_answered() -> None:
    files = Files()
    assert not files.busy
    for question in (First(1), First(2), Second(1)):
        files.ask(question)
    files.answered.emit(FileAnswer(First(1)))
    assert files.busy, "it was overtaken"
    files.answered.emit(FileAnswer(First(2)))
    assert files.busy, "the other is not there yet"
    files.answered.emit(FileAnswer(Second(1)))
    assert not files.busy


def test_whoever_is_told_of_the_last_answer_finds_it_idle() -> None:
    files = Files()
    busy: list[bool] = []
    files.answered.connect(lambda _: busy.append(files.busy))
    files.ask(First(1))
    files.answered.emit(FileAnswer(First(1)))
    assert busy == [False]
