"""A training example as columns of cells, as details for tooltips, and as a table of numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.translation import tr
from app.views.aligned_pieces import Cell, Column, Look, Row
from app.views.bars import percent
from app.views.piece_text import isolated
from app.views.tables import Table
from bert_core.exercise import Asked, Exercise, Fate
from bert_core.trace import Token

RIGHT, WRONG = "✓", "✗"
SIGNS: dict[Fate, str] = {"mask": "", "random": "≠", "kept": "="}


def masked_rows(guessed: bool) -> tuple[Row, ...]:
    """The text, what is read, what is to be said; and how well that went, where the model can guess."""
    rows = [
        Row(tr("the text"), 19),
        Row(tr("the model reads"), 22),
        Row(tr("it has to say"), 19),
    ]
    if guessed:
        rows += [
            Row(tr("it guesses"), 18),
            Row(tr("p of the right piece"), 16, "small"),
            Row(tr("loss, nats"), 20, "small"),
        ]
    return tuple(rows)


def pair_rows() -> tuple[Row, ...]:
    """What is read, and which sentence each piece belongs to."""
    return (Row(tr("the model reads"), 21), Row(tr("segment id"), 16, "small"))


def masked_columns(exercise: Exercise, worst: float, guessed: bool) -> list[Column]:
    """A column a piece; `worst`, in nats, is the loss whose bar is full."""
    asked_at = {asked.position: asked for asked in exercise.asked}
    return [
        _masked_column(typed, read, asked_at.get(position), worst, guessed)
        for position, (typed, read) in enumerate(zip(exercise.tokens, exercise.read, strict=True))
    ]


def pair_columns(exercise: Exercise) -> list[Column]:
    """A column a piece."""
    asked_at = {asked.position: asked for asked in exercise.asked}
    return [
        (_read_cell(read, asked_at.get(position)), Cell(str(read.segment), "figure"))
        for position, read in enumerate(exercise.read)
    ]


def details(exercise: Exercise) -> list[str]:
    """What the tooltip says of each piece, one fact a line."""
    asked_at = {asked.position: asked for asked in exercise.asked}
    return [
        "\n".join(_facts(position, typed, read, asked_at.get(position)))
        for position, (typed, read) in enumerate(zip(exercise.tokens, exercise.read, strict=True))
    ]


def fate_name(fate: Fate) -> str:
    """In a few words."""
    return {
        "mask": tr("became [MASK]"),
        "random": tr("became a random piece"),
        "kept": tr("stayed as it was"),
    }[fate]


def number(loss: float, decimals: int = 2) -> str:
    """A loss, with so many decimals."""
    return f"{loss:.{decimals}f}" if math.isfinite(loss) else "∞"


def table(exercise: Exercise) -> Table:
    """A row for each piece."""
    header = (
        tr("position"), tr("piece"), tr("read as"), tr("chosen"), tr("guess"), tr("probability of the guess"),
        tr("probability of the right piece"), tr("loss in nats"),
    )  # fmt: skip
    asked_at = {asked.position: asked for asked in exercise.asked}
    rows: list[Sequence[object]] = []
    for position, (typed, read) in enumerate(zip(exercise.tokens, exercise.read, strict=True)):
        asked = asked_at.get(position)
        guess = None if asked is None else asked.guess
        said = (
            ("", "", "", "") if guess is None else (guess.piece, guess.probability, guess.right, guess.loss)
        )
        rows.append((position, typed.text, read.text, "" if asked is None else fate_name(asked.fate), *said))
    return header, rows


def _masked_column(typed: Token, read: Token, asked: Asked | None, worst: float, guessed: bool) -> Column:
    top = (Cell(typed.text, _segment(typed)), _read_cell(read, asked, quiet=True))
    if asked is None:
        return (*top, None, None, None, None) if guessed else (*top, None)
    target = Cell(typed.text, "strong")
    guess = asked.guess
    if not guessed or guess is None:
        return (*top, target)
    right = guess.id == typed.id
    return (
        *top,
        target,
        Cell(f"{RIGHT if right else WRONG} {guess.piece}", "plain" if right else "quiet"),
        Cell(percent(guess.right), "figure"),
        Cell(number(guess.loss), "plain", guess.loss / worst if math.isfinite(guess.loss) else 1.0),
    )


def _read_cell(read: Token, asked: Asked | None, *, quiet: bool = False) -> Cell:
    """As a chip where the model is asked; else as plain text, or as a chip of its segment."""
    if asked is None:
        return Cell(read.text, "quiet" if quiet else _segment(read))
    sign = SIGNS[asked.fate]
    return Cell(f"{sign} {read.text}" if sign else read.text, asked.fate)


def _segment(token: Token) -> Look:
    if token.special:
        return "special"
    return "b" if token.segment else "a"


def _facts(position: int, typed: Token, read: Token, asked: Asked | None) -> list[str]:
    facts = [isolated(typed.text), tr("position {position}", position=position)]
    if typed.special:
        return [*facts, tr("added by the tokenizer, never chosen")]
    if asked is None:
        return [*facts, tr("not chosen: read as it is, and nothing is asked here")]
    facts.append(
        tr("chosen: became {piece}", piece=isolated(read.text))
        if asked.fate != "kept"
        else tr("chosen: stayed as it was, but is asked for all the same")
    )
    if asked.guess is not None:
        guess = asked.guess
        facts += [
            tr("guess: {piece}, {p}", piece=isolated(guess.piece), p=percent(guess.probability)),
            tr(
                "right piece: {p}, loss {loss} nats",
                p=percent(guess.right),
                loss=number(guess.loss),
            ),
        ]
    return facts
