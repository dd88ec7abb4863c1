"""Labels take the first place that is free and inside the plot."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSizeF

from app.views.label_room import Taken, sides

PLOT = QRectF(10, 10, 100, 60)


def test_the_first_that_is_free() -> None:
    taken = Taken(PLOT)
    taken.add(QRectF(20, 20, 10, 10))
    places = [QRectF(0, 20, 20, 10), QRectF(24, 24, 20, 10), QRectF(50, 24, 20, 10), QRectF(80, 24, 20, 10)]
    assert [taken.take_first(places) for _ in range(3)] == [places[2], places[3], None]


def test_labels_stand_round_their_point_and_clear_of_it() -> None:
    right, left, above, below = sides(np.array([50.0, 40.0]), QSizeF(20, 10), 6)
    assert (right.left(), left.right(), above.bottom(), below.top()) == (56, 44, 34, 46)
    assert right.center().y() == left.center().y() == 40 and above.center().x() == below.center().x() == 50
    assert all(area.size() == QSizeF(20, 10) for area in (right, left, above, below))
