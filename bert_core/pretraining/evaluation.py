"""How well a BERT guesses masked pieces and next sentences, on fixed pairs of a held-out text."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from bert_core.pretraining.batches import Batch, Batches
from bert_core.pretraining.corpus import PieceCorpus
from bert_core.pretraining.masking import Masking
from bert_core.pretraining.pairs import Pairs
from bert_core.pretraining.recipe import MaskingRecipe
from bert_core.tokenization import Tokenizer

if TYPE_CHECKING:
    from bert_core.pretraining.objective import PretrainingModel

SEED = 20181011
"""Of the pairs and of what is masked, the same for every run; the day that the paper was put online."""
_PIECES_AT_ONCE = 4096


@dataclass(frozen=True)
class Guesses:
    """How masked pieces were guessed.

    asked, loss        all chosen pieces, and their mean -ln p
    hidden             those of them that became [MASK]; the rest is of these
    top1, top5         share for which the right piece was the first, or among the first five
    bits_per_character sum of -log2 p, divided by the characters that the pieces stand for (none for a special one, no
                       spaces between words): comparable over vocabularies
    """

    asked: int
    loss: float
    hidden: int
    hidden_loss: float
    top1: float
    top5: float
    bits_per_character: float

    def error(self, share: float) -> float:
        """The standard error of a share of the hidden pieces."""
        return sqrt(share * (1 - share) / max(self.hidden, 1))


@dataclass(frozen=True)
class Evaluation:
    """pieces masked singly, whole words masked, next sentences (None where the model has no such head).

    Next sentences are judged on the inputs with single pieces masked, as in training. Of a causal model `pieces` are
    the next ones, all of them "hidden", and `words` is None.
    """

    pieces: Guesses
    words: Guesses | None
    pairs: int
    nsp_accuracy: float | None
    nsp_loss: float | None

    def figures(self) -> dict[str, float]:
        """By name, for events and tables."""
        pieces, words = self.pieces, self.words
        found = {"top1": pieces.top1, "top5": pieces.top5, "bits_per_character": pieces.bits_per_character}
        if words is None:
            return {"lm_loss": pieces.loss, **found}
        found = {"mlm_loss": pieces.loss, "mask_loss": pieces.hidden_loss, **found}
        found |= {
            "word_loss": words.hidden_loss,
            "word_top1": words.top1,
            "word_top5": words.top5,
            "word_bits_per_character": words.bits_per_character,
        }
        if self.nsp_accuracy is not None and self.nsp_loss is not None:
            found |= {"nsp_accuracy": self.nsp_accuracy, "nsp_loss": self.nsp_loss}
        return found


def evaluate(
    model: PretrainingModel,
    tokenizer: Tokenizer,
    corpus: PieceCorpus,
    *,
    pairs: int = 512,
    length: int = 128,
    seed: int = SEED,
) -> Evaluation:
    """Measure on `pairs` fixed pairs of at most `length` pieces; 15 % are to be guessed, 80/10/10.

    The model is to be in evaluation mode. One with a causal mask guesses every next piece instead, once. Pairs are half
    and half also for a model that was never asked whether B follows A. Raises TextError where the text is too short.
    """
    source = Pairs(corpus, seed, "causal" if model.causal else "mlm+nsp")
    device = next(model.parameters()).device
    found = []
    for whole_words in (False,) if model.causal else (False, True):
        rule = Masking.of(tokenizer, MaskingRecipe(whole_words=whole_words))
        tally = _Tally(tokenizer)
        batches = Batches(source, tokenizer, rule, causal=model.causal)
        rows = max(1, _PIECES_AT_ONCE // length)
        for first in range(0, pairs, rows):
            batch = batches.draw(length, range(first, min(first + rows, pairs)))
            tally.add(batch, *_read(model, batch, device))
        found.append(tally)
    single = found[0]
    with_nsp = single.pairs > 0
    return Evaluation(
        single.guesses(),
        None if model.causal else found[1].guesses(),
        pairs,
        single.right_pairs / single.pairs if with_nsp else None,
        single.pair_loss / single.pairs if with_nsp else None,
    )


def _read(
    model: PretrainingModel, batch: Batch, device: torch.device
) -> tuple[torch.Tensor, torch.Tensor | None]:
    with torch.no_grad():
        present = None if batch.present is None else torch.from_numpy(batch.present).to(device)
        pieces, following = model(
            torch.from_numpy(batch.masked.ids).to(device),
            torch.from_numpy(batch.segments).to(device),
            present,
            torch.from_numpy(batch.masked.positions).to(device),
        )
        return pieces.float().cpu(), None if following is None else following.float().cpu()


class _Tally:
    def __init__(self, tokenizer: Tokenizer) -> None:
        lengths = np.array([len(piece.removeprefix("##")) for piece in tokenizer.vocabulary])
        self._characters = np.where(Masking.of(tokenizer).is_ordinary, lengths, 0)
        self.asked = self.hidden = self.first = self.five = self.pairs = self.right_pairs = 0
        self.loss = self.hidden_loss = self.pair_loss = 0.0
        self.characters = 0

    def add(self, batch: Batch, logits: torch.Tensor, following: torch.Tensor | None) -> None:
        targets = torch.from_numpy(batch.masked.targets)
        hidden = torch.from_numpy(batch.masked.hidden)
        losses = nn.functional.cross_entropy(logits, targets, reduction="none")
        hits = logits[hidden].topk(min(5, logits.shape[1]), dim=-1).indices == targets[hidden][:, None]
        self.asked += len(targets)
        self.loss += float(losses.cpu().double().sum())
        self.hidden += int(hidden.sum())
        self.hidden_loss += float(losses[hidden].double().sum())
        self.first += int(hits[:, 0].sum())
        self.five += int(hits.any(1).sum())
        self.characters += int(self._characters[batch.masked.targets][batch.masked.hidden].sum())
        if following is not None:
            labels = torch.from_numpy(batch.labels)
            self.pairs += len(labels)
            self.right_pairs += int((following.argmax(-1) == labels).sum())
            self.pair_loss += float(nn.functional.cross_entropy(following, labels, reduction="sum"))

    def guesses(self) -> Guesses:
        asked, hidden = max(self.asked, 1), max(self.hidden, 1)
        return Guesses(
            self.asked,
            self.loss / asked,
            self.hidden,
            self.hidden_loss / hidden,
            self.first / hidden,
            self.five / hidden,
            self.hidden_loss / log(2) / max(self.characters, 1),
        )
