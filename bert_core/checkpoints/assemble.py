"""From a checkpoint's tensors to a module and back; query, key and value are fused on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from bert_core.checkpoints.folder import Checkpoint
from bert_core.config import BertConfig
from bert_core.errors import CheckpointError
from bert_core.model.bert import BertModule
from bert_core.model.layers import Linear

PARTS = {
    "encoder.layers.{n}.attention.output": "encoder.layer.{n}.attention.output.dense",
    "encoder.layers.{n}.attention_norm": "encoder.layer.{n}.attention.output.LayerNorm",
    "encoder.layers.{n}.intermediate": "encoder.layer.{n}.intermediate.dense",
    "encoder.layers.{n}.output": "encoder.layer.{n}.output.dense",
    "encoder.layers.{n}.output_norm": "encoder.layer.{n}.output.LayerNorm",
}
HEADS = {
    "mlm.transform": "cls.predictions.transform.dense",
    "mlm.LayerNorm": "cls.predictions.transform.LayerNorm",
    "nsp.seq_relationship": "cls.seq_relationship",
}


def canonical_name(name: str) -> str:
    """A module parameter's name -> its name in a Hugging Face checkpoint, without the "bert." prefix.

    Not for the fused query_key_value, which is three there.
    """
    if name in ("mlm.bias", "mlm.decoder"):
        return {"mlm.bias": "cls.predictions.bias", "mlm.decoder": "cls.predictions.decoder.weight"}[name]
    module, kind = name.rsplit(".", 1)
    if module.startswith("encoder.layers."):
        n = module.split(".")[2]
        return PARTS[module.replace(f"layers.{n}.", "layers.{n}.")].replace("{n}", n) + "." + kind
    return f"{HEADS.get(module, module)}.{kind}"


def _fused_names(name: str) -> list[str]:
    n, kind = name.split(".")[2], name.rsplit(".", 1)[1]
    return [f"encoder.layer.{n}.attention.self.{part}.{kind}" for part in ("query", "key", "value")]


def build_module(
    checkpoint: Checkpoint,
    device: torch.device,
    dtype: torch.dtype,
    progress: Callable[[str, float], None] | None = None,
) -> BertModule:
    """The module with the checkpoint's weights, in evaluation mode.

    Linear layers get `dtype`, all else float32. What needs no change on a CPU is not copied: it stays the mapped file.
    """
    tensors = checkpoint.tensors
    with torch.device("meta"):
        module = BertModule(
            checkpoint.config,
            pooler="pooler.dense.weight" in tensors,
            mlm="cls.predictions.transform.dense.weight" in tensors,
            nsp="cls.seq_relationship.weight" in tensors,
            tied="cls.predictions.decoder.weight" not in tensors,
        )
    linear = {name for name, part in module.named_modules() if isinstance(part, Linear)}
    names = [name for name, _ in module.named_parameters()]
    state: dict[str, Tensor] = {}
    for done, name in enumerate(names):
        target = dtype if name.rsplit(".", 1)[0] in linear else torch.float32
        if ".query_key_value." in name:
            parts = [tensors[part] for part in _fused_names(name)]
            tensor = torch.cat([part.to(device, target) for part in parts])
        else:
            tensor = tensors[canonical_name(name)].to(device, target)
        state[name] = tensor
        if progress is not None:
            progress("weights", (done + 1) / len(names))
    module.load_state_dict(state, assign=True)
    return module.requires_grad_(False).eval()


def canonical_tensors(module: BertModule) -> Mapping[str, Tensor]:
    """The module's weights under Hugging Face's names (without "bert."), on the CPU, query/key/value apart."""
    tensors: dict[str, Tensor] = {}
    for name, parameter in module.named_parameters():
        tensor = parameter.detach().cpu()
        if ".query_key_value." in name:
            for part, piece in zip(_fused_names(name), tensor.chunk(3), strict=True):
                tensors[part] = piece.contiguous()
        else:
            tensors[canonical_name(name)] = tensor.contiguous()
    return tensors


def adopt_tensors(module: BertModule, tensors: Mapping[str, Tensor]) -> None:
    """Give the module the weights that `canonical_tensors` returned, in place; what is surplus is not looked at.

    Raises CheckpointError if one is missing or has another shape.
    """
    for name, parameter in module.named_parameters():
        parts = _fused_names(name) if ".query_key_value." in name else [canonical_name(name)]
        if missing := [part for part in parts if part not in tensors]:
            raise CheckpointError(f"The checkpoint has no {missing[0]}.")
        tensor = torch.cat([tensors[part] for part in parts]) if len(parts) > 1 else tensors[parts[0]]
        if tensor.shape != parameter.shape:
            raise CheckpointError(f"{parts[0]} has another shape than the model: {list(tensor.shape)}.")
        with torch.no_grad():
            parameter.copy_(tensor)


def random_module(config: BertConfig, seed: int) -> BertModule:
    """A whole BERT with random weights, in evaluation mode; for tests, benchmarks and training from scratch."""
    return BertModule(config).initialise(seed).requires_grad_(False).eval()
