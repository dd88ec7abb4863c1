"""The predictions panel: what the model expects at each [MASK], and the pieces that were put in."""

from app.panels.predictions.panel import FIRST_BLOCKS, MORE_BLOCKS, PredictionsPanel
from app.panels.predictions.pieces import longest_piece

__all__ = ["FIRST_BLOCKS", "MORE_BLOCKS", "PredictionsPanel", "longest_piece"]
