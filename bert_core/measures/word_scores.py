"""How probable the person's own words are in the place of a mask, words of several pieces too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from bert_core.errors import TextError
from bert_core.explanations import WordMethod, WordScore
from bert_core.interventions import NONE, Interventions
from bert_core.measures.batched_reading import BatchedReading, linear
from bert_core.measures.enough_memory import enough_memory
from bert_core.measures.last_hidden import last_hidden
from bert_core.measures.ranked_pieces import rank_of
from bert_core.measures.scene_target import nothing, require_words, scene_tokens
from bert_core.scene import Scene
from bert_core.trace import Token

if TYPE_CHECKING:
    from bert_core.bert import Bert

Filling = tuple[int, ...]
"""What stands in the n pieces of the gap."""


def score_words(
    bert: Bert,
    text: str,
    words: Sequence[str],
    text_b: str | None = None,
    *,
    position: int | None = None,
    method: WordMethod = "left-to-right",
    replaced: Mapping[int, int] | None = None,
    interventions: Interventions | None = None,
    check: Callable[[], None] | None = None,
) -> tuple[WordScore, ...]:
    """How probable each word is in the place of a [MASK]: as many `WordScore` as words, in their order.

    position  of the piece that the words stand for, masked or not; None: the only mask of the text
    check     called before every layer; may raise

    A word is cut into pieces as in a text, but what is a piece of the vocabulary as it stands is that piece: so "##ing"
    goes on with the word before. For a word of n pieces the mask becomes n masks, and the logarithms of the pieces'
    probabilities are added up. Each piece is given, beside the text,

    "left-to-right"          the word's pieces before it, those from it on being masked: p(w_1) p(w_2 | w_1) ..., which
                             sums to 1 over all words of n pieces. Kauf & Ivanova 2023, "A Better Way to Do Masked
                             Language Model Scoring" (PLL-word-l2r)
    "together"               nothing of the word, all of it being masked: one pass, as if its pieces were independent
    "pseudo-log-likelihood"  all other pieces of the word. Salazar et al. 2020, "Masked Language Model Scoring"; too
                             high for words that a few of their pieces give away

    The three are one for a word of one piece: the model's own probability, equal to that of a trace. Longer words are
    computed in float32. Words of unlike length fill different gaps: compare them by `WordScore.per_piece`, if at all.

    Raises TextError where the model has no masked-word head, there is no such piece, or not exactly one mask;
    MemoryShortage. What is wrong with a single word is said by its `problem`.
    """
    scene = Scene(bert.model_id, text, text_b, replaced or {}, interventions or NONE)
    if position is None:
        masks = [p for p, token in enumerate(scene_tokens(bert, scene)) if token.id == bert.tokenizer.mask_id]
        if len(masks) != 1:
            raise TextError(
                f"The text has {len(masks)} masked pieces, and one is needed for words to be scored at.",
                remedy="Type [MASK] once, or give a position.",
            )
        position = masks[0]
    return scene_word_scores(bert, scene, position, words, method, check)


def scene_word_scores(
    bert: Bert,
    scene: Scene,
    position: int,
    words: Sequence[str],
    method: WordMethod = "left-to-right",
    check: Callable[[], None] | None = None,
) -> tuple[WordScore, ...]:
    """The same in a scene, its replaced pieces and interventions in force; other masks stay masks.

    Raises ValueError for a scene of another model; all else as in `score_words`.
    """
    if isinstance(words, str):
        raise ValueError("a single text; expected several words")
    if method not in ("left-to-right", "together", "pseudo-log-likelihood"):
        raise ValueError(f"method {method!r}")
    require_words(bert)
    tokens = scene_tokens(bert, scene)
    if not 0 <= position < len(tokens):
        raise TextError(f"There is no piece {position + 1}; the text has {len(tokens)}.")
    cut = [_cut(bert, word, bert.tokenizer.max_length - len(tokens) + 1) for word in words]
    scored: dict[Filling, tuple[tuple[float, ...], int | None]] = {}
    ready = {one.ids for one in cut if not one.problem}
    with enough_memory(f"score words in {len(tokens)} pieces"), torch.inference_mode():
        for length in sorted({len(ids) for ids in ready}):
            gap = _Gap(bert, scene, tokens, position, length, check or nothing)
            scored |= gap.score([ids for ids in sorted(ready) if len(ids) == length], method)
    return tuple(
        one if one.problem else replace(one, log_probabilities=scored[one.ids][0], rank=scored[one.ids][1])
        for one in cut
    )


def _cut(bert: Bert, word: str, room: int) -> WordScore:
    """The word's pieces, and what is wrong with them."""
    text, tokenizer = word.strip(), bert.tokenizer
    if text in tokenizer:
        ids: Filling = (tokenizer.id_of(text),)
    else:
        ids = tuple(tokenizer.ids([text])[0])
    one = WordScore(word, tuple(bert.vocabulary[token_id] for token_id in ids), ids)
    if not ids:
        return replace(one, problem="empty")
    if tokenizer.unk_id in ids:
        return replace(one, problem="unknown")
    return replace(one, problem="too long") if len(ids) > room else one


