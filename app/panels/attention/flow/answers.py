"""What has been answered about one piece of one trace, and of the reference."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from app.panels.attention.flow.shown import Kind, raw_rows, shares
from bert_core.queries import Answer, OfReference, Progress, Query
from bert_core.queries_flow import MOST_PIECES, FlowRows, RolloutRows, WeighedRows
from bert_core.trace import Floats, Trace

_BEFORE = "before-"
_ASKED: tuple[Kind, ...] = ("rollout", "weighed", "flow")


class PieceAnswers:
    """`begin` with a piece, ask what is `wanted`, and `take` what comes."""

    def __init__(self) -> None:
        self.position = 0
        self.trace: Trace | None = None
        self.against: Trace | None = None
        self._wanted: Mapping[str, Query] = {}
        self._answers: dict[str, Answer] = {}

    def begin(self, trace: Trace, against: Trace | None, position: int) -> bool:
        """From now on about this piece; whether it was another before."""
        of = (trace, against, position)
        if self.trace is not None and of == (self.trace, self.against, self.position):
            return False
        self.trace, self.against, self.position = of
        self._answers = {}
        return True

    def wanted(self, model_id: str, *, flow: bool) -> Mapping[str, Query]:
        """What is to be asked; norm-weighted attention only of the model in force, flow only of short texts."""
        wanted: dict[str, Query] = {}
        for trace, prefix in ((self.trace, ""), (self.against, _BEFORE)):
            if trace is None:
                continue
            queries: dict[Kind, Query] = {"rollout": RolloutRows(self.position)}
            if trace.scene.model_id == model_id:
                queries["weighed"] = WeighedRows(self.position)
            if flow and len(trace.tokens) <= MOST_PIECES:
                queries["flow"] = FlowRows(self.position)
            for kind, query in queries.items():
                wanted[prefix + kind] = OfReference(query, trace.scene) if prefix else query
        self._wanted = wanted
        return wanted

    def take(self, name: str, answer: Answer) -> None:
        """One has come, or how far it is."""
        self._answers[name] = answer

    @property
    def quick_ones_are_there(self) -> bool:
        """Whether everything but flow has been answered."""
        return all(self._is_there(name) for name in self._wanted if not name.endswith("flow"))

    def _is_there(self, name: str) -> bool:
        answer = self._answers.get(name)
        return answer is not None and answer.progress is None

    def rows(self, *, before: bool = False) -> dict[Kind, Floats]:
        """What is known, of now or of what it is compared with."""
        trace = self.against if before else self.trace
        if trace is None:
            return {}
        found: dict[Kind, Floats] = {"raw": raw_rows(trace, self.position)}
        for kind in _ASKED:
            answer = self._answers.get(_BEFORE + kind if before else kind)
            value = None
            if answer is not None:
                value = answer.value if answer.progress is None else answer.progress.value
            if isinstance(value, np.ndarray):
                found[kind] = shares(value) if kind == "weighed" else value
        return found

    def failure(self, kind: Kind) -> str:
        """Why there is none."""
        for name in (kind, _BEFORE + kind):
            answer = self._answers.get(name)
            if answer is not None and answer.failure:
                return answer.failure
        return ""

    @property
    def flow_progress(self) -> Progress | None:
        """How far the flow is, of now or else of the reference; None where none is under way."""
        for name in ("flow", _BEFORE + "flow"):
            answer = self._answers.get(name)
            if name in self._wanted and answer is not None and answer.progress is not None:
                return answer.progress
        return None

    def is_wanted(self, kind: Kind) -> bool:
        """Whether it is asked for, of both where there are two."""
        return kind in self._wanted and (self.against is None or _BEFORE + kind in self._wanted)
