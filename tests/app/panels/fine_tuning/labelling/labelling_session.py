"""A session with a model of classes that ranks texts as it is told, and files that are answered at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.file_answerers.labelling import ANSWERERS
from app.files import FileAnswer, FileQuestion
from app.values import Problem
from bert_core.errors import BertError
from bert_core.finetuning.task_info import TaskInfo
from bert_core.queries import Answer, Progress
from bert_core.queries_task import Uncertain, UncertainText, UncertainTexts
from bert_core.scene import Scene
from tests.app.answering_session import AnsweringSession
from tests.app.fakes import fake_model_info

LABELS = ("negative", "positive")


def uncertain(count: int = 5, *, pairs: bool = False, labels: tuple[str, ...] = LABELS) -> Uncertain:
    """Texts of which the first is the least sure."""
    rest = (0.0,) * (len(labels) - 2)
    texts = tuple(
        UncertainText(
            line=10 * n + 1,
            text=f"sentence number {n} of a file that nobody has labelled",
            text_b=f"its second sentence {n}" if pairs else None,
            predicted=labels[1],
            confidence=0.5 + n / (2 * count),
            uncertainty=0.69 - n / count,
            probabilities=(0.5 - n / (2 * count), 0.5 + n / (2 * count), *rest),
        )
        for n in range(count)
    )
    return Uncertain(texts, 1234, 0, labels)


class LabellingSession(AnsweringSession):
    """`asked` are questions about files; `queries` those that were watched; while `held`, none is answered."""

    def __init__(self, task: TaskInfo | None = None, *, ranked: Uncertain | None = None) -> None:
        super().__init__(replace(fake_model_info(), task=task or TaskInfo("single-sentence", LABELS)))
        self.ranked = uncertain() if ranked is None else ranked
        self.asked: list[FileQuestion] = []
        self.queries: list[UncertainTexts] = []
        self.waits = self.full = False
        self.files.asked.connect(self._file)
        self.watched_changed.connect(self._watched)
        self.begin(Scene("", "the cat sat ."))
        self.load()

    def _file(self, question: Any) -> None:
        self.asked.append(question)
        if type(question) not in ANSWERERS:
            return
        if self.full and "Keep" in type(question).__name__:
            self.files.answered.emit(FileAnswer(question, problem=Problem("The disk is full.")))
            return
        try:
            answer = FileAnswer(question, ANSWERERS[type(question)](question))
        except BertError as error:
            answer = FileAnswer(question, problem=Problem(str(error)))
        self.files.answered.emit(answer)

    def _watched(self, _: object) -> None:
        for query in self.watched:
            if isinstance(query, UncertainTexts):
                if query not in self.queries[-1:]:
                    self.queries.append(query)
                if not self.waits:
                    self.tell(query)

    def tell(self, query: UncertainTexts, *, progress: Progress | None = None, failure: str = "") -> None:
        """Answer, or say how far it is."""
        value = None if progress is not None or failure else self.ranked
        self.accept_answer(Answer(query, self.scene, value, failure, progress))
