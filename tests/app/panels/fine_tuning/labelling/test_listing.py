"""What is listed of a file that was ranked, and the way from text to text."""

from __future__ import annotations

from app.panels.fine_tuning.labelling.given import GivenLabels
from app.panels.fine_tuning.labelling.listing import AT_A_TIME, Listing, text_of
from tests.app.panels.fine_tuning.labelling.labelling_session import uncertain


def test_texts_with_a_label_are_left_out_and_no_more_listed_than_can_be_looked_at() -> None:
    listing, found = Listing(), uncertain(AT_A_TIME + 5)
    assert listing.texts == () and listing.current is None
    listing.take(found, GivenLabels([(text_of(found.texts[0]), "positive")]))
    assert listing.texts == found.texts[1 : AT_A_TIME + 1] and listing.place == 0
    listing.take(uncertain(0), GivenLabels())
    assert listing.texts == () and listing.place is None and listing.found is not None


def test_the_text_that_is_looked_at_stays_so_where_it_is_still_listed() -> None:
    listing, found, given = Listing(), uncertain(), GivenLabels()
    listing.take(found, given)
    listing.place = 3
    given.give(text_of(found.texts[0]), "positive")
    listing.take(found, given)
    assert listing.place == 2 and listing.current == found.texts[3]
    given.give(text_of(found.texts[3]), "positive")
    listing.take(found, given)
    assert listing.place == 0


def test_the_next_without_a_label_is_looked_for_around_the_end() -> None:
    listing, found, given = Listing(), uncertain(3), GivenLabels()
    listing.take(found, given)
    listing.place = 2
    given.give(text_of(found.texts[2]), "positive")
    assert listing.place_without(given) == 0
    for one in found.texts:
        given.give(text_of(one), "negative")
    assert listing.place_without(given) is None
    assert listing.place_of(text_of(found.texts[1])) == 1 and listing.place_of(("another", None)) is None
