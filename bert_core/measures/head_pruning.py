"""What heads removed one after the other, in a given order, do to the predictions on a text, or to the loss on many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bert_core.errors import Cancelled, TextError
from bert_core.interventions import HeadOff, Interventions
from bert_core.measures.gated_importance import Example, Prepared, as_example, prepared
from bert_core.measures.intervention_effect import effect
from bert_core.pretraining.masking import Masking
from bert_core.queries import Effect
from bert_core.scene import Scene
from bert_core.trace import Trace

if TYPE_CHECKING:
    from bert_core.bert import Bert

Heads = Sequence[tuple[int, int]]

POINTS = 40
"""Of a curve, at most."""

WINDOW = 16
"""So many texts are held, and read at every point of the curve before the next ones are."""


@dataclass(frozen=True)
class PrunePoint:
    """The effect of switching off the first `removed` heads, against the scene as it is."""

    removed: int
    effect: Effect


def pruned(scene: Scene, order: Heads, removed: int) -> Scene:
    """The scene with the first `removed` heads of the order off as well, in the scene's own way: by zero, or evenly."""
    changes = scene.interventions.switching(order[:removed], off=True)
    return replace(scene, interventions=changes)


def prune_counts(heads: int, points: int = POINTS) -> list[int]:
    """From 0 to all heads, evenly but for the last step, in the smallest step that takes no more than `points`."""
    step = max(1, -(-heads // (points - 1)))
    return [*range(0, heads, step), heads]


def prune_curve(
    bert: Bert,
    scene: Scene,
    order: Heads,
    *,
    points: int = POINTS,
    check: Callable[[], None] | None = None,
) -> Iterator[PrunePoint]:
    """The effect of removing heads, least important first or in what order is given; a trace is made for each point.

    order   (layer, head) pairs, counted from 0, each once; those that are off already change nothing
    points  how many to compute at most, 2 or more; the first is with none removed, the last with all of the order
    check   called before every layer; may raise

    The scene's interventions stay in force before and after. Nothing of a trace is kept but what Effect tells.

    Raises ValueError at once for a scene of another model, a head that is not there or comes twice, or too few points.
    """
    if scene.model_id != bert.model_id:
        raise ValueError(f"the scene is of {scene.model_id}, this is {bert.model_id}")
    _refuse_nonsense(bert, order, points)
    return _curve(bert, scene, order, prune_counts(len(order), points), check)


def traced_without(
    bert: Bert, scene: Scene, order: Heads, removed: int, check: Callable[[], None] | None = None
) -> Trace:
    """What the scene's predictions are with the first `removed` heads off; the trace's large arrays are let go."""
    after = bert.trace_scene(pruned(scene, order, removed), cancelled=_asking(check))
    nothing = np.empty(0, np.float32)
    return replace(after, attentions=nothing, hidden_states=nothing)


def coarse_to_fine(points: int) -> list[int]:
    """0 to points - 1 so that the shape of a curve is seen early: both ends, then what halves the gaps."""
    order, seen, step = [0, points - 1], {0, points - 1}, points
    while len(order) < points:
        step = max(1, step // 2)
        for index in range(step, points, step):
            if index not in seen:
                order.append(index)
                seen.add(index)
    return order[:points]


class PruneLosses(NamedTuple):
    """What the loss is at each of P points, over the texts that are read at all of them.

    While the first window is read, over its texts, at the points that are done. NaN where nothing is known, or asked.

    counts    how many heads are removed
    loss      float64 [P], nats: the mean over texts of masked + following, as in `head_importance`
    masked    float64 [P], nats: the mean over texts of each one's mean over its masked pieces
    following float64 [P], nats: the mean over pairs
    accuracy  float64 [P]: the share of all masked pieces whose best guess is what stood there
    texts     how many texts that had a loss
    readings  how often a text was read so far; one without a loss is passed over, and counts
    """

    counts: tuple[int, ...]
    loss: NDArray[np.float64]
    masked: NDArray[np.float64]
    following: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    texts: int
    readings: int


# What is summed up over texts, at each point.
_NAMES = ("loss", "texts", "masked", "with_masked", "following", "pairs", "right", "asked")
_COLUMNS = len(_NAMES)


@dataclass
class PruneTally:
    """What was read so far; given to `prune_losses` once more, with all else as before, it goes on from there."""

    texts: int = 0  # of whole windows, those without a loss included
    sums: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, _COLUMNS)))
    window: dict[int, NDArray[np.float64]] = field(default_factory=dict)  # point -> sums of this window

    def close_window(self, texts: int) -> None:
        """It was read at all points, and counts from now on."""
        for point, row in self.window.items():
            self.sums[point] += row
        self.window.clear()
        self.texts += texts

    def losses(self, counts: tuple[int, ...], reading: tuple[int, int]) -> PruneLosses:
        """The means; reading: the texts of this window, and how many are read at the point that is under way."""
        points = len(counts)
        sums = self.sums if self.texts else np.zeros((points, _COLUMNS))
        if not self.texts:
            for point, row in self.window.items():
                sums[point] = row
        of = {name: sums[:, place] for place, name in enumerate(_NAMES)}
        return PruneLosses(
            counts,
            _ratio(of["loss"], of["texts"]),
            _ratio(of["masked"], of["with_masked"]),
            _ratio(of["following"], of["pairs"]),
            _ratio(of["right"], of["asked"]),
            int(of["texts"].max(initial=0)),
            self.texts * points + len(self.window) * reading[0] + reading[1],
        )


