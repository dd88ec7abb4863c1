"""Colour tables: OKLab there and back, and the way from a value to its entry."""

from __future__ import annotations

import numpy as np
import pytest

from app.views.colormaps import (
    ZERO,
    contrast,
    entries,
    from_oklab,
    lightness,
    ramp,
    rgb,
    signed_entries,
    to_oklab,
    two_arms,
)


def test_oklab_agrees_with_the_published_examples() -> None:
    # Ottosson's page: white is (1, 0, 0); sRGB red by his reference code is (0.628, 0.225, 0.126).
    np.testing.assert_allclose(to_oklab(np.ones(3)), [1, 0, 0], atol=1e-4)
    np.testing.assert_allclose(to_oklab(np.array([1.0, 0, 0])), [0.62796, 0.22486, 0.12585], atol=1e-4)


def test_oklab_there_and_back() -> None:
    colours = np.random.default_rng(0).random((50, 3))
    np.testing.assert_allclose(from_oklab(to_oklab(colours)), colours, atol=1e-6)


def test_contrast_of_black_on_white_and_of_a_known_grey() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.01)


def test_a_ramp_starts_and_ends_where_told_and_its_lightness_is_even() -> None:
    table = ramp(("#ffffff", "#76a8de", "#0b2f74"))
    np.testing.assert_array_equal(table[0], [255, 255, 255, 255])
    np.testing.assert_array_equal(table[-1, :3], np.round(rgb("#0b2f74") * 255))
    light = lightness(table)
    np.testing.assert_allclose(light, np.linspace(light[0], light[-1], 256), atol=0.005)


def test_a_ramp_that_turns_round_is_refused() -> None:
    with pytest.raises(ValueError, match="turns round"):
        ramp(("#ffffff", "#000000", "#888888"))


def test_two_arms_meet_at_zero() -> None:
    table = two_arms(("#ffffff", "#0000ff"), ("#ffffff", "#7f3000"))
    np.testing.assert_array_equal(table[ZERO, :3], [255, 255, 255])
    np.testing.assert_array_equal(table[1, :3], [0, 0, 255])
    np.testing.assert_array_equal(table[255, :3], [0x7F, 0x30, 0])


def test_entries_run_from_minimum_to_maximum_and_take_nan() -> None:
    values = np.array([-1, 0, 0.5, 1, 2, np.nan, np.inf], dtype=np.float32)
    assert entries(values, 0, 1).tolist() == [0, 0, 128, 255, 255, 0, 255]
    assert entries(values[:4], -1, 1).tolist() == [0, 128, 191, 255]
    assert entries(values[:3], 0, 0).tolist() == [0, 0, 0]


def test_signed_entries_keep_zero_exactly_in_the_middle() -> None:
    values = np.array([-3, -1, -0.5, 0, 0.5, 1, np.nan], dtype=np.float32)
    assert signed_entries(values, 1).tolist() == [1, 1, 64, ZERO, 192, 255, ZERO]
    assert signed_entries(values[:4], 0).tolist() == [ZERO] * 4
