"""What is asked when features of a text file are to be saved, and what came of it: frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bert_core.features.progress import Written
from bert_core.features.wanted import Feature
from bert_core.queries import Query
from bert_core.queries_measures import TextFile

FORMATS = (".parquet", ".npz", ".safetensors")
"""Suffixes of the files that features can be written to."""


@dataclass(frozen=True)
class CountTexts(Query):
    """How much text a file has, as the model in force reads it: a `TextCount`."""

    about_model: ClassVar[bool] = True
    source: TextFile


@dataclass(frozen=True)
class SaveFeatures(Query):
    """Write features of a file's texts, by the model as it is, nothing switched off: a `SavedFeatures`.

    path                     of the file to write; the suffix decides its format
    model_id, device, dtype  of the model by which they are wanted, for no other is to write them
    number                   of the wish: it is done once, and the same wish again is another
    """

    about_model: ClassVar[bool] = True
    source: TextFile
    features: tuple[Feature, ...]
    path: str
    model_id: str
    device: str
    dtype: str
    number: int


@dataclass(frozen=True)
class TextCount:
    """Of a file, or of its beginning where it is not all counted yet.

    pieces  with the [CLS] and [SEP] that the model adds, and without those that it cuts off
    cut     texts of which some is cut off
    exact   False where `pieces` and `cut` stand for the whole by some of its texts
    """

    texts: int
    pieces: int
    cut: int
    exact: bool = True


@dataclass(frozen=True)
class SavedFeatures:
    """A file of features is there. `changed`: the texts were written to meanwhile."""

    written: Written
    changed: bool = False