def prune_losses(
    bert: Bert,
    examples: Iterable[Example | str | tuple[str, str]],
    order: Heads,
    *,
    points: int = POINTS,
    head_off: HeadOff = "zero",
    seed: int = 0,
    check: Callable[[], None] | None = None,
    tally: PruneTally | None = None,
) -> Iterator[PruneLosses | None]:
    """The loss of the model with heads removed in this order, over texts: so far, after every time one was read.

    examples  as in `head_importance`, of which the masking is the same: it depends on the seed and an example's number,
              and is the same at every point
    order     (layer, head) pairs, counted from 0, each once; none of the other interventions is in force
    points    how many to compute at most, 2 or more; the first is with none removed, the last with all of the order
    check     called before every layer; where it raises Cancelled, None is yielded and that text read again
    tally     of a curve that was broken off, to go on with

    Texts come in windows of 16, each read at all points, both ends first: no more is held, and all points are means
    over the same texts. Michel et al. 2019 measure so what pruning by importance costs.

    Raises ValueError at once for a head that is not there or comes twice, or too few points; TextError where the model
    has neither pretraining head.
    """
    _refuse_nonsense(bert, order, points)
    if bert.module.mlm is None and bert.module.nsp is None:
        raise TextError(
            "This model has neither a masked-word head nor a next-sentence head, so it has no loss.",
            remedy="Load a checkpoint that kept its pretraining heads.",
        )
    so_far = PruneTally() if tally is None else tally
    return _losses(
        bert, examples, order, tuple(prune_counts(len(order), points)), head_off, seed, check, so_far
    )


def _losses(
    bert: Bert,
    examples: Iterable[Example | str | tuple[str, str]],
    order: Heads,
    counts: tuple[int, ...],
    head_off: HeadOff,
    seed: int,
    check: Callable[[], None] | None,
    tally: PruneTally,
) -> Iterator[PruneLosses | None]:
    rule = Masking.of(bert.tokenizer)
    if not len(tally.sums):
        tally.sums = np.zeros((len(counts), _COLUMNS))
    stream = islice(enumerate(examples), tally.texts, None)
    while window := list(islice(stream, WINDOW)):
        asked = [_asked(bert, rule, as_example(given), (seed, number)) for number, given in window]
        begun = frozenset(tally.window)
        for point in coarse_to_fine(len(counts)):
            if point in begun:
                continue
            row = np.zeros(_COLUMNS)
            for number, one in enumerate(asked, 1):
                while one is not None:
                    try:
                        trace = bert.trace_scene(
                            pruned(
                                replace(one.scene, interventions=Interventions(head_off=head_off)),
                                order,
                                counts[point],
                            ),
                            one.example.places.tolist(),
                            _asking(check),
                        )
                    except Cancelled:
                        yield None
                    else:
                        row += _row(trace, one.example)
                        break
                if number < len(asked):
                    yield tally.losses(counts, (len(asked), number))
            tally.window[point] = row
            if len(tally.window) == len(counts):
                tally.close_window(len(asked))
            yield tally.losses(counts, (len(asked), 0))


class _Asked(NamedTuple):
    scene: Scene
    example: Prepared


def _asked(bert: Bert, rule: Masking, example: Example, seed: tuple[int, int]) -> _Asked | None:
    """The masked example as a scene."""
    one = prepared(bert, rule, example, seed)
    if one is None:
        return None
    ids = {int(place): int(one.ids[place]) for place in one.places}
    return _Asked(Scene(bert.model_id, example.text_a, example.text_b, ids), one)


def _row(trace: Trace, example: Prepared) -> NDArray[np.float64]:
    """One text's part of the sums, in the order of _NAMES."""
    masked = following = 0.0
    right = 0
    places = example.places.tolist()
    for place, target in zip(places, example.targets.tolist(), strict=True):
        logits = trace.mlm_logits(place).astype(np.float64)
        masked += float(np.log(np.exp(logits - logits.max()).sum()) + logits.max() - logits[target])
        right += int(logits.argmax()) == target
    if places:
        masked /= len(places)
    if example.label is not None:
        assert trace.nsp is not None
        following = -float(
            np.log(max((trace.nsp.is_next, trace.nsp.not_next)[example.label], np.finfo(np.float64).tiny))
        )
    pair = example.label is not None
    return np.array(
        [masked + following, 1, masked, bool(places), following, pair, right, len(places)], np.float64
    )


def _ratio(sums: NDArray[np.float64], numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(sums, numbers, out=np.full(sums.shape, np.nan), where=numbers > 0)


def _asking(check: Callable[[], None] | None) -> Callable[[], bool]:
    """As a trace asks whether it is called off."""

    def cancelled() -> bool:
        if check is not None:
            check()
        return False

    return cancelled


def _refuse_nonsense(bert: Bert, order: Heads, points: int) -> None:
    shape = bert.config.num_hidden_layers, bert.config.num_attention_heads
    for layer, head in order:
        if not (0 <= layer < shape[0] and 0 <= head < shape[1]):
            raise ValueError(f"head {(layer, head)} of {shape}")
    if len(set(order)) != len(order):
        raise ValueError("a head comes twice in the order")
    if points < 2:
        raise ValueError(f"{points} points; a curve has two ends")


def _curve(
    bert: Bert, scene: Scene, order: Heads, counts: list[int], check: Callable[[], None] | None
) -> Iterator[PrunePoint]:
    before: Trace | None = None
    for removed in counts:
        after = traced_without(bert, scene, order, removed, check)
        before = after if before is None else before
        yield PrunePoint(removed, effect(before, after))
