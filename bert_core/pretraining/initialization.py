"""A start from which a small BERT learns at once: heads that find neighbours, words that know their company.

Begun from plain random weights, a post-LN BERT stays for millions of pieces at what the frequencies of words alone
predict, until its heads have found out which position is next to which. This start gives it that much, within the
standard architecture and with every weight free to change:

- the position embeddings are sinusoids, in dimensions of their own where words are small;
- heads of the first two layers look 1, 2, 3 pieces to the left and to the right: since cos and sin of w(i + o) are
  those of wi, rotated, such a head's query matrix rotates the sinusoids and its key matrix reads them;
- two heads look for the same piece elsewhere, and away from here;
- the word embeddings come from co-occurrence counts, the output bias from the frequencies.

The idea of setting weights to imitate what trained ones look like is that of Trockman and Kolter 2023, "Mimetic
initialization of self-attention layers"; the rotation is remarked on by Vaswani et al. 2017, section 3.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, log, pi, sin, sqrt

import numpy as np
import torch
from torch import Tensor

from bert_core.model.bert import BertModule
from bert_core.model.encoder import Layer


@dataclass(frozen=True)
class StructuredStart:
    """The scales of the start; lengths are in units of the embeddings' sum, before its LayerNorm."""

    position_amplitude: float = 0.08
    slow_share: float = 0.4
    """Amplitude of the slow sinusoids, which tell the coarse position, against the fast ones."""
    word_deviation: float = 0.04
    word_noise: float = 0.15
    words_in_position_space: float = 0.1
    segment_deviation: float = 0.02
    matrix_deviation: float = 0.04
    value_deviation: float = 0.06
    """Value and output matrices of the heads that are set, so that what they see arrives."""
    neighbour_peak: float = 6.0
    """Score of the place that a neighbour head looks for, where others score about 0."""
    same_piece_peak: float = 5.5
    offsets: tuple[tuple[int, ...], ...] = ((-1, 1, -2, 2, -3, 3), (-1, 1))
    """By layer, where its first heads look; the next head of each looks for the same piece."""


def fast_frequencies(count: int, positions: int, tries: int = 3000, seed: int = 0) -> np.ndarray:
    """Frequencies in (0, pi), float64 [count], for which no two positions look alike.

    Jittered, even spacing; of many tries the one whose |sum cos(w d)| is smallest at its largest over d >= 1.
    """
    generator = np.random.default_rng(seed)
    distances = np.arange(1, positions)
    best, best_side = np.empty(0), np.inf
    for _ in range(tries):
        jitter = generator.uniform(-0.45, 0.45, count)
        frequencies = np.sort((np.arange(count) + 0.5 + jitter) * pi / count)
        side = np.abs(np.cos(np.outer(distances, frequencies)).sum(1)).max()
        if side < best_side:
            best, best_side = frequencies, side
    return best


def structured_start(
    module: BertModule,
    seed: int = 0,
    *,
    vectors: Tensor | None = None,
    counts: np.ndarray | None = None,
    start: StructuredStart | None = None,
) -> BertModule:
    """Set a module's weights in place.

    vectors float [V, any width] from `cooccurrence.word_vectors` (random words without), counts int [V] of the pieces.
    Raises ValueError where the heads are too many or too narrow for what is to be set.
    """
    start = StructuredStart() if start is None else start
    config = module.config
    if any(len(offsets) + 1 > config.num_attention_heads for offsets in start.offsets):
        raise ValueError(f"{config.num_attention_heads} heads are too few for the offsets {start.offsets}.")
    if config.head_size < 16 or config.head_size % 2 or 3 * config.head_size > config.hidden_size:
        raise ValueError(f"Heads of width {config.head_size} cannot hold the sinusoids.")
    with torch.no_grad():
        _Setter(module, seed, start).set(vectors, counts)
    return module


