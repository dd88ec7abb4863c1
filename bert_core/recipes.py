"""Recipes of training runs: frozen dataclasses that are read from JSON, type by type, and written back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Self, Union, get_args, get_origin, get_type_hints

from bert_core.errors import RecipeError


class JsonRecipe:
    """What a frozen dataclass gains that derives from this."""

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """From JSON's objects. What is not given has its default; raises RecipeError for what is not known."""
        made: Self = build(cls, values, "")
        return made

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a JSON file. Raises RecipeError naming the file, and the key."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(values, dict):
                raise RecipeError("It does not hold a JSON object.")
            return cls.from_dict(values)
        except OSError as error:
            raise RecipeError(f"The file cannot be read: {error.strerror}.", where=path) from error
        except RecipeError as error:
            raise RecipeError(error.what, where=path, remedy=error.remedy) from None
        except (ValueError, RecursionError) as error:
            raise RecipeError(f"The file is not valid JSON: {error}", where=path) from error

    def to_dict(self) -> dict[str, Any]:
        """What `from_dict` reads."""
        return asdict(self)  # type: ignore[call-overload, no-any-return]

    def with_settings(self, settings: Iterable[str]) -> Self:
        """This recipe with single settings changed, each "masking.share=0.2"; values as in JSON, plain words too."""
        values = self.to_dict()
        for setting in settings:
            name, equals, text = setting.partition("=")
            if not equals:
                raise RecipeError(f"{setting!r} is not of the form name=value.")
            try:
                value = json.loads(text)
            except ValueError:
                value = text
            *outer, last = name.strip().split(".")
            place = values
            for key in outer:
                place = place.setdefault(key, {})
                if not isinstance(place, dict):
                    raise RecipeError(f"There is no setting {name!r}.")
            place[last] = value
        return self.from_dict(values)


def build(kind: Any, value: Any, name: str) -> Any:
    """A value of the type `kind` from what JSON gave; `name` says where it stands. Raises RecipeError."""
    if isinstance(kind, type) and is_dataclass(kind):
        if not isinstance(value, Mapping):
            raise RecipeError(f"{name} must be an object, not {value!r}.")
        hints = get_type_hints(kind)
        known = {f.name for f in fields(kind)}
        for key in value:
            if key not in known:
                raise RecipeError(
                    f"There is no setting {_join(name, key)!r}.",
                    remedy=f"Known are {', '.join(sorted(known))}.",
                )
        try:
            return kind(**{k: build(hints[k], v, _join(name, k)) for k, v in value.items()})
        except TypeError as error:  # a field without default is missing
            raise RecipeError(f"{name}: {error}.") from error
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        if value not in inner:
            raise RecipeError(f"{name} must be one of {', '.join(map(str, inner))}, not {value!r}.")
        return value
    if origin in (Union, UnionType):
        if value is None:
            return None
        return build(next(k for k in inner if k is not type(None)), value, name)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise RecipeError(f"{name} must be a list, not {value!r}.")
        kinds = [inner[0]] * len(value) if inner[-1] is Ellipsis else list(inner)
        if len(kinds) != len(value):
            raise RecipeError(f"{name} must have {len(kinds)} entries, not {len(value)}.")
        return tuple(build(k, v, f"{name}[{i}]") for i, (k, v) in enumerate(zip(kinds, value, strict=True)))
    right = (int, float) if kind is float else kind
    if not isinstance(value, right) or (isinstance(value, bool) and kind is not bool):
        raise RecipeError(f"{name} must be of type {kind.__name__}, not {value!r}.")
    return float(value) if kind is float else value


def _join(name: str, key: object) -> str:
    return f"{name}.{key}" if name else str(key)
