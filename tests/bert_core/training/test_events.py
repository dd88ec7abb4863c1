from __future__ import annotations

import json

import pytest

from bert_core.training.events import EventLog, EventReader


@pytest.fixture
def path(tmp_path):
    return tmp_path / "events.jsonl"


def test_what_is_appended_is_read_once(path):
    log, reader = EventLog(path), EventReader(path)
    assert reader.read() == [] and log.offset() == 0
    log.append("step", loss=1.5, step=1)
    log.append("warning", message="ç")
    first, second = reader.read()
    assert (first["event"], first["loss"], second["message"]) == ("step", 1.5, "ç")
    assert first["time"] > 1e9
    assert reader.read() == [] and not reader.restarted
    log.append("ended")
    assert [event["event"] for event in reader.read()] == ["ended"]
    assert log.offset() == path.stat().st_size


def test_numbers_that_are_none_become_null(path):
    EventLog(path).append("step", loss=float("nan"), all=[float("inf"), 1.0], of={"a": float("-inf")})
    event = json.loads(path.read_text(), parse_constant=pytest.fail)
    assert (event["loss"], event["all"], event["of"]) == (None, [None, 1.0], {"a": None})


def test_an_unfinished_line_waits(path):
    reader = EventReader(path)
    path.write_bytes(b'{"event": "a"}\n{"event": "\xc3')
    assert [event["event"] for event in reader.read()] == ["a"]
    assert reader.read() == []
    with path.open("ab") as file:
        file.write(b'\xa9"}\n')
    assert [event["event"] for event in reader.read()] == ["é"]


def test_malformed_lines_are_counted_and_passed_over(path):
    reader = EventReader(path)
    path.write_bytes(b'nonsense\n[1]\n\xff\xfe\n{"event": "a"}\n')
    assert [event["event"] for event in reader.read()] == ["a"]
    assert reader.malformed == 3


def test_a_cut_log_is_read_anew(path):
    log, reader = EventLog(path), EventReader(path)
    log.append("a", n=1)
    kept = log.offset()
    log.append("b", n=2)
    reader.read()
    log.cut(kept)
    assert [event["n"] for event in reader.read()] == [1] and reader.restarted
    assert reader.read() == [] and not reader.restarted


def test_a_cut_log_that_has_grown_longer_since_is_read_anew(path):
    log, reader = EventLog(path), EventReader(path)
    log.append("a", n=1)
    kept = log.offset()
    log.append("b", n=2)
    reader.read()
    log.cut(kept)
    for n in range(10, 20):
        log.append("c", n=n)
    assert [event["n"] for event in reader.read()] == [1, *range(10, 20)] and reader.restarted


def test_a_replaced_and_a_removed_log_are_noticed(path):
    log, reader = EventLog(path), EventReader(path)
    log.append("a", n=1)
    reader.read()
    path.unlink()
    assert reader.read() == [] and reader.restarted
    log.append("b", n=2)
    assert [event["n"] for event in reader.read()] == [2] and not reader.restarted


def test_a_cut_beyond_the_end_does_nothing(path):
    log = EventLog(path)
    log.cut(10)
    log.append("a")
    size = log.offset()
    log.cut(size + 10)
    assert log.offset() == size


def test_a_line_that_cannot_be_written_leaves_none_behind(path):
    """On a full disk half of a line may be written; /dev/full does not truncate, so a small limit stands for it."""
    resource = pytest.importorskip("resource")
    signal = pytest.importorskip("signal")
    log = EventLog(path)
    log.append("a")
    size = log.offset()
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, limits[1]))
    try:
        with pytest.raises(OSError):
            log.append("b", text="x" * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert path.stat().st_size == size
