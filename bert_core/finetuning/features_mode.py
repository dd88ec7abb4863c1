"""BERT as a source of fixed features below a BiLSTM of two layers (Devlin et al. 2018, section 5.3)."""

from __future__ import annotations

from math import sqrt

import torch
from torch import Tensor, nn

from bert_core.finetuning.heads import POOLED, head_name, head_size
from bert_core.finetuning.task_info import TaskInfo
from bert_core.model.bert import BertModule

LAYERS = 4
"""So many of the last layers are put side by side (fewer where the model has fewer)."""


class FeaturesHead(nn.Module):
    """Reads features [B, S, 4H] in both directions, then one linear layer.

    Where the task asks for one answer a row, the linear layer gets what each direction holds at its end: the paper has
    only tags. Its weights are named as the head of the fully tuned model.
    """

    def __init__(self, hidden: int, layers: int, info: TaskInfo, lstm_size: int, dropout: float) -> None:
        super().__init__()
        width = min(LAYERS, layers) * hidden
        self.whole_row = info.task in POOLED
        self.lstm = nn.LSTM(
            width, lstm_size, num_layers=2, batch_first=True, bidirectional=True, dropout=dropout
        )
        self.dropout = nn.Dropout(dropout)
        self.head = head_name(info.task)
        self.add_module(self.head, nn.Linear(2 * lstm_size, head_size(info)))

    def forward(self, features: Tensor, lengths: Tensor, at: Tensor | None) -> Tensor:
        """Features [B, S, 4H] and lengths int64 [B], on the CPU, to logits [B, C], or of the pieces at [R] in the
        flattened [B * S]: [R, C]; of all pieces [B, S, C] where `at` is None.
        """
        size = features.shape[1]
        packed = nn.utils.rnn.pack_padded_sequence(features, lengths, batch_first=True, enforce_sorted=False)
        packed, (states, _) = self.lstm(packed)
        if self.whole_row:
            read = torch.cat(
                [states[-2], states[-1]], -1
            )  # forward's last, backward's last: of the upper layer
        else:
            read, _ = nn.utils.rnn.pad_packed_sequence(packed, batch_first=True, total_length=size)
            if at is not None:
                read = read.reshape(-1, read.shape[-1]).index_select(0, at)
        found: Tensor = getattr(self, self.head)(self.dropout(read))
        return found

    def initialise(self, generator: torch.Generator) -> None:
        """As torch does: even between -1 and 1 / sqrt(inputs), but from a generator."""
        with torch.no_grad():
            for name, parameter in self.named_parameters():
                if name.startswith("lstm."):
                    bound = 1 / sqrt(self.lstm.hidden_size)
                else:
                    bound = 1 / sqrt(2 * self.lstm.hidden_size)
                parameter.uniform_(-bound, bound, generator=generator)


def last_layers(bert: BertModule, ids: Tensor, segments: Tensor, bias: Tensor | None) -> Tensor:
    """The hidden states of the last layers side by side, the lowest first: [B, S, 4H]."""
    hidden = bert.embeddings(ids, segments)
    states = []
    for layer in bert.encoder.layers:
        hidden = layer(hidden, bias)
        states.append(hidden)
    return torch.cat(states[-LAYERS:], -1)
