"""Places by principal components are those of a plain singular value decomposition, up to the sign of an axis."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from bert_core.measures.hidden_pca import axes_of, pca_places, turned


def states(layers: int = 3, pieces: int = 12, width: int = 20, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    return (random.normal(size=(layers, pieces, width)) * np.linspace(3, 0.2, width)).astype(np.float32)


def by_svd(rows: np.ndarray) -> tuple[np.ndarray, float]:
    """Places on two components and their share of the variance."""
    left, values, _ = np.linalg.svd(rows, full_matrices=False)
    return left[:, :2] * values[:2], float((values[:2] ** 2).sum() / (values**2).sum())


@pytest.mark.parametrize("shape", [(3, 12, 20), (4, 60, 80)])  # all components at once, and two by Lanczos
def test_common_axes_are_those_of_all_layers(shape: tuple[int, int, int]) -> None:
    found = states(*shape)
    places, kept = pca_places(found)
    centred = found.astype(np.float64) - found.mean(axis=1, keepdims=True, dtype=np.float64)
    right, share = by_svd(centred.reshape(-1, shape[2]))
    mine = places.reshape(-1, 2)
    right *= np.sign((right * mine).sum(axis=0))
    np.testing.assert_allclose(mine, right, atol=1e-4)
    whole = np.square(centred).sum(axis=(1, 2))
    assert (kept * whole).sum() / whole.sum() == pytest.approx(share, abs=1e-5)


def test_own_axes_keep_of_each_layer_what_its_own_components_do_and_fit_the_layer_before() -> None:
    found = states()
    places, kept = pca_places(found, own_axes=True)
    for n, layer in enumerate(found.astype(np.float64)):
        right, share = by_svd(layer - layer.mean(axis=0))
        assert kept[n] == pytest.approx(share, abs=1e-5)
        np.testing.assert_allclose(  # turned and mirrored only
            np.linalg.norm(places[n][:, None] - places[n], axis=-1),
            np.linalg.norm(right[:, None] - right, axis=-1),
            atol=1e-4,
        )
    for before, layer in pairwise(places):
        np.testing.assert_allclose(turned(layer, before), layer, atol=1e-4)
    assert (kept > pca_places(found)[1]).all()


def test_a_layer_that_is_only_turned_comes_to_lie_on_the_one_before() -> None:
    layer = states(1)[0]
    turn, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(20, 20)))
    places, _ = pca_places(np.stack([layer, (layer @ turn).astype(np.float32)]), own_axes=True)
    np.testing.assert_allclose(places[1], places[0], atol=1e-4)


def test_pieces_that_are_not_fitted_change_nothing_but_are_placed() -> None:
    found = states()
    fitted = np.ones(12, np.bool_)
    fitted[[0, 11]] = False
    places, kept = pca_places(found, fitted)
    found[:, 0] *= 100
    again, kept_again = pca_places(found, fitted)
    np.testing.assert_array_equal(places[:, 1:], again[:, 1:])
    np.testing.assert_array_equal(kept, kept_again)
    assert np.abs(again[:, 0]).max() > 10 * np.abs(places[:, 0]).max()
    np.testing.assert_allclose(places[:, fitted].mean(axis=1), 0, atol=1e-5)


def test_where_too_few_may_be_fitted_all_are() -> None:
    found = states()
    for count in (0, 2):
        np.testing.assert_array_equal(pca_places(found, np.arange(12) < count)[0], pca_places(found)[0])


@pytest.mark.parametrize("own", [False, True])
def test_one_piece_and_equal_ones_stand_in_the_middle(own: bool) -> None:
    for found in (states(3, 1), np.ones((3, 5, 20), np.float32)):
        places, kept = pca_places(found, own_axes=own)
        assert not places.any() and np.isnan(kept).all()
    assert pca_places(np.zeros((3, 0, 20), np.float32), own_axes=own)[0].shape == (3, 0, 2)


def test_two_pieces_stand_on_a_line() -> None:
    places, kept = pca_places(states(1, 2))
    assert places[0, :, 0] == pytest.approx(-places[0, ::-1, 0])
    assert np.abs(places[0, :, 1]).max() < 1e-9 and kept == pytest.approx([1.0])


def test_axes_are_of_length_one_and_at_right_angles() -> None:
    rows = states(1, 200, 50)[0].astype(np.float64)
    axes = axes_of(rows - rows.mean(axis=0))
    np.testing.assert_allclose(axes.T @ axes, np.eye(2), atol=1e-8)