class _Setter:
    """The work, with what its steps share: d/2 fast sinusoid pairs, then d/2 slow ones, then words."""

    def __init__(self, module: BertModule, seed: int, start: StructuredStart) -> None:
        self.module, self.start, self.config = module, start, module.config
        self.generator = torch.Generator().manual_seed(seed)
        self.width = self.config.head_size
        self.pairs = self.width // 2
        self.place = 2 * self.width  # dimensions of the position space
        self.rest = self.config.hidden_size - self.place
        self.frequencies = fast_frequencies(self.pairs, self.config.max_position_embeddings)
        # What LayerNorm makes of the sum of the three embeddings, per dimension.
        position = start.position_amplitude**2 * self.pairs * (1 + start.slow_share**2)
        word = (start.word_deviation**2 + start.segment_deviation**2) * self.rest
        variance = (position + word) / self.config.hidden_size
        self.pair_square = start.position_amplitude**2 / variance
        self.word_square = word / self.rest / variance

    def normal(self, *shape: int, deviation: float) -> Tensor:
        return torch.randn(*shape, generator=self.generator) * deviation

    def set(self, vectors: Tensor | None, counts: np.ndarray | None) -> None:
        for name, parameter in self.module.named_parameters():
            if "norm" in name.lower() and name.endswith("weight"):
                parameter.fill_(1.0)
            elif name.endswith("bias"):
                parameter.zero_()
            else:
                parameter.copy_(self.normal(*parameter.shape, deviation=self.start.matrix_deviation))
        self.set_embeddings(vectors)
        if counts is not None and self.module.mlm is not None:
            frequency = torch.as_tensor(counts, dtype=torch.float32) + 5
            frequency[:5] = 1  # special pieces are never the answer
            self.module.mlm.bias.copy_(torch.log(frequency / frequency.sum()))
        layers = [layer for layer in self.module.encoder.layers if isinstance(layer, Layer)]
        for layer, offsets in zip(layers, self.start.offsets, strict=False):
            for head, offset in enumerate(offsets):
                self.set_neighbour_head(layer, head, offset)
            self.set_same_piece_head(layer, len(offsets))
        for index, layer in enumerate(layers):
            # Little is written into the position space, so that higher layers find it clean.
            if index:
                layer.attention.output.weight[: self.place] *= 0.1
            layer.output.weight[: self.place] *= 0.2

    def set_embeddings(self, vectors: Tensor | None) -> None:
        start, place, embeddings = self.start, self.place, self.module.embeddings
        position = torch.arange(self.config.max_position_embeddings, dtype=torch.float32)[:, None]
        slow = torch.linspace(log(0.9), log(2 * pi / 512), self.pairs).exp()
        table = self.normal(*embeddings.position_embeddings.weight.shape, deviation=0.002)
        for first, frequencies, share in (
            (0, torch.from_numpy(self.frequencies).float(), 1.0),
            (self.width, slow, start.slow_share),
        ):
            amplitude = share * start.position_amplitude
            table[:, first : first + self.width : 2] += amplitude * torch.cos(position * frequencies)
            table[:, first + 1 : first + self.width : 2] += amplitude * torch.sin(position * frequencies)
        embeddings.position_embeddings.weight.copy_(table)

        words = self.normal(*embeddings.word_embeddings.weight.shape, deviation=start.word_deviation)
        words[:, :place] *= start.words_in_position_space
        if vectors is not None:
            known = vectors[:, : self.rest]
            turn = torch.linalg.qr(self.normal(self.rest, self.rest, deviation=1.0))[0]
            known = known @ turn[: known.shape[1]]  # turned at random, so that no dimension outweighs another
            words[:, place:] *= start.word_noise
            words[:, place:] += known * (start.word_deviation / known.pow(2).mean().sqrt())
        embeddings.word_embeddings.weight.copy_(words)

        segments = self.normal(
            *embeddings.token_type_embeddings.weight.shape, deviation=start.segment_deviation
        )
        segments[:, :place] *= start.words_in_position_space
        embeddings.token_type_embeddings.weight.copy_(segments)

    def set_neighbour_head(self, layer: Layer, head: int, offset: int) -> None:
        """Scores g^2 sum_p a^2 cos(w_p (j - i - offset)) / sqrt(d) of query i and key j, by the choice of g."""
        gain = sqrt(self.start.neighbour_peak * sqrt(self.width) / (self.pairs * self.pair_square))
        query, key = self.blank(), self.blank()
        for pair, frequency in enumerate(self.frequencies):
            turn = frequency * offset
            rows = slice(2 * pair, 2 * pair + 2)
            query[rows, rows] = gain * torch.tensor([[cos(turn), -sin(turn)], [sin(turn), cos(turn)]])
            key[rows, rows] = gain * torch.eye(2)
        shape = self.width, self.config.hidden_size
        self.write(
            layer,
            head,
            query + self.normal(*shape, deviation=0.005),
            key + self.normal(*shape, deviation=0.005),
        )

    def set_same_piece_head(self, layer: Layer, head: int) -> None:
        """Words by a random projection, the same in query and key; four sinusoids say: not here."""
        words = self.width - 8
        peak = self.start.same_piece_peak * sqrt(self.width)
        turn = torch.linalg.qr(self.normal(self.rest, words, deviation=1.0))[0].T
        query, key = self.blank(), self.blank()
        query[:words, self.place :] = key[:words, self.place :] = turn * sqrt(
            peak / (words * self.word_square)
        )
        gain = sqrt(peak / (4 * self.pair_square))
        for index in range(4):
            pair = (2 + 4 * index) % self.pairs
            for part in range(2):
                query[words + 2 * index + part, 2 * pair + part] = -gain
                key[words + 2 * index + part, 2 * pair + part] = gain
        self.write(layer, head, query, key)

    def blank(self) -> Tensor:
        return torch.zeros(self.width, self.config.hidden_size)

    def write(self, layer: Layer, head: int, query: Tensor, key: Tensor) -> None:
        """Query and key of a head as given; its value reads words, its output goes mostly to words."""
        hidden, attention = self.config.hidden_size, layer.attention
        value = self.normal(self.width, hidden, deviation=self.start.value_deviation)
        value[:, : self.place] = 0
        for part, matrix in enumerate((query, key, value)):
            first = part * hidden + head * self.width
            attention.query_key_value.weight[first : first + self.width] = matrix
        output = self.normal(hidden, self.width, deviation=self.start.value_deviation)
        output[: self.place] *= 0.1
        attention.output.weight[:, head * self.width : (head + 1) * self.width] = output
