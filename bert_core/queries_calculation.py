"""What is asked about the arithmetic inside a head and inside a layer, and the answers: frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bert_core.interventions import HeadOff
from bert_core.queries import Query
from bert_core.trace import Floats

Activation = Literal["gelu", "gelu_new", "relu"]


@dataclass(frozen=True)
class HeadSteps(Query):
    """A head's queries, keys, values, scores and output: a `HeadCalculation`. Layer and head count from 0."""

    layer: int
    head: int


@dataclass(frozen=True)
class LayerSteps(Query):
    """Every vector on one piece's way through a layer: a `LayerCalculation`. Layer and position count from 0."""

    layer: int
    position: int


@dataclass(frozen=True)
class LayerMixing(Query):
    """The share of context in each piece's vector after a layer's attention block: float32 [S], 0 to 1."""

    layer: int


@dataclass(frozen=True, eq=False)
class HeadCalculation:
    """One head's attention in steps; all arrays are float32 and read-only, S pieces, d the head's width.

    query, key, value  [S, d], biases included
    scores             [S, S]: q_i·k_j / sqrt(d), or -inf where the scene forbids query i the key j
    attention          [S, S]: softmax of the scores, or even over the allowed keys where `off` is "uniform"
    output             [S, d]: sum_j attention_ij value_j, or zero where `off` is "zero"
    off                how the scene switches this head off; None where it is on
    """

    layer: int
    head: int
    query: Floats
    key: Floats
    value: Floats
    scores: Floats
    attention: Floats
    output: Floats
    off: HeadOff | None = None


@dataclass(frozen=True, eq=False)
class NormStep:
    """LayerNorm of one vector: output = gain * (x - mean) / deviation + shift, float32 [H] each.

    deviation  sqrt(variance + epsilon)
    gain       the learned gamma
    shift      the learned beta
    """

    mean: float
    deviation: float
    gain: Floats
    shift: Floats
    output: Floats


@dataclass(frozen=True, eq=False)
class LayerCalculation:
    """One piece's way through a layer; all arrays are float32 and read-only, H the hidden size, I the inner one.

    hidden             [H]: x, what comes in
    attended           [H]: all heads' outputs through the output projection, its bias included
    attended_bias      [H]: that bias, b_O
    attention_sum      [H]: x + attended
    attention_norm     its LayerNorm
    inner              [I]: W_1 y + b_1 for y = attention_norm.output
    activated          [I]: the activation of each
    reach              [I]: the length of each unit's column of W_2: what it adds for an activation of 1
    fed                [H]: W_2 activated + b_2
    fed_bias           [H]: b_2
    output_sum         [H]: y + fed
    output_norm        its LayerNorm: what goes on to the next layer
    """

    layer: int
    position: int
    activation: Activation
    hidden: Floats
    attended: Floats
    attended_bias: Floats
    attention_sum: Floats
    attention_norm: NormStep
    inner: Floats
    activated: Floats
    reach: Floats
    fed: Floats
    fed_bias: Floats
    output_sum: Floats
    output_norm: NormStep
