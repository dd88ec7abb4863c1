"""From the numbers of a strip to its pixels."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from app.theme import diverging
from app.views.colormaps import ZERO, signed_entries
from app.views.embedding_values import Colours, spread
from bert_core.trace import Floats


class PixelImage(QImage):
    """Pixels uint32 [height, width], 0xffrrggbb each, as an image; it needs their memory as long as it lives."""

    def __init__(self, pixels: Colours) -> None:
        height, width = pixels.shape
        super().__init__(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        self._pixels = pixels


def diverging_pixels() -> Colours:
    """The theme's colours of signed values, uint32 [256]."""
    table = diverging().astype(np.uint32)
    return (0xFF000000 | table[:, 0] << 16 | table[:, 1] << 8 | table[:, 2]).astype(np.uint32)


def strip_image(means: Floats, limit: float, width: int, height: int) -> PixelImage:
    """Means [rows, columns] on so many pixels, colours ending at `limit`; broad columns parted in the colour of 0."""
    colours = diverging_pixels()
    return PixelImage(spread(colours[signed_entries(means, limit)], width, height, int(colours[ZERO])))
