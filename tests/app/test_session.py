"""The session: what changes, what stays, and what is said about it."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import pytest
from PySide6.QtCore import SignalInstance

from app.selection import Hover, Selection
from app.session import RECENT, Session
from app.values import LoadedModel, Loading, ModelChoice, Problem
from bert_core.config import BertConfig
from bert_core.interventions import Interventions
from bert_core.queries import Answer, MeanAttention, MosaicLevels, Progress, Query, Similarity
from bert_core.scene import Scene
from bert_core.tokenization import Tokenizer
from bert_core.trace import Token, Trace
from tests.app.fakes import MASK_ID, fake_model_info, fake_trace

SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = [
    *SPECIALS,
    "the",
    "man",
    "went",
    "to",
    "store",
    "he",
    "bought",
    "milk",
    "play",
    "##ing",
    "##s",
    "我",
    "😀",
]
TOKENIZER = Tokenizer.from_vocabulary(WORDS, lowercase=True)
MASK = TOKENIZER.mask_id


def pieces(text_a: str, text_b: str | None = None) -> tuple[Token, ...]:
    return TOKENIZER.encode(text_a, text_b).tokens


def traced(scene: Scene, layers: int = 4, heads: int = 4) -> Trace:
    """What an analysis of the scene would bring: the right pieces, any numbers."""
    tokens = [
        replace(token, id=scene.replaced[p], text=WORDS[scene.replaced[p]]) if p in scene.replaced else token
        for p, token in enumerate(pieces(scene.text_a, scene.second))
    ]
    trace = fake_trace(tokens=tokens, scene=scene, layers=layers, heads=heads, hidden=8)
    return replace(trace, mask_id=MASK)


def loaded(source: str = "mini-en", model_id: str = "m", vocab_size: int = len(WORDS)) -> LoadedModel:
    info = fake_model_info(model_id=model_id)
    info = replace(info, source=source, config=replace(info.config, vocab_size=vocab_size))
    return LoadedModel(ModelChoice(source), info, pieces, ("cpu", "cuda"))


class Log:
    """Everything that a signal said."""

    def __init__(self, signal: SignalInstance) -> None:
        self.said: list[object] = []
        signal.connect(self.hear)

    def hear(self, *values: object) -> None:
        self.said.append(values[0] if values else None)


@pytest.fixture
def session() -> Session:
    """With a model, and the text "the man went to" / "the store" analysed."""
    made = Session()
    made.begin(Scene("", "the man went to", "the store"))
    made.set_model(loaded())
    made.accept_trace(traced(made.scene))
    return made


@pytest.fixture
def notices(session: Session) -> Log:
    return Log(session.notice_given)


THE, MAN, WENT, TO, SEP, THE_B, STORE, LAST = range(1, 9)


def read(session: Session) -> None:
    session.accept_trace(traced(session.scene))


# The scene


def test_the_same_scene_again_changes_nothing(session: Session) -> None:
    scenes, steps = Log(session.scene_changed), Log(session.history_changed)
    session.set_scene(replace(session.scene, replaced={}))
    session.set_texts("the man went to", "the store")
    assert scenes.said == steps.said == []
    assert not session.can_undo


def test_text_of_no_second_sentence_is_no_change() -> None:
    session = Session()
    session.begin(Scene("", "a", None))
    session.set_texts("a", "")
    assert session.scene == Scene("", "a", None)


def test_beginning_leaves_nothing_to_undo(session: Session) -> None:
    session.set_texts("x", "")
    session.begin(Scene("m", "new"))
    assert not session.can_undo and session.scene.text_a == "new"


def test_undo_covers_text_and_masks_alike(session: Session) -> None:
    first = session.scene
    session.toggle_mask(STORE)
    masked = session.scene
    for text in ("the man went to ", "the man went to x", "the man went to xy"):
        session.set_texts(text, "the store")
    typed = session.scene
    assert (typed.text_a, dict(typed.replaced)) == ("the man went to xy", {STORE + 1: MASK})
    session.undo()
    assert session.scene == masked
    session.undo()
    assert session.scene == first and not session.can_undo
    session.redo()
    session.redo()
    assert session.scene == typed and not session.can_redo
    session.redo()
    assert session.scene == typed


def test_typing_is_undone_by_the_word(session: Session) -> None:
    before = session.scene.text_a
    for end in range(1, len(" he bought") + 1):
        session.set_texts(before + " he bought"[:end], "the store")
    session.undo()
    assert session.scene.text_a == before + " he"
    session.undo()
    assert session.scene.text_a == before


def test_undo_stays_with_the_model_in_force(session: Session) -> None:
    session.set_texts("the man", "")
    session.set_model(loaded(model_id="m2"))
    session.undo()
    assert (session.scene.model_id, session.scene.text_a) == ("m2", "the man went to")


# Replaced pieces follow their characters


@pytest.mark.parametrize(
    ("text_a", "text_b", "place"),
    [
        ("he the man went to", "the store", STORE + 1),
        ("the", "the store", STORE - 3),
        ("the man went to", "the store bought", STORE),
        ("the man went to", "milk the store", STORE + 1),
        ("", "the store", STORE - 4),
        ("我 the man went to", "the store", STORE + 1),
        ("the man 😀 went to", "the store", STORE + 1),
        ("the man went to", "😀 the store", STORE + 1),
        ("the man \ud83d went to", "the store", STORE),  # half a character is no piece
        ("the man went to", "the stores", STORE),  # store ##s: the piece is still there
        ("the man went to", "the store!s", STORE),
    ],
)
def test_a_mask_moves_with_its_word(
    session: Session, notices: Log, text_a: str, text_b: str, place: int
) -> None:
    session.toggle_mask(STORE)
    session.set_texts(text_a, text_b)
    assert session.scene.replaced == {place: MASK}
    token = pieces(text_a, text_b)[place]
    assert text_b[token.start : token.end] == "store"
    assert notices.said == []


@pytest.mark.parametrize("text_b", ["the sore", "the xstore", "the st ore", "", "  "])
def test_a_mask_goes_with_its_word(session: Session, notices: Log, text_b: str) -> None:
    session.toggle_mask(STORE)
    masked = session.scene
    session.set_texts("the man went to", text_b)
    assert not session.scene.replaced
    (notice,) = notices.said
    assert notice == "A replaced piece went with the text it stood for (Ctrl+Z brings it back)"
    session.undo()
    assert session.scene == masked


def test_how_many_went_is_said(session: Session, notices: Log) -> None:
    session.toggle_mask(MAN)
    session.toggle_mask(WENT)
    session.toggle_mask(STORE)
    session.set_texts("the to", "the store")
    assert session.scene.replaced == {STORE - 2: MASK}
    assert notices.said == ["2 replaced pieces went with the text they stood for (Ctrl+Z brings them back)"]


def test_the_rest_of_a_word_keeps_its_mask(session: Session) -> None:
    session.set_texts("play", "playing")
    read(session)
    session.toggle_mask(3)  # the play of playing
    assert session.trace.tokens[4].text == "##ing"
    session.set_texts("the play", "playing")
    assert session.scene.replaced == {4: MASK}


def test_changes_at_pieces_follow_them_and_others_stay(session: Session, notices: Log) -> None:
    elsewhere = {"heads_off": {(1, 2)}, "direction": "left-to-right"}
    session.intervene(
        Interventions(hidden={MAN, STORE}, dropped={"token": {WENT}, "position": "all"}, **elsewhere)
    )
    session.set_texts("he the man went to", "the store")
    assert session.scene.interventions == Interventions(
        hidden={MAN + 1, STORE + 1}, dropped={"token": {WENT + 1}, "position": "all"}, **elsewhere
    )
    assert notices.said == []
    read(session)
    session.set_texts("he the man went to", "the")
    assert session.scene.interventions.hidden == {MAN + 1}
    assert notices.said == ["What was changed at a piece went with its text (Ctrl+Z brings it back)"]
    session.undo()
    assert session.scene.interventions.hidden == {MAN + 1, STORE + 1}


def test_other_sentences_keep_what_belongs_to_no_piece(session: Session) -> None:
    session.toggle_mask(MAN)
    session.intervene(Interventions(heads_off={(1, 2)}, hidden={MAN}, dropped={"segment": "all"}))
    session.read_anew("he bought milk", "")
    kept = Interventions(heads_off={(1, 2)}, dropped={"segment": "all"})
    assert session.scene == Scene("m", "he bought milk", "", interventions=kept)


def test_changes_at_pieces_of_an_older_text_are_refused(session: Session, notices: Log) -> None:
    session.set_texts("he bought milk", "")
    session.intervene(Interventions(hidden={MAN}))
    assert not session.scene.interventions
    assert notices.said == ["These pieces are of the text before; the new one is not read yet"]
    session.intervene(Interventions(direction="right-to-left"))
    assert session.scene.interventions


def test_a_model_without_those_heads_lets_them_go_also_when_undone(session: Session) -> None:
    session.intervene(Interventions(heads_off={(0, 0), (3, 3)}, hidden={MAN}))
    session.intervene(Interventions(heads_off={(0, 0)}, hidden={MAN}))
    small = loaded(model_id="m-small")
    config = replace(small.info.config, num_hidden_layers=2, num_attention_heads=2)
    session.set_model(replace(small, info=replace(small.info, config=config)))
    assert session.scene.interventions == Interventions(heads_off={(0, 0)}, hidden={MAN})
    session.undo()
    assert session.scene.interventions.heads_off == {(0, 0)}
    session.set_model(loaded("other", "m2"))
    assert session.scene.interventions == Interventions(heads_off={(0, 0)}), "its pieces are others"
    session.undo()
    assert not session.scene.interventions.hidden


def test_without_a_model_yet_what_was_replaced_cannot_follow() -> None:
    session = Session()
    session.begin(Scene("", "the man", None, {2: 4}), "mini-en")
    notices = Log(session.notice_given)
    session.set_texts("a the man", "")
    assert not session.scene.replaced
    assert len(notices.said) == 1
    session.undo()
    assert session.scene.replaced == {2: 4}


# Masking


def test_a_click_masks_and_a_click_takes_back(session: Session) -> None:
    session.toggle_mask(MAN)
    assert session.scene.replaced == {MAN: MASK}
    read(session)
    session.toggle_mask(MAN)
    assert not session.scene.replaced


def test_clicks_need_not_wait_for_the_analysis(session: Session) -> None:
    session.toggle_mask(MAN)
    session.toggle_mask(WENT)
    assert session.scene.replaced == {MAN: MASK, WENT: MASK}
    read(session)
    session.toggle_mask(MAN)
    session.toggle_mask(MAN)
    assert session.scene.replaced == {MAN: MASK, WENT: MASK}


def test_pieces_of_a_text_that_is_gone_are_not_touched(session: Session, notices: Log) -> None:
    session.set_texts("he the man went to", "the store")
    before = session.scene
    session.toggle_mask(MAN)
    session.replace_piece(MAN, 7)
    assert session.scene == before
    assert notices.said == ["These pieces are of the text before; the new one is not read yet"] * 2


@pytest.mark.parametrize("position", [0, SEP, LAST])
def test_the_format_stays(session: Session, notices: Log, position: int) -> None:
    before = session.scene
    session.toggle_mask(position)
    assert session.scene == before
    (notice,) = notices.said
    assert notice == f"{'[CLS]' if position == 0 else '[SEP]'} belongs to the format and stays"


def test_a_typed_mask_is_text(session: Session, notices: Log) -> None:
    session.set_texts("the [MASK]", "")
    read(session)
    before = session.scene
    session.toggle_mask(2)
    assert session.scene == before
    assert notices.said == ["This [MASK] is typed in the text; edit the text to change it"]


def test_a_replaced_piece_goes_back_to_what_was_typed(session: Session) -> None:
    session.set_texts("the [MASK]", "")
    read(session)
    session.replace_piece(2, WORDS.index("man"))
    read(session)
    session.toggle_mask(2)
    assert not session.scene.replaced
    assert session.scene.text_a == "the [MASK]"


@pytest.mark.parametrize("position", [-1, LAST + 1, 10**9])
def test_there_is_nothing_to_mask_beyond_the_text(session: Session, position: int) -> None:
    before = session.scene
    session.toggle_mask(position)
    assert session.scene == before


def test_nothing_can_be_masked_before_the_first_trace() -> None:
    session = Session()
    session.toggle_mask(0)
    assert not session.can_undo


# The selection


def test_pins_follow_their_characters_once_the_new_text_is_read(session: Session) -> None:
    session.pin(query=STORE, key=MAN)
    session.set_texts("he the man went to", "the store")
    assert (session.selection.query, session.selection.key) == (STORE, MAN)  # of the trace that is shown
    read(session)
    assert (session.selection.query, session.selection.key) == (STORE + 1, MAN + 1)


def test_pins_follow_over_several_keys_and_back(session: Session) -> None:
    session.pin(query=STORE)
    for text in ("the man went", "the man", "the"):
        session.set_texts(text, "the store")
    read(session)
    assert session.selection.query == STORE - 3
    while session.can_undo:
        session.undo()
    read(session)
    assert session.selection.query == STORE


def test_a_pin_whose_word_is_gone_is_let_go_alone(session: Session) -> None:
    session.select_head(2, 1)
    session.pin(query=MAN, key=STORE)
    session.set_texts("the went to", "the store")
    read(session)
    assert session.selection == Selection(2, 1, None, STORE - 1)


def test_further_pins_follow_too(session: Session) -> None:
    session.pin(query=MAN, more=(0, STORE))
    session.set_texts("the went to", "the store")
    read(session)
    assert session.selection.queries == (0, STORE - 1)
    session.unpin()
    assert session.selection == Selection()


def test_pins_on_specials_stay_there(session: Session) -> None:
    session.pin(query=0, key=SEP)
    session.set_texts("he", "the store")
    read(session)
    assert (session.selection.query, session.selection.key) == (0, 2)


def test_whoever_draws_sees_a_selection_of_the_trace_it_is_given(session: Session) -> None:
    """Whether by the trace or by the selection, nobody is shown a place outside the text."""
    session.pin(query=LAST, key=LAST)
    session.set_hover(Hover(3, 3, LAST, LAST))
    seen: list[tuple[int, int]] = []

    def look(*_: object) -> None:
        assert session.trace is not None
        size = len(session.trace.tokens)
        for place in (session.selection.query, session.hover.key):
            if place is not None:
                seen.append((place, size))

    for signal in (session.trace_changed, session.selection_changed, session.hover_changed):
        signal.connect(look)
    session.set_texts("the", "")
    read(session)
    session.set_texts("the man went to the store", "the store the store")
    read(session)
    assert all(place < size for place, size in seen)
    assert session.hover == Hover()


def test_the_hover_of_an_older_trace_is_let_go_and_said(session: Session) -> None:
    session.set_hover(Hover(query=MAN))
    hovers = Log(session.hover_changed)
    session.toggle_mask(MAN)
    read(session)
    assert hovers.said == [Hover()]
    read(session)
    assert hovers.said == [Hover()]


def test_a_smaller_model_clips_the_head(session: Session) -> None:
    session.select_head(3, 3)
    session.set_model(loaded("other", "m2"))
    session.accept_trace(traced(session.scene, layers=2, heads=2))
    assert session.selection == Selection(1, 1)


def test_the_same_selection_is_not_said_twice(session: Session) -> None:
    selections, hovers = Log(session.selection_changed), Log(session.hover_changed)
    session.select_head(0, 0)
    session.unpin()
    session.set_hover(Hover())
    read(session)
    assert selections.said == hovers.said == []
    session.pin(key=2)
    session.pin(key=2)
    assert selections.said == [Selection(0, 0, None, 2)]


def test_no_layer_means_no_head(session: Session) -> None:
    session.select_head(None, 3)
    assert session.selection == Selection(None, None)


# Traces and answers


def test_a_stale_trace_is_dropped(session: Session) -> None:
    older = traced(session.scene)
    session.set_texts("the man", "")
    shown, said = session.trace, Log(session.trace_changed)
    session.accept_trace(older)
    assert said.said == [] and session.trace is shown
    assert not session.up_to_date
    read(session)
    assert session.up_to_date and len(said.said) == 1


def test_a_trace_of_other_interventions_is_stale_too(session: Session) -> None:
    older = traced(session.scene)
    session.set_scene(replace(session.scene, interventions=Interventions(hidden={1})))
    session.accept_trace(older)
    assert not session.up_to_date


def answer(session: Session, query: Query, value: object = 1) -> Answer:
    assert session.trace is not None
    return Answer(query, session.trace.scene, value)


def test_answers_are_kept_until_the_next_trace(session: Session) -> None:
    assert session.watch("panel", Similarity(1)) is None
    assert not session.settled
    given = answer(session, Similarity(1))
    session.accept_answer(given)
    assert session.settled
    session.watch("panel", Similarity(2))
    assert session.watch("panel", Similarity(1)) is given
    session.toggle_mask(MAN)
    assert session.watch("other", Similarity(1)) is given  # what is shown is still the older trace
    read(session)
    assert session.watch("third", Similarity(1)) is None
    assert not session.settled


def test_an_answer_about_an_older_scene_is_dropped(session: Session) -> None:
    late = answer(session, MeanAttention())
    answers = Log(session.answer_changed)
    session.toggle_mask(MAN)
    read(session)
    session.accept_answer(late)
    assert answers.said == []
    session.accept_answer(answer(session, MeanAttention()))
    assert len(answers.said) == 1


def test_answers_before_any_trace_are_dropped() -> None:
    session = Session()
    answers = Log(session.answer_changed)
    session.accept_answer(Answer(MeanAttention(), session.scene, 1))
    assert answers.said == []


def test_a_failure_settles_as_well(session: Session) -> None:
    session.watch("panel", MeanAttention())
    session.accept_answer(Answer(MeanAttention(), session.scene, failure="too long"))
    assert session.settled


def test_a_new_model_knows_no_answers(session: Session) -> None:
    session.accept_answer(answer(session, MeanAttention()))
    session.set_model(loaded("other", "m2"))
    assert session.watch("panel", MeanAttention()) is None


def test_watching_is_said_when_it_changes(session: Session) -> None:
    said = Log(session.watched_changed)
    session.watch("a", MosaicLevels())
    session.watch("b", MosaicLevels())
    session.watch("a", None)
    session.watch("nobody", None)
    assert said.said == [frozenset({MosaicLevels()})]
    session.watch("b", Similarity(0))
    session.watch("b", None)
    assert said.said[1:] == [frozenset({Similarity(0)}), frozenset()]
    assert session.watched == frozenset() and session.settled


# Long queries, and those about the model


@dataclass(frozen=True)
class OfModel(Query):
    about_model: ClassVar[bool] = True


def come(session: Session, query: Query, done: int) -> Answer:
    return replace(answer(session, query, None), progress=Progress(done, 3))


def test_progress_is_told_and_settles_nothing(session: Session) -> None:
    answers = Log(session.answer_changed)
    session.watch("panel", MeanAttention())
    session.accept_answer(come(session, MeanAttention(), 1))
    session.accept_answer(come(session, MeanAttention(), 2))
    assert answers.said == [come(session, MeanAttention(), done) for done in (1, 2)]
    assert not session.settled and MeanAttention() in session.watched
    assert session.watch("late comer", MeanAttention()) is answers.said[1]
    session.accept_answer(answer(session, MeanAttention()))
    assert session.settled


def test_how_far_it_had_come_is_forgotten_when_nobody_waits(session: Session) -> None:
    session.watch("panel", MeanAttention())
    session.accept_answer(come(session, MeanAttention(), 1))
    session.watch("panel", None)
    answers = Log(session.answer_changed)
    session.accept_answer(come(session, MeanAttention(), 2))  # was under way
    assert answers.said == []
    assert session.watch("panel", MeanAttention()) is None


@pytest.mark.parametrize("finished", [True, False])
def test_what_is_about_the_model_outlives_the_text(session: Session, finished: bool) -> None:
    session.watch("panel", OfModel())
    given = answer(session, OfModel()) if finished else come(session, OfModel(), 1)
    session.accept_answer(given)
    session.toggle_mask(MAN)
    read(session)
    assert session.watch("other", OfModel()) is given
    answers = Log(session.answer_changed)
    later = replace(given, value=2, progress=None)  # begun when the text was another
    session.accept_answer(later)
    assert answers.said == [later] and session.settled


def test_what_is_known_about_the_model_is_not_asked_for(session: Session) -> None:
    said = Log(session.watched_changed)
    session.watch("panel", OfModel())
    session.accept_answer(answer(session, OfModel()))
    assert said.said == [frozenset({OfModel()}), frozenset()]
    session.watch("other", OfModel())
    assert session.watched == frozenset() and len(said.said) == 2


def test_a_failure_about_the_model_is_kept_until_it_is_asked_anew(session: Session) -> None:
    session.watch("panel", OfModel())
    failed = replace(answer(session, OfModel(), None), failure="no such file")
    session.accept_answer(failed)
    read(session)
    assert session.settled and session.watch("other", OfModel()) is failed
    assert session.watched == {OfModel()}  # or the service would take it for asked anew
    session.watch("other", None)
    session.watch("panel", None)
    assert session.watch("panel", OfModel()) is None and not session.settled


def test_another_model_knows_nothing_of_it_and_the_first_all_when_it_comes_back(session: Session) -> None:
    session.watch("panel", OfModel())
    given = answer(session, OfModel())
    session.accept_answer(given)
    said = Log(session.watched_changed)
    session.set_model(loaded("other", "m2"))
    assert said.said == [frozenset({OfModel()})]
    session.accept_answer(given)  # late: it is about the model before
    assert session.watch("panel", OfModel()) is None
    session.set_model(loaded())
    assert said.said[1:] == [frozenset()]
    assert session.watch("panel", OfModel()) is given


def test_a_model_whose_files_were_written_anew_is_another(session: Session, tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"old")

    def load() -> None:
        model = loaded()
        session.set_model(replace(model, info=replace(model.info, weights_files=(weights,))))
        read(session)

    load()
    session.accept_answer(answer(session, OfModel()))
    load()
    assert session.watch("panel", OfModel()) is not None
    weights.write_bytes(b"new")
    os.utime(weights, ns=(0, 1))
    load()
    assert session.watch("panel", OfModel()) is None
    weights.unlink()
    load()
    assert session.watch("panel", OfModel()) is None


# The model


def test_taking_a_model_into_force(session: Session) -> None:
    session.set_loading(Loading(ModelChoice("other"), "weights", 0.5))
    order: list[str] = []
    session.model_changed.connect(lambda _: order.append("model"))
    session.scene_changed.connect(lambda _: order.append("scene"))
    models, loadings = Log(session.model_changed), Log(session.loading_changed)
    new = loaded("other", "m2")
    session.set_model(new)
    assert order == ["model", "scene"]
    assert models.said == [new.info] and loadings.said == [None]
    assert session.model is new.info and session.choice == ModelChoice("other")
    assert session.scene.model_id == "m2" and not session.up_to_date
    assert session.catalogue.devices == ("cpu", "cuda")
    assert not session.can_undo


def test_recent_models_newest_first_each_once(session: Session) -> None:
    for number in range(12):
        session.set_model(loaded(f"model-{number}", f"m{number}"))
    session.set_model(loaded("model-8", "m8"))
    assert session.catalogue.recent[:3] == ("model-8", "model-11", "model-10")
    assert len(session.catalogue.recent) == RECENT == len(set(session.catalogue.recent))


def test_another_model_lets_replaced_pieces_go_also_in_history(session: Session, notices: Log) -> None:
    session.toggle_mask(MAN)
    session.set_texts("the man went", "the store")
    session.set_model(loaded("other", "m2"))
    assert notices.said == ["Replaced pieces were let go: the new model has its own vocabulary"]
    assert session.scene == Scene("m2", "the man went", "the store")
    session.undo()
    assert session.scene == Scene("m2", "the man went to", "the store")
    assert not session.can_undo
    session.redo()
    assert session.scene == Scene("m2", "the man went", "the store")


def test_a_model_with_the_same_vocabulary_keeps_them(session: Session, notices: Log) -> None:
    first, tuned = loaded(), loaded("tuned", "m2")
    words = {"vocabulary": "digest"}
    session.set_model(replace(first, info=replace(first.info, **words)))
    session.accept_trace(traced(session.scene))
    session.toggle_mask(MAN)
    session.set_model(replace(tuned, info=replace(tuned.info, **words)))
    assert session.scene.replaced == {MAN: MASK} and session.scene.model_id == "m2"
    assert notices.said == []
    session.set_model(replace(tuned, info=replace(tuned.info, source="third", vocabulary="of its own")))
    assert session.scene.replaced == {MAN: MASK}  # the same source elsewhere
    session.set_model(
        replace(loaded("third", "m3"), info=replace(loaded("third", "m3").info, vocabulary="x"))
    )
    assert session.scene.replaced == {} and len(notices.said) == 1


def test_the_same_model_elsewhere_keeps_them(session: Session, notices: Log) -> None:
    session.toggle_mask(MAN)
    session.set_model(loaded(model_id="m-cuda"))
    assert session.scene.replaced == {MAN: MASK}
    assert notices.said == []


@pytest.mark.parametrize(("source", "kept"), [("mini-en", {2: 4}), ("fallback", {}), (None, {2: 4})])
def test_what_was_remembered_belongs_to_the_model_it_was_made_with(
    source: str | None, kept: dict[int, int]
) -> None:
    session = Session()
    session.begin(Scene("", "the man", None, {2: 4}), source)
    session.set_model(loaded("mini-en"))
    assert session.scene.replaced == kept


def test_what_does_not_fit_the_model_any_more_is_let_go() -> None:
    """A file of settings may say anything; a trace of it would fail for ever."""
    session = Session()
    session.begin(Scene("", "the man", None, {2: 4, 1: 10**30, 10**30: 4, 4: 4}), "mini-en")
    notices = Log(session.notice_given)
    session.set_model(loaded("mini-en"))
    assert session.scene.replaced == {2: 4}
    assert len(notices.said) == 1


# Problems


def test_a_problem_is_overcome_by_the_next_trace(session: Session) -> None:
    problems = Log(session.problem_changed)
    problem = Problem("no")
    session.set_problem(problem)
    session.set_problem(problem)
    read(session)
    assert problems.said == [problem, None] and session.problem is None


def test_a_lasting_problem_stays_until_it_is_dismissed(session: Session) -> None:
    problem = Problem("the model could not be loaded")
    session.set_problem(problem, lasting=True)
    read(session)
    session.set_model(loaded("other", "m2"))
    assert session.problem == problem
    session.set_problem(None)
    assert session.problem is None
    session.set_problem(Problem("no"))
    read(session)
    assert session.problem is None


def test_asking_for_a_model_takes_an_older_problem_away(session: Session) -> None:
    requests = Log(session.load_requested)
    session.set_problem(Problem("no"), lasting=True)
    session.request_model(ModelChoice("other", "cuda"))
    assert session.problem is None
    assert requests.said == [ModelChoice("other", "cuda")]
    assert session.choice == ModelChoice("mini-en")  # the one in force


def test_the_fake_mask_is_not_ours() -> None:
    """The tests above read masks by this vocabulary's own id."""
    assert MASK != MASK_ID and BertConfig().vocab_size > MASK


# The reference


def test_what_is_shown_is_kept_whatever_comes_after(session: Session) -> None:
    log = Log(session.reference_changed)
    kept = session.trace
    session.keep_reference()
    session.set_texts("he bought milk", "")
    read(session)
    assert session.reference is not None and session.reference.trace is kept
    assert session.reference.showing == "difference"
    for _ in range(2):
        session.show_reference("now")
    now = session.reference
    assert now is not None and now.showing == "now" and len(log.said) == 2
    session.keep_reference()
    newest = session.reference
    assert newest is not None and newest.trace is session.trace is not kept
    session.let_go_reference()
    session.let_go_reference()
    assert session.reference is None and len(log.said) == 4


def test_without_a_trace_there_is_nothing_to_keep() -> None:
    session = Session()
    notices = Log(session.notice_given)
    session.keep_reference()
    session.show_reference("reference")
    assert session.reference is None and notices.said == ["There is nothing to keep yet"]
