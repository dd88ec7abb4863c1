"""What methods would say of a made-up trace, and a session that says it."""

from __future__ import annotations

from zlib import crc32

import numpy as np

from app.session import Session
from bert_core.explanations import Attribution, CandidateTarget, Method, Target
from bert_core.queries import Answer, OfReference, Query
from bert_core.queries_flow import RolloutRows
from bert_core.queries_saliency import (
    GradientXInput,
    IntegratedGradients,
    LeaveOneOut,
    Outcome,
    WhatIf,
    WhatIfTable,
)
from bert_core.trace import Trace
from tests.app.answering import answer_to


def attribution(trace: Trace, target: Target, method: Method, gap: float = 0.002) -> Attribution:
    """Scores that depend on the text, the target and the method alone."""
    seed = [len(trace.tokens), len(method), crc32(repr(target).encode()), sum(t.id for t in trace.tokens)]
    scores = np.random.default_rng(seed).normal(0, 1, len(trace.tokens))
    varied = np.ones(len(scores), np.bool_)
    integrated = method == "integrated gradients"
    if integrated or method == "leave-one-out":
        varied = np.array([token.id != trace.mask_id for token in trace.tokens])
    if integrated:
        varied &= np.array([not token.special for token in trace.tokens])
    scores[~varied] = 0
    if integrated:
        return Attribution(method, target, scores, varied, 3.0, 1.0, gap, 15)
    return Attribution(method, target, scores, varied, 3.0)


def table(trace: Trace, query: WhatIf) -> WhatIfTable:
    """The text as it is at one half, then every change 0.01 less than the one before."""
    rows = [("as it is", "", None, None, trace.scene)]
    rows += [("swapped", "", None, None, trace.scene.replacing(1, 2))]
    for place in range(min(query.count, 5)):
        scene = trace.scene.replacing(query.position, place)
        rows.append(("candidate", trace.vocabulary[place], query.position, 0.2 - place / 50, scene))
    best = ("word3", 0.25) if isinstance(query.target, CandidateTarget) else None
    return WhatIfTable(
        tuple(
            Outcome(kind, piece, position, chance, scene, query.target, 0.5 - n / 100, n / 10, best)  # type: ignore[arg-type]
            for n, (kind, piece, position, chance, scene) in enumerate(rows)
        )
    )


def value_of(query: Query, trace: Trace) -> object:
    match query:
        case IntegratedGradients(target):
            return attribution(trace, target, "integrated gradients")
        case GradientXInput(target):
            return attribution(trace, target, "gradient x input")
        case LeaveOneOut(target):
            return attribution(trace, target, "leave-one-out")
        case WhatIf():
            return table(trace, query)
        case RolloutRows():
            return answer_to(query, trace).value
    raise AssertionError(f"no such query: {query}")


def say(session: Session) -> None:
    """Answer everything that is watched, until nothing more is asked."""
    for _ in range(3):
        for query in sorted(session.watched, key=repr):
            assert session.trace is not None
            of, about = query, session.trace
            if isinstance(query, OfReference):
                assert session.reference is not None
                of, about = query.query, session.reference.trace
            session.accept_answer(Answer(query, session.trace.scene, value_of(of, about)))


def show(session: Session, trace: Trace) -> None:
    """The scene of a trace, then the trace, then what is said about it."""
    session.set_scene(trace.scene)
    session.accept_trace(trace)
    say(session)
