"""The engine that keeps projections beside the log, and the current states as they are read beside it."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct, field

from afterword.eventlog.codec import SourceState
from afterword.eventlog.events import EmployerWrote, NewEvent, RejectionReceived
from afterword.eventlog.log import EventLog
from afterword.eventlog.read_only import read_events
from projections.catalogue import PROJECTIONS
from projections.current_states import load_current_states
from projections.engine import SNAPSHOT_INTERVAL, Engine
from projections.projection import fold, is_same

NOW = datetime(2026, 3, 5, 17, tzinfo=UTC)


class Companies(Struct):
    seen: dict[str, int] = field(default_factory=dict)
    streams: set[str] = field(default_factory=set)


class Counting:
    """Counts mails by company; trips over those of `bad` companies, after it has spoilt its state."""

    name = "counting"
    State = Companies

    def __init__(self, version: int = 1, bad: str = "") -> None:
        self.version = version
        self.bad = bad
        self.applied = 0

    def initial(self) -> Companies:
        return Companies()

    def apply(self, state: Companies, recorded: Any) -> None:
        self.applied += 1
        if isinstance(recorded.event, EmployerWrote):
            company = recorded.event.company
            state.seen[company] = state.seen.get(company, 0) + 1
            state.streams.add(recorded.stream)
            if company == self.bad:
                raise ValueError("no such company")


class Total:
    """Counts everything, by giving back another state."""

    name = "total"
    version = 1
    State = int

    def initial(self) -> int:
        return 0

    def apply(self, state: int, recorded: Any) -> int:
        return state + len([recorded])


def wrote(key: str, company: str = "Acme") -> NewEvent:
    return NewEvent(stream=company, event=EmployerWrote(company=company), occurred_at=NOW, source_key=key)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def log(path: Path) -> Iterator[EventLog]:
    opened = EventLog.open(f"sqlite:///{path}")
    yield opened
    opened.close()


def step(log: EventLog, engine: Engine, *new: NewEvent) -> dict[str, Any]:
    with log.begin() as tx:
        tx.append(new, recorded_at=NOW)
        return dict(engine.catch_up(tx))


def test_it_folds_what_came_since_the_last_time(log: EventLog) -> None:
    counting = Counting()
    engine = Engine([counting, Total()])
    step(log, engine, wrote("a"), wrote("b", "Globex"))
    states = step(log, engine, wrote("c"))
    assert states["counting"].seen == {"Acme": 2, "Globex": 1}
    assert states["total"] == 3
    assert counting.applied == 3


def test_another_engine_goes_on_from_the_snapshots(log: EventLog) -> None:
    step(log, Engine([Counting()]), wrote("a"), wrote("b"))
    counting = Counting()
    assert step(log, Engine([counting]), wrote("c"))["counting"].seen == {"Acme": 3}
    assert counting.applied == 1


def test_another_version_starts_from_zero(log: EventLog) -> None:
    step(log, Engine([Counting()]), wrote("a"), wrote("b"))
    counting = Counting(version=2)
    assert step(log, Engine([counting]))["counting"].seen == {"Acme": 2}
    assert counting.applied == 2


def test_a_snapshot_that_cannot_be_decoded_is_made_again(log: EventLog) -> None:
    step(log, Engine([Counting()]), wrote("a"))
    with log.begin() as tx:
        tx.connection.exec_driver_sql("UPDATE read_models SET state = X'C1'")
    assert step(log, Engine([Counting()]))["counting"].seen == {"Acme": 1}


def test_what_is_rolled_back_is_not_remembered(log: EventLog) -> None:
    engine = Engine([Counting()])
    step(log, engine, wrote("a"))
    with pytest.raises(ZeroDivisionError):
        _fail_after_a_step(log, engine)
    assert step(log, engine, wrote("c", "Globex"))["counting"].seen == {"Acme": 1, "Globex": 1}


def _fail_after_a_step(log: EventLog, engine: Engine) -> None:
    with log.begin() as tx:
        tx.append([wrote("b", "Initech")], recorded_at=NOW)
        engine.catch_up(tx)
        raise ZeroDivisionError


def test_two_engines_on_one_log_agree(log: EventLog) -> None:
    one, other = Engine([Counting()]), Engine([Counting()])
    for number in range(4):
        step(log, (one, other)[number % 2], wrote(str(number)))
    assert step(log, one)["counting"].seen == step(log, other)["counting"].seen == {"Acme": 4}


def test_a_snapshot_that_no_event_changed_is_not_saved_again(log: EventLog) -> None:
    engine = Engine([Counting()])
    step(log, engine, wrote("a"))
    rejected = [
        NewEvent(stream="Acme", event=RejectionReceived(), occurred_at=NOW, source_key=f"r{number}")
        for number in range(SNAPSHOT_INTERVAL)
    ]
    step(log, engine, *rejected[: SNAPSHOT_INTERVAL // 2])
    assert snapshot_position(log) == 1
    step(log, engine, *rejected[SNAPSHOT_INTERVAL // 2 :])
    assert snapshot_position(log) == SNAPSHOT_INTERVAL + 1


def snapshot_position(log: EventLog) -> int:
    with log.begin() as tx:
        return int(tx.connection.exec_driver_sql("SELECT position FROM read_models").scalar_one())


def test_f17_an_event_that_a_projection_cannot_take_is_set_aside_at_the_third_try(log: EventLog) -> None:
    engine = Engine([Counting(bad="Globex"), Total()])
    new = [wrote("a"), wrote("b", "Globex"), wrote("c")]
    first = step(log, engine, *new)
    assert first["counting"].seen == {"Acme": 1}
    assert first["total"] == 3
    assert engine.warnings == ["The projection counting could not take event 2 (ValueError): it is tried again."]
    assert step(log, engine)["counting"].seen == {"Acme": 1}
    assert step(log, engine)["counting"].seen == {"Acme": 2}
    assert "goes on without event 2" in engine.warnings[0]
    assert step(log, engine, wrote("d"))["counting"].seen == {"Acme": 3}
    assert engine.warnings == []


def test_f17_the_tries_outlive_the_process(log: EventLog) -> None:
    step(log, Engine([Counting(bad="Globex")]), wrote("a"), wrote("b", "Globex"), wrote("c"))
    step(log, Engine([Counting(bad="Globex")]))
    assert step(log, Engine([Counting(bad="Globex")]))["counting"].seen == {"Acme": 2}
    assert step(log, Engine([Counting(bad="Globex")]), wrote("d"))["counting"].seen == {"Acme": 3}


def test_f17_a_mended_projection_takes_the_event(log: EventLog) -> None:
    for _ in range(3):
        step(log, Engine([Counting(bad="Globex")]), wrote("a"), wrote("b", "Globex"))
    assert step(log, Engine([Counting(version=2)]))["counting"].seen == {"Acme": 1, "Globex": 1}


def test_f18_an_unknown_event_is_passed_over_with_a_warning(log: EventLog) -> None:
    engine = Engine([Counting()])
    step(log, engine, wrote("a"))
    insert_unknown(log, position=2)
    assert step(log, engine, wrote("c"))["counting"].seen == {"Acme": 2}
    assert engine.warnings == ["Event 2 (MoonLanded, version 1) is not known, and skipped."]
    with log.begin() as tx:
        assert engine.rebuild(tx) == {"counting": True}


def insert_unknown(log: EventLog, position: int) -> None:
    with log.begin() as tx:
        tx.connection.exec_driver_sql(
            "INSERT INTO events VALUES ('me', ?, 'moon', 1, 'MoonLanded', 1, 0, 0, 'moon', X'7B7D')", (position,)
        )


def test_rebuilding_says_whether_the_same_had_stood(log: EventLog) -> None:
    engine = Engine([Counting(), Total()])
    step(log, engine, wrote("a"), wrote("b", "Globex"))
    with log.begin() as tx:
        assert engine.rebuild(tx) == {"counting": True, "total": True}
    with log.begin() as tx:
        tx.connection.exec_driver_sql("UPDATE read_models SET state = X'07', version = 1 WHERE projection = 'total'")
    again = Engine([Counting(), Total()])
    with log.begin() as tx:
        assert again.rebuild(tx) == {"counting": True, "total": False}
    assert step(log, Engine([Counting(), Total()]))["total"] == 2


def test_the_current_states_are_those_that_the_engine_has(log: EventLog, path: Path) -> None:
    engine = Engine([Counting(), Total()])
    step(log, engine, wrote("a"), wrote("b", "Globex"))
    with log.begin() as tx:
        tx.append([wrote("c")], recorded_at=NOW - timedelta(days=1))
        tx.set_cursor("post", b"7", NOW)
    current = load_current_states(f"sqlite:///{path}", [Counting(), Total()])
    assert current is not None
    assert current.head_position == 3
    assert current.positions == {"counting": 2, "total": 2}
    assert current.sources == {"post": SourceState(cursor=b"7", read_at=NOW)}
    assert current.recorded_until == NOW
    states = step(log, engine)
    assert all(is_same(current.states[name], states[name]) for name in states)


def test_the_current_states_of_no_log_are_none(path: Path) -> None:
    assert load_current_states(f"sqlite:///{path}", PROJECTIONS) is None
    assert list(read_events(f"sqlite:///{path}")) == []
    assert not path.exists()


def test_the_current_states_of_a_new_log_are_empty(log: EventLog, path: Path) -> None:
    current = load_current_states(f"sqlite:///{path}", [Total()])
    assert current is not None
    assert (current.states, current.head_position, current.recorded_until) == ({"total": 0}, 0, None)
    assert list(read_events(f"sqlite:///{path}")) == []


def test_events_without_the_database_library_are_the_logs(log: EventLog, path: Path) -> None:
    step(log, Engine([]), *(wrote(str(number)) for number in range(1100)))
    assert list(read_events(f"sqlite:///{path}")) == list(log.read())
    assert list(read_events(f"sqlite:///{path}", owner="somebody")) == []


def test_folding_for_a_moment_passes_over_what_a_projection_cannot_take(log: EventLog) -> None:
    step(log, Engine([]), wrote("a"), wrote("b", "Globex"), wrote("c"))
    until = [each for each in log.read() if each.position < 3]
    assert fold([Total()], until) == {"total": 2}
    assert fold([Counting(bad="Globex"), Total()], log.read())["total"] == 3


def test_looking_needs_no_database_library() -> None:
    program = "import sys, projections.current_states; print(sorted({'sqlalchemy', 'structlog'} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["Acme", "Globex", "Initech"]), st.booleans(), st.booleans()), max_size=12))
def test_replay_is_live(tmp_path_factory: pytest.TempPathFactory, course: list[tuple[str, bool, bool]]) -> None:
    path = tmp_path_factory.mktemp("log") / "log.db"
    log = EventLog.open(f"sqlite:///{path}")
    engine = Engine([*PROJECTIONS, Counting(), Total()])
    for number, (company, caught_up, restarted) in enumerate(course):
        engine = Engine([*PROJECTIONS, Counting(), Total()]) if restarted else engine
        with log.begin() as tx:
            tx.append([wrote(str(number), company)], recorded_at=NOW)
            if caught_up:
                engine.catch_up(tx)
    live = step(log, engine)
    replayed = fold([*PROJECTIONS, Counting(), Total()], log.read())
    current = load_current_states(f"sqlite:///{path}", [*PROJECTIONS, Counting(), Total()])
    log.close()
    assert current is not None
    assert all(is_same(live[name], replayed[name]) and is_same(live[name], current.states[name]) for name in replayed)
