"""Lines of the list of runs: what they say, and how little is read for them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from app.services import run_summaries
from app.services.run_summaries import RunLister
from tests.app.writing_runs import Writer
from tests.app.writing_tuning import TuningWriter, several_seeds


def test_a_finished_run(tmp_path: Path) -> None:
    TuningWriter(tmp_path / "good").finish()
    (summary,) = RunLister(tmp_path).look(())
    assert (summary.name, summary.kind, summary.task, summary.model) == (
        "good",
        "finetune",
        "single-sentence",
        "mini-en",
    )
    assert (summary.state, summary.progress, summary.metric, summary.elsewhere) == (
        "finished",
        1.0,
        "accuracy",
        False,
    )
    assert summary.best is not None and summary.best > 0.75 and summary.best_step in range(10, 61, 10)
    assert summary.last_word > 0 and summary.seconds_left is None


def test_a_run_that_goes_on(tmp_path: Path) -> None:
    writer, lister = TuningWriter(tmp_path / "run"), RunLister(tmp_path)
    assert lister.look(())[0].state == "waiting"
    writer.train(until=15)
    (summary,) = lister.look(())
    assert (summary.state, summary.alive, summary.progress) == ("running", True, 0.25)
    assert summary.seconds_left == pytest.approx(9.0) and summary.best_step == 10
    writer.train()
    writer.end("out of memory", "Memory ran out.")
    (summary,) = lister.look(())
    assert (summary.state, summary.message, summary.progress) == ("out of memory", "Memory ran out.", 1.0)


def test_runs_from_elsewhere_and_the_newest_first(tmp_path: Path) -> None:
    home, away = tmp_path / "home", tmp_path / "away"
    for path, day in ((home / "a", 1), (away / "b", 3), (home / "c", 2)):
        writer = Writer(path, created=f"2026-03-0{day}T00:00:00+00:00")
        writer.start()
    found = RunLister(home).look((str(away / "b"), str(home / "a"), str(tmp_path / "none")))
    assert [(summary.name, summary.elsewhere) for summary in found] == [
        ("b", True),
        ("c", False),
        ("a", False),
    ]
    assert found[0].kind == "pretrain" and found[0].metric == "mlm_loss"


def test_what_is_no_run_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / ".leaving").mkdir()
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "run.json").write_text("{")
    lister = RunLister(tmp_path)
    assert lister.look(()) == ()
    shutil.rmtree(broken)
    TuningWriter(broken).start()
    assert [summary.name for summary in lister.look(())] == ["broken"], "it is looked at again"
    assert RunLister(tmp_path / "nowhere").look(()) == ()


def test_of_steps_only_the_last_are_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = TuningWriter(tmp_path / "run", steps_an_epoch=400)
    writer.train(until=1000, every=500)
    parsed: list[object] = []
    loads = json.loads

    def parse(text: Any) -> Any:
        parsed.append(text)
        return loads(text)

    monkeypatch.setattr(run_summaries.json, "loads", parse)
    lister = RunLister(tmp_path)
    (summary,) = lister.look(())
    assert summary.progress == pytest.approx(1000 / 1200) and summary.best_step in (500, 1000)
    steps = [text for text in parsed if b'"event": "step"' in (text if isinstance(text, bytes) else b"")]
    assert len(steps) <= 50
    parsed.clear()
    lister.look(())
    assert not [text for text in parsed if b"event" in (text if isinstance(text, bytes) else b"")], (
        "nothing is new"
    )
    writer.steps(2)
    assert lister.look(())[0].progress == pytest.approx(1002 / 1200)


def test_a_run_taken_up_again_is_told_anew(tmp_path: Path) -> None:
    writer = TuningWriter(tmp_path / "run")
    writer.train(until=20)
    here, lister = writer.log.offset(), RunLister(tmp_path)
    writer.train(until=40)
    assert lister.look(())[0].progress == pytest.approx(40 / 60)
    writer.log.cut(here)
    writer.log.append("resumed", step=20)
    (summary,) = lister.look(())
    assert summary.progress == pytest.approx(20 / 60) and summary.best_step in (0, 10, 20)


def test_a_run_of_several_seeds_is_one_line(tmp_path: Path) -> None:
    several_seeds(tmp_path / "seeds", (0, 1, 2))
    (summary,) = RunLister(tmp_path).look(())
    assert (summary.state, summary.seeds, summary.progress) == ("finished", 3, 1.0)
    assert summary.best is not None and 0.75 < summary.best < 0.95 and summary.best_step is None


def test_seeds_under_way_share_the_progress(tmp_path: Path) -> None:
    parent = TuningWriter(tmp_path / "seeds", seeds=(0, 1))
    parent.log.append("seed", state="begin", seed=0)
    inner = TuningWriter(tmp_path / "seeds" / "seeds" / "0")
    inner.train(until=30)
    (summary,) = RunLister(tmp_path).look(())
    assert (summary.state, summary.progress) == ("running", 0.25)
    inner.log.append("paused", step=30)
    lister = RunLister(tmp_path)
    assert lister.look(())[0].state == "paused"
