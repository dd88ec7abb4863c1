"""What the layer lens says where there is no table, or no difference."""

from __future__ import annotations

from app.panels.layer_lens.controls import Which
from app.reference import incomparable
from app.translation import tr
from bert_core.trace import Trace


def words_instead(
    drawn: Trace | None, now: Trace | None, which: Which, count: int, *, loading: bool
) -> tuple[str, str]:
    """Why there is no table, and what can be done about it; empty where there is one.

    count  how many pieces are looked at, by `which`
    """
    if drawn is None:
        return (tr("The model is loading.") if loading else tr("Nothing has been read yet.")), ""
    if drawn.logits is None:
        words = tr(
            "This model has no masked-word head, so its layers cannot be read. "
            "Choose one that has, such as mini-en or bert-base-uncased."
        )
        return words, ""
    if now is not None and drawn.scene.model_id != now.scene.model_id:
        return tr("Not known: this needs the weights of the model that the reference is of."), ""
    if count:
        return "", ""
    if which == "pinned":
        words = tr("No piece is pinned: Ctrl+click one in the input, or look at all pieces.")
    else:
        words = tr("No piece is masked: click one in the input, or look at all pieces.")
    return words, tr("Look at all pieces")


def incomparable_lenses(reference: Trace, now: Trace) -> str:
    """Why the lens shows no difference; empty where it can."""
    if reference.scene.model_id != now.scene.model_id:
        return tr("No difference: it needs the weights of the model that the reference is of.")
    return incomparable(reference, now)
