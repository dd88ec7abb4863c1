"""What is said on the page of probes."""

from __future__ import annotations

import math

from app.file_questions.probes import ProbedText, ProbeHistory
from app.run_values import Run
from app.translation import tr
from app.views.amounts import amount, share
from app.views.piece_text import isolated
from app.views.start_and_now import Said
from app.views.worked_numbers import NONE
from bert_core.finetuning.probe_values import MOST_PIECES
from bert_core.trace import Token

_NAMED = 34  # letters of a sentence in a list
_FILES = 2  # broken ones are named
_CANDIDATES = 3


def head_name(head: tuple[int, int]) -> str:
    """L3-H7, 1-based."""
    return f"L{head[0] + 1}-H{head[1] + 1}"


def sentence_name(number: int, text: ProbedText) -> str:
    """Its number, from 1 on, and how it begins."""
    whole = text.text_a if text.text_b is None else f"{text.text_a} | {text.text_b}"
    short = " ".join(whole.split())
    return f"{number + 1}  {isolated(short if len(short) <= _NAMED else short[: _NAMED - 1] + '…')}"


def step_words(run: Run | None, history: ProbeHistory, record: int) -> tuple[str, str]:
    """What stands beside the slider: which record it is, and its step."""
    step = history.steps[record]
    place = tr("{n} of {all}", n=record + 1, all=len(history.steps))
    if history.left:
        place = tr("{place}, reading {n} more", place=place, n=history.left)
    epoch = _epoch(run, step)
    said = place if epoch is None else tr("{place} · epoch {epoch}", place=place, epoch=epoch)
    return said, tr("step {n}", n=f"{step:,}")


def _epoch(run: Run | None, step: int) -> str | None:
    if run is None:
        return None
    steps, epochs = run.evaluations.column("step"), run.evaluations.column("epoch")
    there = (steps == step) & (epochs == epochs)
    return f"{float(epochs[there][-1]):.2f}" if there.any() else None


def predictions(history: ProbeHistory, sentence: int, record: int) -> list[Said]:
    """What the pretrained heads say of a sentence at the start and at a record: masked words, the next sentence."""
    text = history.sentences[sentence]
    blocks = []
    for number, place in enumerate(text.masks):
        start, now = (history.best[at][sentence][number].candidates for at in (0, record))
        changed = bool(start and now) and start[0][1] != now[0][1]
        name = tr("Piece {n}: {words}", n=place + 1, words=isolated(around(text.tokens, place)))
        blocks.append(Said(name, _words(start), _words(now), changed))
    before, after = (float(history.nsp[at, sentence]) for at in (0, record))
    if text.text_b is not None and not math.isnan(before):
        name = tr("B follows A")
        blocks.append(Said(name, share(before), share(after), (before < 0.5) != (after < 0.5)))
    return blocks


def _words(candidates: list[tuple[str, int, float]]) -> str:
    listed = (f"{isolated(word)} {share(chance)}" for word, _, chance in candidates[:_CANDIDATES])
    return ", ".join(listed) or NONE


def around(tokens: tuple[Token, ...], place: int) -> str:
    """A masked piece between its neighbours."""
    return " ".join(token.text for token in tokens[max(0, place - 1) : place + 2])


def start_words(history: ProbeHistory) -> str:
    """What all is measured against."""
    first = history.steps[0]
    return tr("the start") if first == 0 else tr("step {n}", n=amount(first))


def no_probes(run: Run | None) -> str:
    """Why there is nothing to show, and what to do; empty where records may come."""
    if run is None:
        return tr("Choose a run at the left: its probes are shown here.")
    if run.details.get("kind", "pretrain") == "pretrain":
        return tr(
            "This is a pretraining run. Probes are recorded while a model is fine-tuned: choose such a run, or set "
            "one up."
        )
    if not run.details.get("probes"):
        return tr(
            "No sentence was pinned when this run was set up. Pin the sentences that you look at; the next run "
            "follows them from its first step on."
        )
    return ""


def waiting(run: Run) -> str:
    """What is said while nothing is recorded yet."""
    if run.alive or run.state == "waiting":
        return tr("Nothing is recorded yet; the first record is made before the first step.")
    return tr("This run ended before it recorded anything.")


def remarks(history: ProbeHistory, run: Run | None, sentence: int) -> str:
    """What is not as one might think, in one line each."""
    said = []
    if history.steps[0] != 0:
        said.append(
            tr("The record of the start is missing; all is measured against step {n}.", n=history.steps[0])
        )
    text = history.sentences[sentence]
    cut = sum(text.left_out)
    if cut:
        said.append(
            tr(
                "Sentence {n} was cut at {most} pieces; {cut} are left out.",
                n=sentence + 1,
                most=MOST_PIECES,
                cut=cut,
            )
        )
    pinned = 0 if run is None else len(run.details.get("probes") or ())
    if pinned > len(history.sentences):
        said.append(
            tr(
                "{n} sentences were pinned; the first {kept} are recorded.",
                n=pinned,
                kept=len(history.sentences),
            )
        )
    if run is not None and dict(run.details.get("recipe") or {}).get("mode") == "features":
        said.append(tr("BERT is frozen in this run (feature-based): nothing drifts."))
    if history.broken:
        files = (words.removeprefix(history.folder).lstrip("/\\") for words in history.broken[:_FILES])
        named = "\n".join(files)
        more = len(history.broken) - _FILES
        said.append(named if more <= 0 else tr("{files}\nand {n} more", files=named, n=more))
    return "\n".join(said)
