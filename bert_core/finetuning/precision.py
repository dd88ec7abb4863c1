"""In which precision a model is tuned fastest on a device: tried out, where that is in question."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Literal

import torch

from bert_core.config import BertConfig
from bert_core.devices import choose_device, is_native
from bert_core.finetuning.recipe import Precision
from bert_core.model.encoder import Encoder

GAIN = 1.2
"""How many times as fast bfloat16 must be: for less, its rounding is not worth it."""
_ROWS, _PIECES, _LAYERS, _TRIES = 16, 64, 2, 3


def choose_precision(wished: Precision, device: str, config: BertConfig) -> Literal["float32", "bfloat16"]:
    """What "auto" means for a model of this shape; else as wished.

    Where the device multiplies in bfloat16 itself, both are tried on two layers: in a small model, casting the weights
    in every step may take longer than is saved. Where it does not, it is float32, untried (on a processor with AVX2
    only, bfloat16 products took five to seven times as long).
    """
    if wished != "auto":
        return wished
    where = choose_device("cpu" if device == "cpu" else "auto")
    if not _multiplies(where):
        return "float32"
    seconds = {precision: _seconds(config, where, precision) for precision in (False, True)}
    return "bfloat16" if seconds[False] > GAIN * seconds[True] else "float32"


def _multiplies(device: torch.device) -> bool:
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return device.type == "cpu" and is_native(device, torch.bfloat16)


def _seconds(config: BertConfig, device: torch.device, bfloat16: bool) -> float:
    """The shortest of a few times forward and backward through two layers, after one that does not count."""
    state = torch.random.get_rng_state()
    encoder = Encoder(replace(config, num_hidden_layers=min(_LAYERS, config.num_hidden_layers))).to(device)
    hidden = torch.randn(_ROWS, _PIECES, config.hidden_size, device=device)
    torch.random.set_rng_state(state)
    shortest = float("inf")
    for attempt in range(_TRIES + 1):
        since = time.perf_counter()
        with torch.autocast(device.type, torch.bfloat16, enabled=bfloat16):
            encoder(hidden).float().mean().backward()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        if attempt:
            shortest = min(shortest, time.perf_counter() - since)
    return shortest
