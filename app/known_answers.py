"""What has been answered: about the trace until the next one, about a model for as long as the program runs."""

from __future__ import annotations

from collections.abc import Collection

from bert_core.info import ModelInfo
from bert_core.queries import Answer, Query


class KnownAnswers:
    """The newest answer to each query that is still true; with progress, how far it has come."""

    def __init__(self) -> None:
        self._answers: dict[Query, Answer] = {}
        self._model: object = None
        self._of_models: dict[object, dict[Query, Answer]] = {}

    def get(self, query: Query) -> Answer | None:
        """The answer, or how far it has come; None where nothing is known."""
        return self._answers.get(query)

    def is_settled(self, query: Query) -> bool:
        """Whether there is a value, or a failure."""
        answer = self._answers.get(query)
        return answer is not None and answer.progress is None

    def is_lasting(self, query: Query) -> bool:
        """Whether there is a value that stays true for this model."""
        answer = self._answers.get(query)
        return answer is not None and _is_lasting(answer)

    def take(self, answer: Answer) -> None:
        """From now on this one."""
        self._answers[answer.query] = answer

    def forget_trace(self) -> None:
        """Another text was read: what is about the model stays."""
        self._answers = {query: answer for query, answer in self._answers.items() if query.about_model}

    def forget_unfinished(self, watched: Collection[Query]) -> None:
        """What nobody waits for any more has no progress, and failed about a model it may be tried again."""
        for query, answer in list(self._answers.items()):
            passing = answer.progress is not None or (query.about_model and answer.failure)
            if passing and query not in watched:
                del self._answers[query]

    def use_model(self, info: ModelInfo) -> None:
        """Another model is in force; what was answered about it before is known again, if its files are the same."""
        self._of_models[self._model] = {
            query: answer for query, answer in self._answers.items() if _is_lasting(answer)
        }
        self._model = _state_of(info)
        self._answers = dict(self._of_models.get(self._model, {}))


def _is_lasting(answer: Answer) -> bool:
    return answer.query.about_model and answer.progress is None and not answer.failure


def _state_of(info: ModelInfo) -> object:
    """Equal for equal weights: training may have written others into the same files."""
    states = []
    for path in info.weights_files:
        try:
            state = path.stat()
        except OSError:
            states.append((path, 0, 0))
        else:
            states.append((path, state.st_size, state.st_mtime_ns))
    return info.model_id, tuple(states)
