"""When memory is given back, and that it is."""

from __future__ import annotations

import ctypes
import sys

import psutil
import pytest

from bert_core.training.heap import Heap

MB = 2**20


def looked(amounts: list[int], seconds: float = 60.0) -> list[int]:
    """After which of these, so many seconds apart, it is given back."""
    trimmed: list[int] = []
    place = iter(range(len(amounts)))
    at = -1

    def held() -> int:
        nonlocal at
        at = next(place)
        return amounts[at] * MB

    heap = Heap(held, lambda: trimmed.append(at), lambda: at * seconds)
    for _ in amounts:
        heap.look()
    return trimmed


def test_what_steps_need_is_left_to_them():
    assert looked([1000, 1200, 1100, 2000, 1300]) == []


def test_much_more_is_given_back_and_what_is_needed_is_measured_anew():
    assert looked([1000, 2100, 300, 600, 1200, 1400, 200]) == [1, 5]


def test_of_much_it_is_a_share():
    assert looked([6000, 7500, 8900, 9100]) == [3]


def test_it_is_done_once_a_minute_at_most():
    assert looked([500, 3000, 500, 3000, 3000, 3000, 3000], seconds=20) == [3]
    assert looked([500, 3000, 3000, 400, 3000, 3000, 3000], seconds=20) == [2, 5]


@pytest.mark.skipif(sys.platform != "linux", reason="done for glibc only")
def test_free_memory_between_used_is_given_back():
    process, libc = psutil.Process(), ctypes.CDLL(None)
    if not hasattr(libc, "malloc_trim"):
        pytest.skip("not glibc")
    libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = (
        *(ctypes.c_void_p, [ctypes.c_size_t]),
        [ctypes.c_void_p],
    )
    size = 100_000  # under the size from which on each has a mapping of its own
    blocks = [libc.malloc(size) for _ in range(5_000)]
    for block in blocks:
        ctypes.memset(block, 1, size)
    heap = Heap(clock=iter((0.0, 100.0)).__next__)
    for block in blocks[:-1]:
        libc.free(block)
    before = process.memory_info().rss
    heap._needed = before - 2**40
    heap.look()
    assert process.memory_info().rss < before - 300 * MB
    libc.free(blocks[-1])
