"""What "Pin as probe" does: the sentences that are shown are followed by every run set up from now on."""

from __future__ import annotations

from app.probes import sentence_of
from app.session import Session
from app.translation import tr
from bert_core.finetuning.probe_values import MOST_PIECES, MOST_SENTENCES
from bert_core.trace import Trace


def pin_shown(session: Session) -> bool:
    """Pin the sentences that are looked at, and say what comes of it; False where nothing is pinned."""
    scene, probes = session.scene, session.probes
    trace = session.trace if session.up_to_date else None
    if not scene.text_a.strip():
        session.notice_given.emit(tr("There is nothing to pin yet"))
        return False
    sentence = (scene.text_a, scene.second) if trace is None else sentence_of(trace)
    if sentence in probes.pinned:
        session.notice_given.emit(tr("These sentences are pinned already"))
        return False
    if not probes.pin(*sentence):
        said = tr(
            "{n} probes are pinned, and there may be no more: let one go where a run is set up",
            n=MOST_SENTENCES,
        )
        session.notice_given.emit(said)
        return False
    said = tr(
        "Pinned: runs set up from now on follow it (probe {n} of {most})",
        n=len(probes.pinned),
        most=MOST_SENTENCES,
    )
    session.notice_given.emit(f"{said}{'' if trace is None else _but(trace)}")
    return True


def _but(trace: Trace) -> str:
    """What is not as it is shown."""
    if len(trace.tokens) > MOST_PIECES:
        return tr("; it will be cut at {n} pieces", n=MOST_PIECES)
    if trace.scene.interventions:
        return tr("; what you changed in the model's reading is not part of it")
    if any(_is_part(trace, position) for position in trace.scene.replaced):
        return tr("; a mask within a word parts it there")
    return ""


def _is_part(trace: Trace, position: int) -> bool:
    """Does a piece share its word with others?"""
    word = trace.tokens[position].word
    return sum(token.word == word for token in trace.tokens) > 1
