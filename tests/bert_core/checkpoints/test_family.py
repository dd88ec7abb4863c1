from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bert_core.checkpoints.family import refuse_other_models
from bert_core.errors import CheckpointError

HERE = Path("config.json")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"model_type": "roberta"}, "This is a RoBERTa checkpoint, not a BERT."),
        ({"model_type": "xlm-roberta"}, "This is an XLM-RoBERTa checkpoint"),
        ({"model_type": "distilbert"}, "DistilBERT"),
        ({"model_type": "albert"}, "This is an ALBERT checkpoint"),
        ({"model_type": "electra"}, "ELECTRA"),
        ({"model_type": "deberta-v2"}, "DeBERTa v2"),
        ({"model_type": "mpnet"}, "MPNet"),
        ({"model_type": "gpt2"}, "GPT-2"),
        ({"model_type": "t5"}, "T5"),
        ({"model_type": "llama9"}, '"llama9"'),
        ({"architectures": ["RobertaForMaskedLM"]}, "RoBERTa"),
        ({"architectures": ["XLMRobertaModel"]}, "XLM-RoBERTa"),
        ({"architectures": ["SomethingElse"]}, '"SomethingElse"'),
        ({"model_type": "bert", "architectures": ["BertGenerationDecoder"]}, "BertGeneration"),
        ({"model_type": "bert", "is_decoder": True}, "decoder"),
        ({"model_type": "bert", "add_cross_attention": True}, "decoder"),
        ({"model_type": "bert", "position_embedding_type": "relative_key"}, "'relative_key'"),
        ({"model_type": "bert", "pruned_heads": {"0": [1]}}, "pruned"),
    ],
)
def test_what_is_not_a_plain_bert_is_named(values: dict[str, Any], said: str) -> None:
    with pytest.raises(CheckpointError) as caught:
        refuse_other_models(values, HERE)
    assert said in str(caught.value)
    assert str(caught.value).startswith("config.json: ")
    assert caught.value.remedy


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"model_type": "bert", "architectures": ["BertForSequenceClassification"]},
        {"architectures": ["BertForMaskedLM"]},
        {
            "model_type": "bert",
            "position_embedding_type": "absolute",
            "pruned_heads": {},
            "is_decoder": False,
        },
    ],
)
def test_a_bert_passes(values: dict[str, Any]) -> None:
    refuse_other_models(values, HERE)
