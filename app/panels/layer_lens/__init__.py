"""The layer lens: what each layer would answer, read by the model's own masked-word head."""

from app.panels.layer_lens.panel import LayerLensPanel

__all__ = ["LayerLensPanel"]
