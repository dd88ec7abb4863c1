"""How learning rates rise and fall over a run."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Literal


@dataclass(frozen=True)
class Schedule:
    """A factor to the peak rate. It depends on the share of the run that is done, and so not on stops.

    shape   "linear": up over `warmup`, then evenly down to 0 at the end (Devlin et al. 2018)
            "constant": up over `warmup`, flat, then evenly down to 0 over the last `decay` of the run ("warm-up,
            stable, decay", Hu et al. 2024, MiniCPM): before the decay it does not show how long the run is to be
            "root": as "constant", but from `hold` pieces on the rate falls with the square root of their number (as in
            Vaswani et al. 2017), for a run whose end is not known when it begins
    warmup  share of the run
    decay   share of the run; "linear" does not look at it
    hold    pieces; only "root" looks at it
    """

    shape: Literal["linear", "constant", "root"]
    warmup: float
    decay: float
    hold: float = 0.0

    def factor(self, progress: float, pieces: float = 0.0) -> float:
        """From 0 to 1, for a progress from 0 to 1, at so many pieces."""
        up = progress / self.warmup if self.warmup > 0 else 1.0
        falling = 1 - self.warmup if self.shape == "linear" else self.decay
        down = (1 - progress) / falling if falling > 0 else 1.0
        root = sqrt(self.hold / pieces) if self.shape == "root" and pieces > self.hold else 1.0
        return max(0.0, min(1.0, up) * min(1.0, down)) * root
