"""Says by name what is not a BERT, or not one that can be looked at here, from its config.json."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bert_core.errors import CheckpointError

_NAMES = {
    "albert": "ALBERT",
    "bart": "BART",
    "bert-generation": "BertGeneration",
    "big_bird": "BigBird",
    "camembert": "CamemBERT",
    "convbert": "ConvBERT",
    "deberta": "DeBERTa",
    "deberta-v2": "DeBERTa v2",
    "distilbert": "DistilBERT",
    "electra": "ELECTRA",
    "ernie": "ERNIE",
    "funnel": "Funnel Transformer",
    "gpt2": "GPT-2",
    "gpt_neox": "GPT-NeoX",
    "layoutlm": "LayoutLM",
    "llama": "Llama",
    "longformer": "Longformer",
    "megatron-bert": "Megatron-BERT",
    "mobilebert": "MobileBERT",
    "modernbert": "ModernBERT",
    "mpnet": "MPNet",
    "mt5": "mT5",
    "nezha": "NEZHA",
    "nomic_bert": "Nomic BERT",
    "roberta": "RoBERTa",
    "roformer": "RoFormer",
    "squeezebert": "SqueezeBERT",
    "t5": "T5",
    "xlm": "XLM",
    "xlm-roberta": "XLM-RoBERTa",
    "xlnet": "XLNet",
}


def refuse_other_models(values: Mapping[str, Any], path: Path) -> None:
    """Raise CheckpointError if `values`, from config.json at `path`, describe anything but a plain BERT encoder.

    A file that does not say what it is (Google's, and the oldest of Hugging Face's) passes; its tensor names will tell.
    """
    kind = values.get("model_type")
    if kind and kind != "bert":
        raise not_a_bert(_NAMES.get(str(kind), f'"{kind}"'), path)
    architectures = values.get("architectures")
    for architecture in architectures if isinstance(architectures, list) else []:
        family = _family(str(architecture))
        if family:
            raise not_a_bert(family, path)
        if not kind and not str(architecture).startswith("Bert"):
            raise not_a_bert(f'"{architecture}"', path)
    if values.get("is_decoder") or values.get("add_cross_attention"):
        raise CheckpointError(
            "This is a BERT made into a decoder (is_decoder or add_cross_attention), which attends otherwise.",
            where=path,
            remedy="Choose an encoder checkpoint.",
        )
    positions = values.get("position_embedding_type")
    if positions not in (None, "absolute"):
        raise CheckpointError(
            f"Its position embeddings are {positions!r}; only BERT's own, absolute, are known here.",
            where=path,
            remedy="Choose a checkpoint with absolute positions.",
        )
    if values.get("pruned_heads"):
        raise CheckpointError(
            "Some of its attention heads have been pruned away, so its layers differ in shape.",
            where=path,
            remedy="Choose the checkpoint before pruning; heads can be switched off here instead.",
        )


def not_a_bert(family: str, where: object) -> CheckpointError:
    """The error that names what a checkpoint is instead."""
    article = "an" if family.strip('"')[:1] in set("AEIOaeio") or family.startswith(("XL", "mT")) else "a"
    return CheckpointError(
        f"This is {article} {family} checkpoint, not a BERT.",
        where=where,
        remedy='Choose a BERT, such as "bert-base-uncased".',
    )


def _family(architecture: str) -> str | None:
    """The family of a class name such as "RobertaForMaskedLM"; None for a Bert… or an unknown class."""
    folded = architecture.lower()
    matches = [kind for kind in _NAMES if folded.startswith(kind.replace("-", "").replace("_", ""))]
    return _NAMES[max(matches, key=len)] if matches else None
