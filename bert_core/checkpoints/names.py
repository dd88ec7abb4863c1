"""The one table of tensor names: what checkpoints call a BERT's tensors, what we call them, and their shapes.

Our (canonical) names are those of Hugging Face's BertForPreTraining, without "bert." before the encoder.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from bert_core.config import BertConfig
from bert_core.errors import CheckpointError

WORD_EMBEDDINGS = "embeddings.word_embeddings.weight"
DECODER = "cls.predictions.decoder.weight"
MLM_BIAS = "cls.predictions.bias"

HEADS = ("pooler", "mlm", "decoder", "nsp")
"""Parts that a checkpoint may lack: pooler, masked-word head, its decoder where it is untied, next-sentence head."""

_BUFFERS = re.compile(r"embeddings\.(position_ids|token_type_ids)")
_ENCODER_LAYER = re.compile(r"encoder\.layer\.(\d+)\.")

_FAMILIES = {
    "roberta.": "RoBERTa",
    "distilbert.": "DistilBERT",
    "albert.": "ALBERT",
    "electra.": "ELECTRA",
    "deberta.": "DeBERTa",
    "mpnet.": "MPNet",
    "camembert.": "CamemBERT",
    "transformer.": "GPT-2 or XLNet",
    "wte.": "GPT-2",
    "shared.": "T5 or BART",
    "encoder.block.": "T5",
    "encoder.albert_layer_groups.": "ALBERT",
    "encoder.embedding_hidden_mapping_in.": "ALBERT",
    "embeddings_project.": "ELECTRA",
    "layers.0.attn.Wqkv.": "ModernBERT",
    "model.layers.0.attn.Wqkv.": "ModernBERT",
    "model.layers.": "decoder-only language model",
}
"""How tensor names of other models begin, for checkpoints whose config.json does not say what they are."""


def canonical_name(name: str) -> str | None:
    """Our name for a checkpoint's tensor; None for a buffer that carries no weights (position_ids).

    A name that BERT's pretraining model does not know (a task's classifier, say) comes back without its prefix only.
    """
    name = name.removeprefix("module.").removeprefix("bert.")
    if _BUFFERS.fullmatch(name):
        return None
    if name.endswith(".gamma"):  # TensorFlow's name for a LayerNorm's weight, in checkpoints of 2018 and 2019
        name = name.removesuffix("gamma") + "weight"
    elif name.endswith(".beta"):
        name = name.removesuffix("beta") + "bias"
    return MLM_BIAS if name == "cls.predictions.decoder.bias" else name


def hugging_face_name(name: str, *, prefixed: bool) -> str:
    """The name under which `transformers` looks for one of ours; prefixed: in any class other than BertModel."""
    encoder = name.startswith(("embeddings.", "encoder.", "pooler."))
    return f"bert.{name}" if prefixed and encoder else name


def foreign_family(names: Collection[str]) -> str | None:
    """Which other model the tensor names belong to, if they give it away."""
    for prefix, family in _FAMILIES.items():
        if any(name.startswith(prefix) for name in names):
            return family
    return None


def heads_present(names: Collection[str]) -> frozenset[str]:
    """Which of HEADS have at least one tensor among the canonical `names`."""
    heads = set()
    if any(name.startswith("pooler.") for name in names):
        heads.add("pooler")
    if any(name.startswith("cls.predictions.") and name != DECODER for name in names):
        heads.add("mlm")
    if DECODER in names:
        heads |= {"mlm", "decoder"}
    if any(name.startswith("cls.seq_relationship.") for name in names):
        heads.add("nsp")
    return frozenset(heads)


def expected_shapes(config: BertConfig, heads: Collection[str]) -> dict[str, tuple[int, ...]]:
    """Every tensor that a BERT of this shape with these heads has: canonical name -> shape."""
    return dict(_shapes(config, heads))


def _shapes(config: BertConfig, heads: Collection[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    vocabulary, hidden, inner = config.vocab_size, config.hidden_size, config.intermediate_size
    yield WORD_EMBEDDINGS, (vocabulary, hidden)
    yield "embeddings.position_embeddings.weight", (config.max_position_embeddings, hidden)
    yield "embeddings.token_type_embeddings.weight", (config.type_vocab_size, hidden)
    yield from _layer_norm("embeddings.LayerNorm", hidden)
    for layer in range(config.num_hidden_layers):
        prefix = f"encoder.layer.{layer}"
        for projection in ("query", "key", "value"):
            yield from _dense(f"{prefix}.attention.self.{projection}", hidden, hidden)
        yield from _dense(f"{prefix}.attention.output.dense", hidden, hidden)
        yield from _layer_norm(f"{prefix}.attention.output.LayerNorm", hidden)
        yield from _dense(f"{prefix}.intermediate.dense", inner, hidden)
        yield from _dense(f"{prefix}.output.dense", hidden, inner)
        yield from _layer_norm(f"{prefix}.output.LayerNorm", hidden)
    if "pooler" in heads:
        yield from _dense("pooler.dense", hidden, hidden)
    if "mlm" in heads:
        yield from _dense("cls.predictions.transform.dense", hidden, hidden)
        yield from _layer_norm("cls.predictions.transform.LayerNorm", hidden)
        yield MLM_BIAS, (vocabulary,)
    if "decoder" in heads:
        yield DECODER, (vocabulary, hidden)
    if "nsp" in heads:
        yield from _dense("cls.seq_relationship", 2, hidden)


def _dense(name: str, out: int, into: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", (out, into)
    yield f"{name}.bias", (out,)


def _layer_norm(name: str, size: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", (size,)
    yield f"{name}.bias", (size,)


def check_shapes(config: BertConfig, found: Mapping[str, tuple[int, ...]], where: object) -> tuple[str, ...]:
    """Compare canonical name -> shape with what `config` promises; nothing is allocated.

    Returns the names BERT's pretraining model has no place for. Raises CheckpointError, about the file `where`, naming
    the tensors that are missing or have another shape, also where a head is there only in part.
    """
    numbers = {int(match[1]) for name in found if (match := _ENCODER_LAYER.match(name))}
    layers = max(numbers) + 1 if numbers else 0
    if layers and layers != config.num_hidden_layers:
        raise CheckpointError(
            f"The weights hold {layers} layers, but the configuration says {config.num_hidden_layers}.",
            where=where,
            remedy="Its config.json belongs to other weights, or one of the two is damaged.",
        )
    if not layers:
        raise CheckpointError(
            "The weights hold no BERT encoder: no tensor is called encoder.layer.0. and so on.",
            where=where,
            remedy="Choose a checkpoint of a BERT.",
        )
    heads = heads_present(found)
    needed = heads | {"pooler"} if "nsp" in heads else heads
    expected = expected_shapes(config, needed)
    missing = [name for name in expected if name not in found]
    if missing:
        raise CheckpointError(
            f"{_count(len(missing), 'tensor')} missing: {_few(missing)}.",
            where=where,
            remedy="The file is incomplete, or made by a program that changed the model; get it again.",
        )
    wrong = [
        f"{name} is {_shape(found[name])}, expected {_shape(shape)}"
        for name, shape in expected.items()
        if found[name] != shape
    ]
    if wrong:
        verb = "has" if len(wrong) == 1 else "have"
        raise CheckpointError(
            f"{len(wrong)} tensor{'' if len(wrong) == 1 else 's'} {verb} the wrong shape: {_few(wrong, '; ')}.",
            where=where,
            remedy="The configuration belongs to other weights, or one of the two is damaged.",
        )
    surplus = tuple(name for name in found if name not in expected)
    foreign = [name for name in surplus if name.startswith(("embeddings.", "encoder."))]
    if foreign:
        raise CheckpointError(
            f"The encoder has parts that BERT does not have: {_few(foreign)}.",
            where=where,
            remedy="Leaving them out would give another model; merge adapters into the weights first.",
        )
    return surplus


def _count(number: int, noun: str) -> str:
    return f"1 {noun} is" if number == 1 else f"{number} {noun}s are"


def _few(items: list[str], separator: str = ", ") -> str:
    more = f" and {len(items) - 3} more" if len(items) > 3 else ""
    return separator.join(items[:3]) + more


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) if shape else "a single number"
