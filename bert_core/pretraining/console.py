"""What a pretraining run says on a terminal: a line now and then, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bert_core.training import console


class Console(console.Console):
    """Steps by pieces, evaluations on held-out text."""

    def _step(self, fields: Mapping[str, Any]) -> str:
        losses = [name.removesuffix("_loss") for name in fields if name.endswith("_loss")]
        parts = [f"{name} {fields[f'{name}_loss']:.3f} ({fields[f'{name}_accuracy']:.1%})" for name in losses]
        left = int(fields["seconds_left"])
        return (
            f"step {fields['step']:,}, {fields['pieces'] / 1e6:.2f} M pieces ({fields['progress']:.1%}): "
            f"{', '.join(parts)}, gradient {fields['gradient_norm']:.2f}, rate {fields['learning_rate']:.2e}, "
            f"{fields['pieces_per_second']:,.0f} pieces/s, {left // 3600}:{left // 60 % 60:02} h left"
        )

    def _evaluation(self, fields: Mapping[str, Any]) -> str:
        figures = ", ".join(
            f"{name} {value:.4g}" for name, value in fields.items() if isinstance(value, float)
        )
        return f"held out: {figures}" if figures else ""
