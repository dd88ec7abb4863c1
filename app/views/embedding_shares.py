"""The share of each term in the pieces' sums: stacked bars, one column a piece, or signed differences as lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.theme import theme
from app.translation import tr
from app.views.colormaps import signed_entries
from app.views.embedding_values import Colours, spread, starts
from app.views.piece_text import isolated
from app.views.strip_pixels import diverging_pixels

Doubles = NDArray[np.float64]

# Told apart in greys and by any kind of colour vision; none is that of a segment of the text.
_COLOURS = {
    "light": ("#4b3b8f", "#1f9e89", "#c9b400"),
    "dark": ("#8c7bd8", "#3fc1aa", "#f0e27a"),
}
_STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # where the colours of differences end


def term_colours() -> tuple[str, str, str]:
    """Of token, segment and position, as #rrggbb."""
    return _COLOURS[theme().name]  # type: ignore[return-value]


def term_names() -> tuple[str, str, str]:
    """Token, segment and position, as a person reads them."""
    return tr("token"), tr("segment"), tr("position")


@dataclass(frozen=True)
class ShareHit:
    """A piece's shares; `position` is the middle one where several pieces share a pixel."""

    position: int


@dataclass(frozen=True, eq=False)
class ShareValues:
    """Shares of token, segment and position in the sums of S pieces, float64 [3, S] each.

    by_norm  by the lengths of the three vectors: this is drawn, for none is below 0
    along    along the sum: a piece's three add up to 1, and may be below 0
    signed   these are differences of shares
    """

    by_norm: Doubles
    along: Doubles
    signed: bool = False

    @property
    def means(self) -> tuple[float, float, float]:
        """Mean over the pieces of the shares by norm, in the same order."""
        token, segment, position = self.by_norm.mean(axis=1).tolist()
        return token, segment, position

    @property
    def limit(self) -> float:
        """Where the colours of differences end."""
        largest = float(np.abs(self.by_norm).max(initial=0.0))
        return next((step for step in _STEPS if step >= largest), 1.0)

    def drawn(self, columns: int) -> Doubles:
        """The shares by norm where `columns` pixels are: float64 [3, min(S, columns)], means where they share one."""
        count = self.by_norm.shape[1]
        first = starts(count, columns)
        sizes = np.diff(first, append=count)
        return np.asarray(np.add.reduceat(self.by_norm, first, axis=1) / sizes)

    def readout(self, hit: ShareHit, piece: str) -> str:
        """One line on a piece: its shares by norm, then along the sum."""
        own = zip(term_names(), self.by_norm[:, hit.position], self.along[:, hit.position], strict=True)
        by_norm, along = [], []
        for name, share, part in own:
            by_norm.append(f"{name} {self._figure(share)}")
            along.append(self._figure(part))
        facts = {"piece": isolated(piece), "shares": ", ".join(by_norm), "parts": " · ".join(along)}
        if self.signed:
            return tr("‘{piece}’: {shares} points of share by norm; along the sum {parts}", **facts)
        return tr("‘{piece}’: {shares} by norm; along the sum {parts}", **facts)

    def short_readout(self, hit: ShareHit, piece: str) -> str:
        """The same where there is little room: shares by norm alone."""
        shares = " · ".join(self._figure(share) for share in self.by_norm[:, hit.position])
        return tr("‘{piece}’: {shares}", piece=isolated(piece), shares=shares)

    def figures(self) -> list[str]:
        """The means as they are written: 48%, and so on."""
        return [self._figure(mean) for mean in self.means]

    def means_words(self) -> str:
        """Token 48%, and so on: the means with their names."""
        return ", ".join(
            f"{name} {figure}" for name, figure in zip(term_names(), self.figures(), strict=True)
        )

    def _figure(self, share: float) -> str:
        if self.signed:
            return f"{100 * share:+.1f}".replace("-", "−")
        return f"{100 * share:.0f}%".replace("-", "−")


def share_pixels(shares: ShareValues, width: int, height: int) -> Colours:
    """Pixels uint32 [height, width]: each piece's column parted by its shares, token on top.

    Differences are three lines of diverging colours instead, token on top as well.
    """
    drawn = shares.drawn(width)
    surface = _packed(theme().surface)
    if shares.signed:
        colours = diverging_pixels()[signed_entries(drawn.astype(np.float32), shares.limit)]
    else:
        packed = np.array([*map(_packed, term_colours()), surface], dtype=np.uint32)
        middles = (np.arange(height) + 0.5)[:, None] / height
        ends = np.cumsum(drawn, axis=0)
        term = (middles >= ends[0]).astype(np.intp) + (middles >= ends[1]) + (middles >= ends[2])
        colours = packed[term]
    return spread(colours, width, height, surface)


def _packed(colour: str) -> int:
    return 0xFF000000 | int(colour[1:], 16)
