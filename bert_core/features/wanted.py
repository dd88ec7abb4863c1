"""What is taken of a text: which layers, put together how, for each piece or for the whole text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from bert_core.errors import BertError

Pool = Literal["pieces", "cls", "mean", "mean-all-pieces"]
"""A vector for each piece; that of the first [CLS]; the mean over the text's own pieces, without the [CLS] and [SEP]
that were added (NaN where a text has no piece of its own); the mean over all pieces, with these."""

Join = Literal["one", "sum", "concatenation"]

EXAMPLES = (
    "layer-N (0: the embeddings)",
    "last",
    "second-to-last",
    "sum-last-four",
    "concat-last-four",
    "sum-all-layers",
)
"""The names of layers; behind each of them may stand -cls, -mean or -mean-all-pieces."""

_REMEDY = (
    "Choose among " + ", ".join(EXAMPLES) + "; for one vector a text, add -cls, -mean or -mean-all-pieces."
)
_POOLS: tuple[Pool, ...] = tuple(sorted((p for p in get_args(Pool) if p != "pieces"), key=len, reverse=True))
_NAMED = ("last", "second-to-last", "sum-last-four", "concat-last-four", "sum-all-layers")


@dataclass(frozen=True)
class Taken:
    """What a feature comes to in a model: hidden states by their number, 0 the embeddings, and how they are joined.

    A sum adds them up, each with the same weight; a concatenation has them one behind the other, the lowest first.
    """

    layers: tuple[int, ...]
    join: Join

    def width(self, hidden_size: int) -> int:
        """Numbers in a vector."""
        return hidden_size * (len(self.layers) if self.join == "concatenation" else 1)


@dataclass(frozen=True)
class Feature:
    """Hidden states to take.

    layers  "last", "second-to-last", "sum-last-four", "concat-last-four", "sum-all-layers" (1 to L, without the
            embeddings), or "layer-N", N from 0, the embeddings' output, to L
    pool    see Pool

    The paper's table 7 also weighs the sums, by weights that are learned with the task; these here are not weighed.
    """

    layers: str
    pool: Pool = "pieces"

    def __post_init__(self) -> None:
        """Raises BertError for layers or a pool that have no meaning."""
        known = self.layers in _NAMED or re.fullmatch("layer-(0|[1-9][0-9]{0,5})", self.layers)
        if not known or self.pool not in get_args(Pool):
            raise BertError(f"There is no feature called {self.name!r}.", remedy=_REMEDY)

    @property
    def name(self) -> str:
        """The name that `parse_feature` reads, and that its array or column has."""
        return self.layers if self.pool == "pieces" else f"{self.layers}-{self.pool}"

    def of_model(self, layers: int) -> Taken:
        """What to take of a model with so many layers. Raises BertError where it has too few."""
        if self.layers.startswith("layer-"):
            number = int(self.layers.removeprefix("layer-"))
            if number > layers:
                raise BertError(
                    f"There is no layer {number}; this model has {layers}.",
                    where=self.name,
                    remedy=f"Choose one from 0, the embeddings, to {layers}.",
                )
            return Taken((number,), "one")
        least = {"last": 1, "second-to-last": 2, "sum-all-layers": 1}.get(self.layers, 4)
        if layers < least:
            raise BertError(
                f"This takes a model of at least {least} layers; this one has {layers}.",
                where=self.name,
                remedy=f"Choose single layers, from layer-0 to layer-{layers}.",
            )
        four = tuple(range(layers - 3, layers + 1))
        return {
            "last": Taken((layers,), "one"),
            "second-to-last": Taken((layers - 1,), "one"),
            "sum-last-four": Taken(four, "sum"),
            "concat-last-four": Taken(four, "concatenation"),
            "sum-all-layers": Taken(tuple(range(1, layers + 1)), "sum"),
        }[self.layers]


def parse_feature(words: str) -> Feature:
    """ "last", "layer-3-cls", "concat-last-four-mean" ... -> Feature; blanks and capitals do not matter.

    "embeddings" is "layer-0". Raises BertError for anything else.
    """
    name = re.sub(r"[\s_]+", "-", words.strip().lower())
    pool: Pool = "pieces"
    for ending in _POOLS:
        if name.endswith(f"-{ending}"):
            name, pool = name.removesuffix(f"-{ending}"), ending
            break
    if name == "embeddings":
        name = "layer-0"
    if number := re.fullmatch(r"layer-?([0-9]{1,6})", name):
        return Feature(f"layer-{int(number[1])}", pool)
    if name not in _NAMED:  # said in the words that were given
        raise BertError(f"There is no feature called {words!r}.", remedy=_REMEDY)
    return Feature(name, pool)
