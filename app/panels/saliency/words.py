"""What the saliency view says in words and in tables."""

from __future__ import annotations

from collections.abc import Sequence

from app.panels.saliency.shown import Shown
from app.panels.saliency.target import Aim
from app.panels.saliency.wishes import KINDS, Kind
from app.translation import tr
from app.views.amounts import share
from app.views.piece_text import isolated
from app.views.tables import Table
from app.views.worked_numbers import figure
from bert_core.explanations import GAP, Attribution, Baseline, NextTarget
from bert_core.interventions import Interventions
from bert_core.trace import Token


def title_of(kind: Kind) -> str:
    """The whole name of a method."""
    return {
        "integrated": tr("Integrated gradients"),
        "gradient": tr("Gradient × input"),
        "omission": tr("Leave one out"),
        "rollout": tr("Attention rollout"),
    }[kind]


def short_of(kind: Kind) -> str:
    """The name of a method where there is little room."""
    return {
        "integrated": tr("IG"),
        "gradient": tr("G × I"),
        "omission": tr("LOO"),
        "rollout": tr("rollout"),
    }[kind]


def tip_of(kind: Kind, baseline: Baseline) -> str:
    """How a method works, in a sentence or two."""
    return {
        "integrated": tr(
            "Gradients collected on the way from a text of nothing but {baseline} to this one. The scores add up to "
            "the difference that the pieces make; the gap says how far they miss it.",
            baseline=baseline,
        ),
        "gradient": tr(
            "The slope at this very text, times the word embedding: what it would be, were everything a straight line."
        ),
        "omission": tr("What goes when this piece alone is masked. [CLS] and [SEP] are masked in turn, too."),
        "rollout": tr(
            "Attention followed back through all layers, heads averaged, half of each piece staying where it is. It "
            "knows nothing of the prediction: only of the place that it is read from."
        ),
    }[kind]


def aside_of(kind: Kind, attribution: Attribution | None, target: Token | None) -> str:
    """What stands beside a method's name."""
    if kind == "rollout":
        return "" if target is None else tr("row of {piece}", piece=isolated(target.text))
    if attribution is None:
        return ""
    if attribution.gap is not None:
        return gap_words(attribution)
    if kind == "omission":
        return tr("{n} pieces masked in turn", n=int(attribution.varied.sum()))
    return tr("1 gradient")


def gap_words(attribution: Attribution) -> str:
    """How complete integrated gradients are."""
    gap = attribution.gap or 0.0
    said = tr("gap < 0.01 %") if gap < 1e-4 else tr("gap {gap}", gap=share(gap, 2))
    return tr("{gap}, {n} steps", gap=said, n=attribution.steps)


def idle_words(aim: Aim, shown: Shown, baseline: Baseline, changes: Interventions) -> str:
    """What is explained, and how far that went."""
    found = shown.attribution("integrated")
    value = next((found.value for kind in KINDS if (found := shown.attribution(kind)) is not None), None)
    parts = [tr("Explained: {words}.", words=aim.words)]
    if value is not None:
        parts[0] = tr(
            "Explained: {words}, {quantity} {value}.",
            words=aim.words,
            quantity=aim.quantity,
            value=figure(value, 3),
        )
    if found is not None and found.baseline is not None:
        parts.append(
            tr(
                "With {n} pieces as {baseline} it is {value}; the scores of integrated gradients add up to {sum}.",
                n=int(found.varied.sum()),
                baseline=baseline,
                value=figure(found.baseline, 3),
                sum=figure(float(found.scores.sum()), 3, sign=True),
            )
        )
    if isinstance(aim.target, NextTarget) and changes.direction == "left-to-right":
        parts.append(tr("Read left to right, [CLS] sees only itself: nothing in the text can count."))
    if shown.difference:
        parts.append(tr("Orange: more than in the reference; blue: less."))
    else:
        parts.append(tr("Orange speaks for it, blue against it."))
    return " ".join(parts)


def warning_words(shown: Shown) -> str:
    """That integrated gradients did not become complete; empty where they did."""
    found = shown.attribution("integrated")
    if found is None or found.complete or found.gap is None:
        return ""
    return tr(
        "Integrated gradients miss their sum by {gap} after {n} steps, the most that are taken; below {limit} is "
        "wanted. Take them with caution.",
        gap=share(found.gap, 1),
        n=found.steps,
        limit=share(GAP, 0),
    )


def over_words(shown: Shown, *, signed: bool) -> str:
    """What the correlations are over."""
    count, left = int(shown.ranked.sum()), int((~shown.ranked).sum())
    how = tr("by score") if signed else tr("by size, signs ignored")
    said = tr("Spearman over {n} pieces, {how}", n=count, how=how)
    if left:
        said = tr("{said}; {left} left out that a method does not vary", said=said, left=left)
    return said


def piece_words(tokens: Sequence[Token], piece: int) -> str:
    """A piece as it is spoken of."""
    return tr("‘{word}’, piece {n}", word=isolated(tokens[piece].text), n=piece)


def numbers_words(shown: Shown, piece: int) -> str:
    """What each method says of it."""
    return "   ".join(
        f"{short_of(kind)} {figure(float(shown.values[kind][piece]), 3, sign=kind != 'rollout')}"
        for kind in KINDS
        if kind in shown.values
    )


def table_of(shown: Shown, tokens: Sequence[Token]) -> Table:
    """A row a piece."""
    kinds = [kind for kind in KINDS if kind in shown.values]
    header = [tr("position"), tr("piece"), *(title_of(kind) for kind in kinds), tr("ranked")]
    rows = (
        [p, token.text, *(float(shown.values[kind][p]) for kind in kinds), int(shown.ranked[p])]
        for p, token in enumerate(tokens)
    )
    return header, rows


def correlations_table(shown: Shown) -> Table:
    """A row a method."""
    header = ["", *(title_of(kind) for kind in KINDS)]
    return header, ([title_of(kind), *shown.correlations[i].tolist()] for i, kind in enumerate(KINDS))
