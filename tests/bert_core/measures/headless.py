"""Models that lack heads, as checkpoints do that were made for something else."""

from __future__ import annotations

from bert_core import Bert
from bert_core.checkpoints.assemble import random_module
from bert_core.model.bert import BertModule
from bert_core.tokenization import Tokenizer
from tests.bert_core.conftest import SMALL


def without_heads(tokenizer: Tokenizer, **heads: bool) -> Bert:
    """A random model in which pooler=False, mlm=False or nsp=False is not there."""
    module = BertModule(SMALL, **heads)
    module.load_state_dict(random_module(SMALL, 1).state_dict(), strict=False)
    return Bert(module.requires_grad_(False).eval(), tokenizer, source="less")
