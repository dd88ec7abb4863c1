"""The service that trains runs in child processes; a tiny script stands in for the trainer."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.services.run_ends import last_ending
from app.services.training import QUEUE_FILE, TrainingService
from app.tuning import TuningEnd, TuningState, TuningWish
from app.values import Problem
from bert_core.finetuning.recipe import FineTuneRecipe
from bert_core.resources import resource_path
from bert_core.training.run_folder import RunFolder

# What it does stands where the model's name would: it writes what the real one does, and hears one wish.
CHILD = """
import json, os, signal, sys, time
def after(name):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else ""
folder, mode = after("--out"), after("--model") or "waits"
assert "--owned" in sys.argv and os.environ["OMP_WAIT_POLICY"] == "PASSIVE"
if mode == "refuses":
    print("some library's remark", file=sys.stderr)
    sys.exit("error: There is no such file. (bad.csv)")
if mode == "prepares":
    time.sleep(60)
os.makedirs(folder, exist_ok=True)
def event(kind, **fields):
    with open(folder + "/events.jsonl", "a") as file:
        file.write(json.dumps({"event": kind, "time": time.time(), **fields}) + "\\n")
with open(folder + "/run.json", "w") as file:
    json.dump({"format": 1, "kind": "finetune"}, file)
event("started", step=0)
event("step", step=7)
print("12:00:00 step 7, epoch 0.50 (2%)", flush=True)
if mode == "dies":
    print("the last words", file=sys.stderr, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
if mode == "fails":
    raise RuntimeError("nobody expected this")
control = folder + "/control.json"
while mode == "waits":
    if os.path.exists(control) and "stop" in open(control).read():
        event("ended", ending="stopped", message="Resume it.", step=8)
        sys.exit(0)
    time.sleep(0.005)
ending = "diverged" if mode == "diverges" else "finished"
event("ended", ending=ending, message="That was it.", step=9)
sys.exit(ending != "finished")
"""


class Heard:
    """Everything that a service said."""

    def __init__(self, service: TrainingService) -> None:
        self.ends: list[TuningEnd] = []
        self.states: list[TuningState] = []
        self.problems: list[Problem] = []
        self.steps: list[float] = []
        service.ended.connect(self.ends.append)
        service.state_changed.connect(self.states.append)
        service.failed.connect(self.problems.append)
        service.first_step.connect(self._step)

    def _step(self, _wish: object, seconds: float) -> None:
        self.steps.append(seconds)


@pytest.fixture
def make(tmp_path: Path, qtbot: QtBot) -> Iterator[Callable[[], TrainingService]]:
    script = tmp_path / "child.py"
    script.write_text(CHILD, encoding="utf-8")
    made: list[TrainingService] = []

    def one() -> TrainingService:
        service = TrainingService(tmp_path / "runs", program=(sys.executable, "-S", "-E", str(script)))
        made.append(service)
        return service

    yield one
    for service in made:
        service.close(10)


def wish(tmp_path: Path, name: str, mode: str = "finishes") -> TuningWish:
    return TuningWish(str(tmp_path / "runs" / name), train="train.csv", model=mode)


def begun(service: TrainingService, folder: str) -> bool:
    return service.state.running is not None and (Path(folder) / "events.jsonl").exists()


def test_a_run_is_trained_to_its_end(
    make: Callable[[], TrainingService], qtbot: QtBot, tmp_path: Path
) -> None:
    service = make()
    heard = Heard(service)
    one = wish(tmp_path, "one")
    with qtbot.waitSignal(service.ended), qtbot.waitSignal(service.started):
        service.start(one)
    end = heard.ends[0]
    assert end.wish == one
    assert (end.ending.kind, end.ending.message, end.ending.step) == ("finished", "That was it.", 9)
    assert end.first_step is not None and heard.steps == [end.first_step]
    assert [state.running for state in heard.states] == [one, None]
    assert not (tmp_path / "runs" / QUEUE_FILE).exists(), "nothing waits"


def test_one_at_a_time_in_their_order(
    make: Callable[[], TrainingService], qtbot: QtBot, tmp_path: Path
) -> None:
    service = make()
    heard = Heard(service)
    first, second, third, fourth = (
        wish(tmp_path, "one", "waits"),
        *(wish(tmp_path, name) for name in ("two", "three", "four")),
    )
    for each in (first, second, third, fourth):
        service.start(each)
    assert service.state == TuningState(first, (second, third, fourth))
    service.start(second)
    assert len(heard.problems) == 1 and "two" in heard.problems[0].message, "not twice in one queue"
    service.cancel(third.folder)
    service.put_first(fourth.folder)
    assert service.state.queue == (fourth, second)
    qtbot.waitUntil(lambda: begun(service, first.folder))
    service.wish(first.folder, "stop")
    qtbot.waitUntil(lambda: len(heard.ends) == 3, timeout=20_000)
    assert [(end.wish.name, end.ending.kind) for end in heard.ends] == [
        ("one", "stopped"),
        ("four", "finished"),
        ("two", "finished"),
    ]


@pytest.mark.parametrize(
    ("mode", "kind", "words", "step"),
    [
        ("diverges", "diverged", "That was it.", 9),
        ("refuses", "crashed", "There is no such file. (bad.csv)", 0),
        ("fails", "crashed", "nobody expected this", 7),
        ("dies", "crashed", "from outside", 7),
    ],
)
def test_ends_are_values(
    make: Callable[[], TrainingService],
    qtbot: QtBot,
    tmp_path: Path,
    mode: str,
    kind: str,
    words: str,
    step: int,
) -> None:
    if mode == "dies" and sys.platform == "win32":
        pytest.skip("there are no signals")
    service = make()
    heard = Heard(service)
    with qtbot.waitSignal(service.ended, timeout=20_000):
        service.start(wish(tmp_path, "one", mode))
    end = heard.ends[0]
    assert end.ending.kind == kind and words in end.ending.message and end.ending.step == step
    if mode in ("dies", "fails"):  # what it could not write itself is in its record, for everybody
        qtbot.waitUntil(lambda: last_ending(Path(end.wish.folder)) == "crashed")
    if mode == "dies":
        assert end.details == "the last words"
    if mode == "refuses":
        assert end.details.startswith("some library's remark")


def test_a_program_that_is_not_there(qtbot: QtBot, tmp_path: Path) -> None:
    service = TrainingService(tmp_path / "runs", program=(str(tmp_path / "nothing"),))
    heard = Heard(service)
    service.start(wish(tmp_path, "one"))
    service.start(wish(tmp_path, "two"))
    qtbot.waitUntil(lambda: len(heard.ends) == 2)
    assert {end.ending.kind for end in heard.ends} == {"crashed"} and service.state == TuningState()


def test_an_old_end_is_not_taken_for_a_new_one(
    make: Callable[[], TrainingService], qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "runs" / "one"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text("{}")
    (folder / "events.jsonl").write_text(
        '{"event": "ended", "time": 1000.0, "ending": "finished", "step": 3}\n'
    )
    service = make()
    heard = Heard(service)
    with qtbot.waitSignal(service.ended, timeout=20_000):
        service.start(wish(tmp_path, "one", "refuses"))
    assert heard.ends[0].ending.kind == "crashed" and heard.ends[0].ending.step == 0


def test_stopping_before_anything_has_begun(
    make: Callable[[], TrainingService], qtbot: QtBot, tmp_path: Path
) -> None:
    service = make()
    heard = Heard(service)
    one = wish(tmp_path, "one", "prepares")
    with qtbot.waitSignal(service.ended, timeout=20_000):
        service.start(one)
        service.wish(one.folder, "stop")
    assert heard.ends[0].ending.kind == "stopped" and heard.ends[0].first_step is None
    assert not Path(one.folder).exists()


def test_pausing_is_written_where_the_run_looks(
    make: Callable[[], TrainingService], qtbot: QtBot, tmp_path: Path
) -> None:
    service = make()
    one = wish(tmp_path, "one", "waits")
    service.start(one)
    qtbot.waitUntil(lambda: begun(service, one.folder))
    control = RunFolder(Path(one.folder), {}).control
    service.wish(one.folder, "pause")
    qtbot.waitUntil(lambda: control.wish() == "pause")
    service.wish(one.folder, "run")
    qtbot.waitUntil(lambda: control.wish() == "run")


def test_what_waits_outlives_the_window(
    make: Callable[[], TrainingService], qtbot: QtBot, tmp_path: Path
) -> None:
    service = make()
    recipe = FineTuneRecipe(task="tagging", seeds=(1, 2), learning_rate=1e-4)
    one, two = wish(tmp_path, "one", "waits"), wish(tmp_path, "two")
    three = TuningWish(
        **{**vars(wish(tmp_path, "three")), "recipe": recipe, "probes": (("a", None), ("b", "c"))}
    )
    for each in (one, two, three):
        service.start(each)
    qtbot.waitUntil(lambda: begun(service, one.folder))
    service.close(10)
    assert service._process is None, "it ended, with its checkpoint, while the window waited"

    later = make()
    assert later.state.running is None and later.state.queue == (), "nothing begins by itself"
    resumed = TuningWish(one.folder, resume=True)
    assert later.state.held == (resumed, two, three)
    heard = Heard(later)
    later.tell()
    assert heard.states == [later.state]
    later.cancel(resumed.folder)
    later.put_first(three.folder)
    qtbot.waitUntil(lambda: len(heard.ends) == 1, timeout=20_000)
    assert heard.ends[0].wish == three and list(later.state.held) == [two]
    later.go_on()
    qtbot.waitUntil(lambda: len(heard.ends) == 2, timeout=20_000)
    assert later.state == TuningState()


def test_what_has_finished_since_is_not_offered_again(
    make: Callable[[], TrainingService], tmp_path: Path
) -> None:
    done = tmp_path / "runs" / "done"
    done.mkdir(parents=True)
    (done / "run.json").write_text("{}")
    (done / "events.jsonl").write_text('{"event": "ended", "time": 1.0, "ending": "finished", "step": 3}\n')
    waiting = [wish(tmp_path, "done").to_dict(), {"folder": ""}, 7, wish(tmp_path, "two").to_dict()]
    (tmp_path / "runs" / QUEUE_FILE).write_text(json.dumps({"running": None, "waiting": waiting}))
    assert make().state.held == (wish(tmp_path, "two"),)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"waiting": 3}', '{"running": {"folder": 3}}'])
def test_a_broken_queue_is_passed_over(
    make: Callable[[], TrainingService], tmp_path: Path, text: str
) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / QUEUE_FILE).write_text(text)
    assert make().state == TuningState()


def test_a_child_that_takes_its_time_is_left_to_itself(
    make: Callable[[], TrainingService], qtbot: QtBot, tmp_path: Path
) -> None:
    service = make()
    one = wish(tmp_path, "one", "waits")
    service.start(one)
    qtbot.waitUntil(lambda: begun(service, one.folder))
    service._ask = lambda folder, wanted: None  # type: ignore[method-assign, assignment]
    service.close(0.01)
    assert service._process is None
    RunFolder(Path(one.folder), {}).control.ask("stop")  # nobody has killed it: it hears, and ends
    events = Path(one.folder) / "events.jsonl"
    qtbot.waitUntil(lambda: '"stopped"' in events.read_text(), timeout=20_000)


@pytest.mark.slow
def test_the_real_command(qtbot: QtBot, tmp_path: Path) -> None:
    service = TrainingService(tmp_path / "runs")
    heard = Heard(service)
    data = resource_path("datasets", "sentiment")
    one = TuningWish(
        str(tmp_path / "runs" / "one"),
        train=str(data / "dev.tsv"),
        model="mini-en",
        recipe=FineTuneRecipe(task="single-sentence", epochs=0.3, max_length=24),
        probes=(("-tools are fine", None), ("A", "B")),
    )
    service.start(one)
    qtbot.waitUntil(lambda: bool(heard.ends), timeout=120_000)
    end = heard.ends[0]
    assert end.ending.kind == "finished", end
    assert end.first_step is not None
    assert json.loads((Path(one.folder) / "run.json").read_text())["probes"] == [
        [" -tools are fine", None],
        ["A", "B"],
    ]
    assert (Path(one.folder) / "model" / "config.json").is_file()