class _Gap:
    """The scene with n masks where one piece stood."""

    def __init__(
        self,
        bert: Bert,
        scene: Scene,
        tokens: Sequence[Token],
        position: int,
        length: int,
        check: Callable[[], None],
    ) -> None:
        self._bert, self._check = bert, check
        self._slots = list(range(position, position + length))
        mask = replace(tokens[position], id=bert.tokenizer.mask_id)
        self._tokens = [*tokens[:position], *[mask] * length, *tokens[position + 1 :]]
        self._changes = _widened(scene.interventions, position, length, len(tokens))

    def score(
        self, words: list[Filling], method: WordMethod
    ) -> dict[Filling, tuple[tuple[float, ...], int | None]]:
        """Of words of n pieces: the logarithms of their pieces' probabilities, and the rank of single ones."""
        length, mask = len(self._slots), self._bert.tokenizer.mask_id
        if length == 1:
            logits = self._single()
            logs = _log_softmax(logits)
            return {word: ((float(logs[word[0]]),), rank_of(logits, word[0])) for word in words}

        def given(word: Filling, slot: int) -> Filling:
            """What stands in the gap when the piece in this slot is asked for."""
            if method == "together":
                return (mask,) * length
            if method == "left-to-right":
                return word[:slot] + (mask,) * (length - slot)
            return (*word[:slot], mask, *word[slot + 1 :])

        asked = [(word, slot, given(word, slot)) for word in words for slot in range(length)]
        wanted: dict[Filling, list[tuple[int, int]]] = {}
        for word, slot, filling in asked:
            wanted.setdefault(filling, []).append((slot, word[slot]))
        found = self._logs(wanted)
        return {
            word: (tuple(found[given(word, slot), slot, word[slot]] for slot in range(length)), None)
            for word in words
        }

    def _single(self) -> NDArray[np.float32]:
        """Logits [V], computed just as a trace of the scene with that piece masked computes them."""
        module, mask = self._bert.module, self._bert.tokenizer.mask_id
        hidden = last_hidden(module, self._tokens, self._changes, self._check)
        rows = [place for place, token in enumerate(self._tokens) if token.id == mask]
        assert module.mlm is not None
        logits = module.mlm(hidden[rows], module.embeddings.word_embeddings.weight)
        found: NDArray[np.float32] = logits[rows.index(self._slots[0])].float().cpu().numpy()
        return found

    def _logs(self, wanted: dict[Filling, list[tuple[int, int]]]) -> dict[tuple[Filling, int, int], float]:
        """Filling -> (slot, id) asked for -> ln p of that id in that slot, given the filling."""
        module = self._bert.module
        head, table = module.mlm, module.embeddings.word_embeddings.weight
        assert head is not None
        weight = table if head.decoder is None else head.decoder.float()
        reading = BatchedReading(
            self._bert, [token.segment for token in self._tokens], self._changes, self._check
        )
        batch = reading.batch(len(self._slots), gradients=False, logits=True)
        fillings, found = list(wanted), dict[tuple[Filling, int, int], float]()
        for begin in range(0, len(fillings), batch):
            part = fillings[begin : begin + batch]
            texts = np.tile([token.id for token in self._tokens], (len(part), 1))
            texts[:, self._slots] = part
            hidden = reading.hidden(reading.words(texts.tolist()), self._slots)
            cells = [(row, slot, token_id) for row, one in enumerate(part) for slot, token_id in wanted[one]]
            places = sorted({cell[:2] for cell in cells})
            rows, slots = (list(index) for index in zip(*places, strict=True))
            features = head.LayerNorm(head.activation(linear(head.transform, hidden[rows, slots])))
            logits = torch.nn.functional.linear(features, weight, head.bias).cpu().numpy()
            logs = {place: _log_softmax(row) for place, row in zip(places, logits, strict=True)}
            for row, slot, token_id in cells:
                found[part[row], slot, token_id] = float(logs[row, slot][token_id])
        return found


def _log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    shifted = logits.astype(np.float64)
    shifted -= shifted.max()
    shifted -= np.log(np.exp(shifted).sum())
    return shifted


def _widened(changes: Interventions, position: int, length: int, size: int) -> Interventions:
    """With n pieces in the place of one, to which whatever concerned that one now applies."""
    moved = changes.moved({p: p if p <= position else p + length - 1 for p in range(size)})
    for place in range(position + 1, position + length):
        if position in changes.hidden:
            moved = moved.hiding(place, hide=True)
        for term, where in changes.dropped.items():
            if where != "all" and position in where:
                moved = moved.dropping(term, place, drop=True)
    return moved
