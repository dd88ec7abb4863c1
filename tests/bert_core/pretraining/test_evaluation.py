"""The held-out figures, computed a second time from what `transformers` says."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
import torch
import transformers

from bert_core.checkpoints import write_folder
from bert_core.checkpoints.assemble import canonical_tensors
from bert_core.errors import TextError
from bert_core.pretraining.batches import Batches
from bert_core.pretraining.evaluation import Guesses, evaluate
from bert_core.pretraining.masking import Masking
from bert_core.pretraining.objective import PretrainingModel
from bert_core.pretraining.pairs import Pairs
from bert_core.pretraining.recipe import MaskingRecipe
from bert_core.tokenization import Tokenizer
from tests.bert_core.pretraining.making import a_corpus, a_module, a_tokenizer, mixed

PAIRS, LENGTH, SEED = 150, 64, 3


def measured(module, tokenizer, corpus, causal=False, **changes):
    wishes = {"pairs": PAIRS, "length": LENGTH, "seed": SEED} | changes
    with torch.no_grad():
        return evaluate(PretrainingModel(module.eval(), causal=causal), tokenizer, corpus, **wishes)


def test_figures_are_those_of_transformers_logits(tmp_path):
    module, tokenizer, corpus = a_module(), a_tokenizer(), a_corpus([[7] * 7, [5] * 10, [9] * 9])
    found = measured(module, tokenizer, corpus)
    write_folder(tmp_path, module.config, tokenizer, canonical_tensors(module))
    model = transformers.BertForPreTraining.from_pretrained(tmp_path).eval()
    assert found.pairs == PAIRS
    for guesses, whole_words in ((found.pieces, False), (found.words, True)):
        rule = Masking.of(tokenizer, MaskingRecipe(whole_words=whole_words))
        batch = Batches(Pairs(corpus, SEED), tokenizer, rule).draw(LENGTH, range(PAIRS))
        assert batch.present is not None
        with torch.no_grad():
            theirs = model(
                torch.from_numpy(batch.masked.ids),
                attention_mask=torch.from_numpy(batch.present).long(),
                token_type_ids=torch.from_numpy(batch.segments),
            )
        chances = (
            theirs.prediction_logits.double().softmax(-1).reshape(-1, 100)[batch.masked.positions].numpy()
        )
        right = chances[np.arange(len(chances)), batch.masked.targets]
        rank = (chances > right[:, None]).sum(1)
        hidden = batch.masked.ids.ravel()[batch.masked.positions] == tokenizer.mask_id
        characters = sum(
            len(tokenizer.vocabulary[target].replace("##", "")) for target in batch.masked.targets[hidden]
        )
        assert (guesses.asked, guesses.hidden) == (len(right), hidden.sum())
        assert guesses.loss == pytest.approx(-np.log(right).mean(), rel=1e-5)
        assert guesses.hidden_loss == pytest.approx(-np.log(right[hidden]).mean(), rel=1e-5)
        assert guesses.top1 == pytest.approx((rank[hidden] == 0).mean())
        assert guesses.top5 == pytest.approx((rank[hidden] < 5).mean())
        assert guesses.bits_per_character == pytest.approx(
            -np.log2(right[hidden]).sum() / characters, rel=1e-5
        )
        if not whole_words:
            scores = theirs.seq_relationship_logits.log_softmax(-1).numpy()
            assert found.nsp_accuracy == pytest.approx((scores.argmax(1) == batch.labels).mean())
            losses = -scores[np.arange(PAIRS), batch.labels]
            assert found.nsp_loss == pytest.approx(losses.mean(), rel=1e-5)
    assert found.figures()["top1"] == found.pieces.top1
    assert found.figures()["word_top1"] == found.words.top1


def certain(tokenizer, chances):
    """A model that names each piece with this chance, whatever it reads."""
    module = a_module("mlm", vocabulary=len(tokenizer))
    with torch.no_grad():
        for parameter in module.mlm.transform.parameters():
            parameter.zero_()
        module.mlm.LayerNorm.weight.zero_()
        module.mlm.LayerNorm.bias.zero_()
        module.mlm.bias.copy_(torch.tensor(chances).log())
    return module


def test_bits_per_character_by_hand():
    """Two pieces, of 4 characters and of 1, guessed with chances 1/8 and 1/2: 3 bits and 1 bit."""
    tokenizer = Tokenizer.from_vocabulary(
        ["[UNK]", "[CLS]", "[SEP]", "[MASK]", "four", "##x"], lowercase=True
    )
    module = certain(tokenizer, [0.125, 0.0625, 0.0625, 0.125, 0.125, 0.5])
    for pieces, bits, loss in ((4, 3 / 4, 3 * log(2)), (5, 1 / 1, log(2))):
        corpus = a_corpus([[10] * 20] * 4, first=pieces, vocabulary=pieces + 1)
        found = measured(module, tokenizer, corpus)
        assert found.pieces.bits_per_character == pytest.approx(bits, rel=1e-5)
        assert found.pieces.hidden_loss == pytest.approx(loss, rel=1e-5)
    assert found.pieces.top1 == found.pieces.top5 == 1.0 and found.nsp_accuracy is None
    both = a_corpus([[10] * 20] * 4, first=4, vocabulary=6)
    guesses = measured(module, tokenizer, both, pairs=400).pieces
    share = guesses.top1  # of "##x", which is always named first
    expected = (share * 1 + (1 - share) * 3) / (share * 1 + (1 - share) * 4)
    assert guesses.bits_per_character == pytest.approx(expected, rel=1e-4)


def test_special_pieces_have_no_characters():
    """A causal model is asked for [SEP] too: it costs bits, and stands for no text."""
    tokenizer = Tokenizer.from_vocabulary(
        ["[UNK]", "[CLS]", "[SEP]", "[MASK]", "four", "##x"], lowercase=True
    )
    module = certain(tokenizer, [0.0625, 0.0625, 0.25, 0.125, 0.25, 0.25])
    corpus = a_corpus([[10] * 20] * 4, first=4, vocabulary=5)
    found = measured(module, tokenizer, corpus, causal=True, length=20)
    assert found.words is None and found.pieces.hidden == found.pieces.asked == 19 * PAIRS
    assert found.pieces.bits_per_character == pytest.approx(2 * 19 / (18 * 4), rel=1e-4)
    assert set(found.figures()) == {"lm_loss", "top1", "top5", "bits_per_character"}


def test_the_same_pairs_every_time():
    module, tokenizer = a_module(), a_tokenizer()
    one, same, other = (measured(module, tokenizer, mixed(), seed=seed) for seed in (3, 3, 4))
    assert one == same != other


def test_figures_do_not_depend_on_how_many_are_read_at_once(monkeypatch):
    module, tokenizer, corpus = a_module(), a_tokenizer(), a_corpus([[7] * 6, [5] * 10, [9] * 9])
    whole = measured(module, tokenizer, corpus).figures()
    monkeypatch.setattr("bert_core.pretraining.evaluation._PIECES_AT_ONCE", 100)
    assert measured(module, tokenizer, corpus).figures() == pytest.approx(whole, rel=1e-5)


def test_the_error_of_a_share():
    guesses = Guesses(500, 3.0, 400, 3.0, 0.2, 0.5, 1.0)
    assert guesses.error(guesses.top1) == pytest.approx(0.02)
    assert Guesses(0, 0.0, 0, 0.0, 0.0, 0.0, 0.0).error(0.0) == 0.0


def test_too_short_a_text_is_said():
    with pytest.raises(TextError, match="two documents"):
        measured(a_module(), a_tokenizer(), a_corpus([[5] * 20]))
