"""What changes did to the predictions, in words."""

from __future__ import annotations

from app.translation import tr
from app.views.piece_text import isolated
from bert_core.queries import Effect, MaskEffect
from bert_core.trace import Trace


def effect_summary(effect: Effect, trace: Trace) -> str:
    """One line: the masked word with the largest effect, and the next-sentence score."""
    parts = []
    if effect.masks:
        strongest = max(effect.masks, key=lambda mask: mask.kl)
        name = "[MASK]" if len(effect.masks) == 1 else tr("[MASK] {n}", n=effect.masks.index(strongest) + 1)
        parts.append(f"{name}: {_mask(strongest)}")
        if len(effect.masks) > 1:
            parts.append(tr("largest of {n} masks", n=len(effect.masks)))
    if effect.next_before is not None and effect.next_after is not None:
        parts.append(_next(effect.next_before, effect.next_after))
    if not parts:
        return tr("Mask a piece to see what this changes.")
    return "  ·  ".join(parts)


def effect_lines(effect: Effect, trace: Trace) -> str:
    """All of it: a line for each mask."""
    lines = [
        tr("[MASK] {n} at {place}: {what}", n=n, place=mask.position, what=_mask(mask))
        for n, mask in enumerate(effect.masks, 1)
    ]
    if effect.next_before is not None and effect.next_after is not None:
        lines.append(_next(effect.next_before, effect.next_after))
    lines.append(tr("KL: divergence of the changed distribution from that of the model as it is, in nats."))
    return "\n".join(lines)


def _mask(mask: MaskEffect) -> str:
    before, after = mask.before[0], mask.after[0]
    if before[0] == after[0]:
        change = f"{isolated(before[0])} {_percent(before[1])} → {_percent(after[1])}"
    else:
        change = f"{isolated(before[0])} {_percent(before[1])} → {isolated(after[0])} {_percent(after[1])}"
    return tr(
        "{change}, KL {kl} nats", change=change, kl=f"{mask.kl:.2f}" if mask.kl >= 0.005 else f"{mask.kl:.4f}"
    )


def _next(before: float, after: float) -> str:
    return tr("is next {before} → {after}", before=_percent(before), after=_percent(after))


def _percent(share: float) -> str:
    if share >= 0.9995 or 0 < share < 0.0005:
        return f"{share:.2%}"
    return f"{share:.1%}"
