"""A session with a small random model behind it: scenes are read at once, watched queries when a test says so."""

from __future__ import annotations

from collections.abc import Generator

from app.answers import ANSWERERS, KEPT
from app.session import Session
from app.values import LoadedModel, ModelChoice
from bert_core import Bert
from bert_core.config import BertConfig
from bert_core.errors import BertError
from bert_core.queries import Answer, Query
from bert_core.scene import Scene
from bert_core.tokenization import Tokenizer

WORDS = (
    *(
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        "the",
        "man",
        "went",
        "to",
        "store",
        "gall",
        "##on",
        "##s",
        "milk",
    ),
    *("dog", "cat", "sat", "he", "bought", "a", "of", ".", "שלום", "我", "们"),
)
IDS = {word: token_id for token_id, word in enumerate(WORDS)}


def small_bert(layers: int = 3, seed: int = 1, longest: int = 96) -> Bert:
    """Random weights, in a fraction of a second."""
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=24,
        num_hidden_layers=layers,
        num_attention_heads=3,
        intermediate_size=40,
        max_position_embeddings=longest,
    )
    tokenizer = Tokenizer.from_vocabulary(WORDS, lowercase=True, max_length=longest)
    return Bert.random(config, tokenizer, seed=seed)


class ReadingSession(Session):
    """`settle` answers what is watched, until nothing new is."""

    def __init__(self, bert: Bert, text_a: str, text_b: str = "") -> None:
        super().__init__()
        self.bert = bert
        self.asked: list[Query] = []
        self.reference_changed.connect(self._keep)
        self.scene_changed.connect(self._read)
        self.begin(Scene("", text_a, text_b))
        self.set_model(LoadedModel(ModelChoice("small"), bert.info(), bert.pieces, ("cpu",)))

    def _keep(self, reference: object) -> None:
        KEPT.keep(None if self.reference is None else self.reference.trace)

    def _read(self, scene: Scene) -> None:
        if self.model is not None:
            self.accept_trace(self.bert.trace_scene(scene))

    def settle(self) -> None:
        """Answer everything, long ones with all their steps."""
        for _ in range(10):
            waiting = [query for query in self.watched if not self._answers.is_settled(query)]
            if not waiting:
                return
            for query in sorted(waiting, key=repr):
                if query in self.watched:
                    self._answer(query)
        raise AssertionError("it never ends")

    def _answer(self, query: Query) -> None:
        assert self.trace is not None
        trace = self.trace
        self.asked.append(query)
        try:
            value = ANSWERERS[type(query)](self.bert, trace, query, lambda: None)
            if isinstance(value, Generator):
                value = self._stepped(value, query)
        except BertError as error:
            self.accept_answer(Answer(query, trace.scene, failure=str(error)))
        else:
            self.accept_answer(Answer(query, trace.scene, value))

    def _stepped(self, steps: Generator, query: Query) -> object:  # type: ignore[type-arg]
        assert self.trace is not None
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                return end.value
            if step is not None:
                self.accept_answer(Answer(query, self.trace.scene, progress=step))
