"""Answers the queries that panels watch, as the inference service would, but when a test says so."""

from __future__ import annotations

from app.session import Session
from app.views.mosaic_image import build_mosaic
from bert_core.measures.mean_attention import mean_attention
from bert_core.measures.similarity import cosine_similarity
from bert_core.queries import Answer, MeanAttention, MosaicLevels, Query, Similarity
from bert_core.trace import Trace


def answer_to(query: Query, trace: Trace) -> Answer:
    """What comes of a query on a trace."""
    match query:
        case MosaicLevels(per_head):
            return Answer(query, trace.scene, build_mosaic(trace.attentions, per_head=per_head))
        case Similarity(layer):
            return Answer(query, trace.scene, cosine_similarity(trace.hidden_states[layer]))
        case MeanAttention():
            return Answer(query, trace.scene, mean_attention(trace.attentions))
    raise AssertionError(f"no such query: {query}")


def answer_all(session: Session) -> None:
    """Answer everything that is watched, about the newest trace."""
    assert session.trace is not None
    for query in sorted(session.watched, key=repr):
        session.accept_answer(answer_to(query, session.trace))


def show_trace(session: Session, trace: Trace) -> None:
    """The scene of a trace, then the trace, then the answers about it."""
    session.set_scene(trace.scene)
    session.accept_trace(trace)
    answer_all(session)
