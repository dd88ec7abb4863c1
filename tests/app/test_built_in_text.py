"""The text that comes with the program."""

from __future__ import annotations

from app.built_in_text import built_in_text


def test_it_is_there_and_holds_the_senses_that_its_description_names() -> None:
    text = built_in_text().read_text(encoding="utf-8")
    for word in (
        "bank",
        "bat",
        "light",
        "spring",
        "match",
        "watch",
        "bark",
        "ring",
        "seal",
        "mouse",
        "plant",
        "crane",
    ):
        assert text.casefold().count(word) >= 3, word
