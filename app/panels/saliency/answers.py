"""What has been answered about one prediction, by each method, and about the reference."""

from __future__ import annotations

from collections.abc import Iterable

from app.panels.saliency.asked import found_in
from app.panels.saliency.shown import Doubles
from app.panels.saliency.wishes import KINDS, Kind
from app.panels.saliency.words import title_of
from app.translation import tr
from bert_core.explanations import Attribution
from bert_core.queries import Answer

NOW, BEFORE = "now ", "before "
"""Before the name of a method: about what is shown, or what it is compared with."""

_SLOW: tuple[Kind, ...] = ("integrated", "omission")


class MethodAnswers:
    """`begin` with a prediction, and `take` what comes, under NOW or BEFORE with a method."""

    def __init__(self) -> None:
        self._of: object = None
        self._answers: dict[str, Answer] = {}

    def begin(self, of: object) -> bool:
        """From now on about this; whether it was something else before."""
        if of == self._of:
            return False
        self._of, self._answers = of, {}
        return True

    def take(self, name: str, answer: Answer) -> None:
        """One has come, or how far it is."""
        self._answers[name] = answer

    def drop_parts(self) -> None:
        """What did not come to its end will be told anew."""
        self._answers = {name: one for name, one in self._answers.items() if one.progress is None}

    def hold(self, names: Iterable[str]) -> bool:
        """Whether all of these have come to their end."""
        return set(names) <= {name for name, answer in self._answers.items() if answer.progress is None}

    def found(self, prefix: str) -> dict[Kind, Attribution | Doubles]:
        """As much as is known."""
        found: dict[Kind, Attribution | Doubles] = {}
        for kind in KINDS:
            answer = self._answers.get(prefix + kind)
            value = None if answer is None else found_in(answer)
            if value is not None:
                found[kind] = value
        return found

    def failure(self, kind: Kind) -> str:
        """Why there is none."""
        answers = (self._answers.get(prefix + kind) for prefix in (NOW, BEFORE))
        return next((answer.failure for answer in answers if answer is not None and answer.failure), "")

    def progress(self) -> tuple[str, float] | None:
        """How far what takes long has come, in words and 0 to 1; None where nothing is under way."""
        parts, shares = [], []
        for prefix, named in ((NOW, ""), (BEFORE, tr("reference: "))):
            for kind in _SLOW:
                answer = self._answers.get(prefix + kind)
                progress = None if answer is None else answer.progress
                if progress is not None and progress.total:
                    parts.append(
                        tr(
                            "{named}{method} {done} of {total}",
                            named=named,
                            method=title_of(kind),
                            done=progress.done,
                            total=progress.total,
                        )
                    )
                    shares.append(progress.done / progress.total)
        return (", ".join(parts), sum(shares) / len(shares)) if parts else None
