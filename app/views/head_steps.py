"""One query's way through a head, as it is drawn: its numbers, which keys are listed, what a spot says."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from app.translation import tr
from app.views.piece_text import isolated
from app.views.vector_strip import limit_of
from app.views.worked_numbers import figure
from bert_core.trace import Floats, Token

Part = Literal["query", "key", "product", "weighted", "rest", "output", "score", "weight"]
Off = Literal["", "zero", "uniform"]


@dataclass(frozen=True, eq=False)
class QuerySteps:
    """One of S queries in a head of width d; float32 throughout.

    position         the query's
    query            [d]: q_i
    keys, products   [S, d]: k_j, and q_i * k_j number by number
    scores           [S]: q_i·k_j / sqrt(d), -inf where that key is forbidden
    weights          [S]: their softmax
    values           [S, d]: v_j
    weighted         [S, d]: a_ij v_j
    output           [d]: b_i
    vector_limit     where colours end for q and k; for the others by what is shown
    off              how the head is switched off
    difference       all of this is now less a reference
    """

    position: int
    query: Floats
    keys: Floats
    products: Floats
    scores: Floats
    weights: Floats
    values: Floats
    weighted: Floats
    output: Floats
    vector_limit: float
    off: Off = ""
    difference: bool = False

    @property
    def width(self) -> int:
        """The head's d."""
        return len(self.query)

    @property
    def root(self) -> float:
        """sqrt(d), by which sums are divided."""
        return math.sqrt(self.width)

    @cached_property
    def product_limit(self) -> float:
        """Where colours end for the products."""
        return limit_of(self.products)

    @cached_property
    def weighted_limit(self) -> float:
        """Where colours end for the weighted values."""
        return limit_of(self.weighted, share=0.995)

    @cached_property
    def output_limit(self) -> float:
        """Where colours end for the output, and for several keys together."""
        return max(self.weighted_limit, limit_of(self.output))

    @cached_property
    def score_limit(self) -> float:
        """Where colours end for the scores."""
        finite = np.abs(self.scores[np.isfinite(self.scores)])
        return float(finite.max(initial=0.0)) or 1.0

    @cached_property
    def weight_limit(self) -> float:
        """Where colours end for the weights."""
        return (float(np.abs(self.weights).max(initial=0.0)) or 1.0) if self.difference else 1.0

    def dot(self, key: int) -> float:
        """q_i·k_j, summed in double precision."""
        return float(self.products[key].sum(dtype=np.float64))

    def forbidden(self, key: int) -> bool:
        """Whether the query may not attend to that key."""
        return bool(np.isneginf(self.scores[key]))

    def exponentials(self, key: int) -> tuple[float, float]:
        """e^s_j, and the sum of them over all keys."""
        with np.errstate(over="ignore"):
            raised = np.exp(self.scores.astype(np.float64))
        return float(raised[key]), float(raised.sum())

    def rest(self, listed: Sequence[int]) -> tuple[float, Floats]:
        """What the keys that are not listed weigh together, and bring together: [d]."""
        others = np.ones(len(self.weights), dtype=bool)
        others[list(listed)] = False
        brought: Floats = self.weighted[others].sum(0, dtype=np.float64).astype(np.float32)
        return float(self.weights[others].sum(dtype=np.float64)), brought


@dataclass(frozen=True)
class Spot:
    """A place in the picture: which part, of which key, and which number of the vector; None where it has none."""

    part: Part
    key: int | None = None
    dimension: int | None = None


def listed_keys(weights: Floats, count: int, kept: Collection[int]) -> list[int]:
    """The keys that get a line, in the order of the text: those in `kept`, then the largest weights, `count` at most.

    Where not all S fit, the last line is for the rest, so that count - 1 are listed; those in `kept` always are.
    """
    size = len(weights)
    if size <= count:
        return list(range(size))
    chosen = {key for key in kept if 0 <= key < size}
    for key in np.argsort(-np.abs(weights), kind="stable").tolist():
        if len(chosen) >= count - 1:
            break
        chosen.add(key)
    return sorted(chosen)


def spot_text(steps: QuerySteps, tokens: Sequence[Token], spot: Spot, key: int, rest: int = 0) -> str:
    """One line on a spot; `key` is the one whose score is worked out, `rest` how many keys the last line stands for."""
    at, j = spot.dimension, key if spot.key is None else spot.key
    query, own = isolated(tokens[steps.position].text), isolated(tokens[j].text)
    if at is not None and steps.difference:
        return tr(
            "dimension {d}, now less the reference: {value}",
            d=at,
            value=figure(_value(steps, spot.part, j, at)),
        )
    if spot.part in ("query", "key", "product") and at is not None:
        return tr(
            "dimension {d}: q {q} × k {k} = {product}",
            d=at,
            q=figure(float(steps.query[at])),
            k=figure(float(steps.keys[key, at])),
            product=figure(float(steps.products[key, at])),
        )
    if spot.part == "output" and at is not None:
        return tr(
            "dimension {d} of the output for ‘{query}’: {value}, the sum over all keys",
            d=at,
            query=query,
            value=figure(float(steps.output[at])),
        )
    if spot.part == "rest":
        return tr("{n} more keys, those with the smallest weights, together", n=rest)
    if spot.part == "weighted" and at is not None:
        return tr(
            "dimension {d} for ‘{key}’: weight {weight} × v {value} = {product}",
            d=at,
            key=own,
            weight=figure(float(steps.weights[j])),
            value=figure(float(steps.values[j, at])),
            product=figure(float(steps.weighted[j, at])),
        )
    if steps.forbidden(j):
        return tr("{query} → {key}: may not be attended to, weight 0", query=query, key=own)
    return tr(
        "{query} → {key}: sum {dot}, score {score}, weight {weight}",
        query=query,
        key=own,
        dot=figure(steps.dot(j)),
        score=figure(float(steps.scores[j])),
        weight=figure(float(steps.weights[j])),
    )


def _value(steps: QuerySteps, part: Part, key: int, dimension: int) -> float:
    """The number at a spot of a vector."""
    vectors = {
        "query": steps.query,
        "output": steps.output,
        "key": steps.keys[key],
        "product": steps.products[key],
    }
    return float(vectors.get(part, steps.weighted[key])[dimension])


def arithmetic(steps: QuerySteps, key: int, *, brief: bool = False) -> list[tuple[str, str]]:
    """From the products to the weight of one key: what is done, and what comes of it; `brief` spells out less."""
    dot, sign = steps.dot(key), steps.difference
    done = [(tr("sum"), figure(dot, sign=sign))]
    done.append((f"÷ √{steps.width} =", figure(dot / steps.root, sign=sign)))
    weight = figure(float(steps.weights[key]), sign=sign)
    if sign:
        return [*done, (tr("softmax"), weight)]
    if steps.forbidden(key):
        done.append((tr("+ mask −∞ ="), figure(-math.inf)))
        brief = True
    if steps.off == "uniform":
        return [*done, (tr("head off, so even: 1 ÷ {n} =", n=int(np.isfinite(steps.scores).sum())), weight)]
    if brief:
        return [*done, (tr("softmax"), weight)]
    own, total = steps.exponentials(key)
    said = tr(
        "softmax: exp({score}) ÷ Σ exp = {own} ÷ {total} =",
        score=figure(float(steps.scores[key])),
        own=figure(own),
        total=figure(total),
    )
    return [*done, (said, weight)]
