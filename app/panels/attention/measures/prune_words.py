"""What is removed, in which order, and what comes of it, in words."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from app.panels.attention.measures.words import loss_words
from app.panels.attention.numbers import head_name
from app.translation import tr
from app.views.amounts import quantity, share
from app.views.help_button import HelpText
from app.views.piece_text import isolated
from bert_core.info import ModelInfo
from bert_core.interventions import HeadOff
from bert_core.queries_pruning import ACCURACY, IS_NEXT, KL, LOSS, MASKED, NEXT
from bert_core.trace import Token

SHARES = (ACCURACY, IS_NEXT)
"""Lines whose values are shares of 1."""

_MOST_NAMED = 24  # heads in a tool tip


def line_title(name: str, tokens: Sequence[Token] = (), masked: int = 1) -> str:
    """What stands along y."""
    titles = {
        LOSS: tr("Loss, nats"),
        MASKED: tr("Masked-word loss, nats"),
        NEXT: tr("Next-sentence loss, nats"),
        ACCURACY: tr("Masked pieces guessed right"),
        KL: tr("KL of the masked word, nats") if masked == 1 else tr("KL, mean of {n} masks, nats", n=masked),
        IS_NEXT: tr("p(is next)"),
    }
    if name in titles:
        return titles[name]
    place = int(name.removeprefix(f"{KL}-"))
    before = isolated(tokens[place - 1].text) if 0 < place <= len(tokens) else ""
    return tr("KL of the mask at {place}, after “{piece}”, nats", place=place, piece=before)


def line_name(name: str) -> str:
    """How a line is offered."""
    names = {
        LOSS: tr("Loss"),
        MASKED: tr("Masked-word loss"),
        NEXT: tr("Next-sentence loss"),
        ACCURACY: tr("Guessed right"),
        KL: tr("KL"),
        IS_NEXT: tr("p(is next)"),
    }
    return names.get(name) or tr("KL of the mask at {place}", place=name.removeprefix(f"{KL}-"))


def short_title(name: str) -> str:
    """What a value is, in a word."""
    return {
        LOSS: tr("loss"),
        MASKED: tr("loss"),
        NEXT: tr("loss"),
        ACCURACY: tr("right"),
        IS_NEXT: tr("is next"),
    }.get(name, tr("KL"))


def written(name: str, value: float) -> str:
    """A value of that line."""
    return share(value) if name in SHARES else quantity(value, 3)


def value_words(name: str, value: float, whole: float, *, exact: bool) -> str:
    """Loss 3.21 (+0.45); ≈ where it is read off between two points."""
    if not math.isfinite(value):
        return ""
    said = f"{'' if exact else '≈ '}{written(name, value)}"
    if name.startswith(KL) or not math.isfinite(whole):
        return f"{short_title(name)} {said}"
    change = value - whole
    sign = "+" if change >= 0 else "−"
    by = f"{100 * abs(change):.1f}" if name in SHARES else quantity(abs(change), 3)
    return f"{short_title(name)} {said} ({sign}{by})"


def set_over_words(texts: int, model: ModelInfo | None, mode: HeadOff) -> str:
    """What a curve over a set is of."""
    return tr(
        "Means over {n} texts; loss: {loss}; the masking is drawn once (seed 0), the same at each point; {off}",
        n=f"{texts:,}",
        loss=loss_words(model),
        off=off_words(mode),
    )


def one_over_words(model: ModelInfo | None, mode: HeadOff) -> str:
    """What a curve on a text without a mask is of."""
    return tr(
        "Nothing is masked here, so some of it is for this (seed 0, the same at each point). Loss: {loss}; {off}",
        loss=loss_words(model),
        off=off_words(mode),
    )


def text_over_words(masked: int, mode: HeadOff, *, changed: bool) -> str:
    """What a curve on the text with its masks is of."""
    said = (
        tr("On this text, against all heads on; KL(before ‖ after) at what is masked")
        if masked
        else tr("On this text, against all heads on")
    )
    more = tr("; its other changes stay in force") if changed else ""
    return f"{said}{more}; {off_words(mode)}"


def off_words(mode: HeadOff) -> str:
    """What off means."""
    return tr("off: output zero") if mode == "zero" else tr("off: attention even")


def not_first_words(off: Collection[tuple[int, int]]) -> str:
    """Heads are off otherwise than the slider would switch them."""
    return tr(
        "{n} heads are off, but not the first {n} of this order; the slider switches exactly its first off",
        n=len(off),
    )


def heads_listed(heads: Sequence[tuple[int, int]]) -> str:
    """L1-H3, L2-H4, …"""
    said = ", ".join(head_name(*head) for head in heads[:_MOST_NAMED])
    return (
        said
        if len(heads) <= _MOST_NAMED
        else tr("{heads} and {n} more", heads=said, n=len(heads) - _MOST_NAMED)
    )


def needs_words(texts: str, count: int | None) -> str:
    """What it takes to know the order."""
    takes = (
        tr("That takes a gradient through the model for each of its texts.")
        if count is None
        else tr("That takes a gradient through the model.")
        if count == 1
        else tr("That takes a gradient through the model for each of {n} texts.", n=count)
    )
    return tr(
        "Heads are removed in the order of their importance, which is not known yet over {texts}. {takes} Then each "
        "text is read with more and more heads off, and the curve is drawn as it comes.",
        texts=texts,
        takes=takes,
    )


def prune_explanation() -> HelpText:
    """Formula, paragraph, paper."""
    return HelpText(
        tr("Removing heads by importance"),
        tr(
            "How many heads does the model need? Heads are switched off one by one, the least important first, and the "
            "curve shows what that costs. Importance is how much the loss would change with a head; as in the paper, "
            "it is divided by its length in each layer so that layers can be compared. You may sort by the values as "
            "they are. Heads of all layers stand in one row: a layer may lose all its heads. Then its attention adds "
            "nothing but the bias of its output, and each piece goes on with what it had. Compare with a random order, "
            "or with the most important first, to see that order matters. The slider switches off exactly its first "
            "heads, in every panel at once; undo takes one move of it back. Importance is of the model with all heads "
            "on: it is not computed anew after each removal."
        ),
        formula=(
            "I_h = E_x |∂L(x)/∂ξ_h|,  normalised: I_h / ‖I in its layer‖₂\n"
            "curve(n) = L with ξ_h = 0 for the n heads of least I"
        ),
        reference=tr("Michel, Levy & Neubig 2019, Are Sixteen Heads Really Better than One?"),
        link="https://arxiv.org/abs/1905.10650",
    )
