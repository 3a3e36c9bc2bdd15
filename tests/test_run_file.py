"""The file of a run and its journal: what is written comes back, and only what belongs goes on."""

import json
from dataclasses import replace

import pytest

from eval.cases import Case
from eval.figures import figures
from eval.journal import drop_journal, open_journal
from eval.outcome_json import outcome_from, outcome_json
from eval.outcomes import KeptQuote, Outcome, Ranks, Run
from eval.run_file import read_run, run_json, write_run
from index.errors import SuiteError

QUOTE = KeptQuote("It is 1682 \u2028😀.", True, "a.md", "A", "line 3", 5, 18, (11, 15), "be", "af")
FULL = Outcome(
    case=Case("1", "When?", ("1682", "1683"), ("It is 1682.",), "a.md", "line 3", ("x", "y")),
    status="answered",
    label="right",
    prediction="1682",
    guess="1682",
    score=1.25,
    confidence=0.5,
    quotes=(QUOTE, KeptQuote("made up", False)),
    ranks=Ranks(1, None, 3),
    values={"f1": 1.0, "exact_match": 1.0},
    seconds=0.25,
)
OUTCOMES = (
    FULL,
    Outcome(Case("2", "Who?", ()), "not_found", "rightly_silent", values={"f1": 1.0}),
    Outcome(Case("3", "?", ("x",)), None, "failed", values={"f1": 0.0}, error="RuntimeError: no"),
    Outcome(Case("4", "?", None, relevant={"d": 2}), "related", "right", values={"MRR": 0.5}),
)
SIGNATURE = {"suite": "s.jsonl", "suite_hash": "0", "reader": "fake"}
RUN = Run(SIGNATURE, OUTCOMES, {"jobs": "2"})


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: outcome.label)
def test_an_outcome_comes_back_as_it_was(outcome):
    assert outcome_from(json.loads(json.dumps(outcome_json(outcome))), where="x") == outcome


def test_a_run_comes_back_as_it_was(tmp_path):
    write_run(tmp_path / "run.json", RUN, figures(RUN.outcomes))
    assert read_run(tmp_path / "run.json") == RUN
    assert list(tmp_path.iterdir()) == [tmp_path / "run.json"]


def test_the_file_has_figures_and_tags_for_other_programs():
    row = run_json(RUN, figures(RUN.outcomes))
    assert (row["schema_version"], row["kind"]) == (2, "pincite run")
    assert row["figures"]["F1"]["value"] == pytest.approx(2 / 3, abs=1e-6)
    assert row["figures"]["F1"]["cases"] == 3
    assert row["tags"]["x"]["cases"] == 1
    assert row["tags"]["x"]["F1"] == 1.0
    assert row["cases"][2]["status"] is None
    assert row["cases"][3]["answers"] is None
    assert "Infinity" not in json.dumps(row)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("no json", "is no run: Expecting value"),
        ("[]", "is no run; a file that `pincite eval --json` wrote was expected"),
        ('{"figures": {}}', "is no run; a file that"),
        ('{"kind": "pincite comparison", "cases": 3}', "is no run; a file that"),
        ('{"schema_version": 1, "cases": []}', "is a run in version 1 of the format, and version"),
        (
            '{"schema_version": 2, "kind": "pincite run", "signature": {}, "conditions": {}, '
            '"cases": [{"id": "1"}]}',
            r"run\.json: cases\[0\]: case\.question: Field required; was the file changed by hand",
        ),
    ],
)
def test_a_file_that_is_no_run_of_this_version_is_refused(tmp_path, content, message):
    (tmp_path / "run.json").write_text(content, encoding="utf-8")
    with pytest.raises(SuiteError, match=message):
        read_run(tmp_path / "run.json")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SuiteError, match=r"run\.json cannot be read as a run: No such file"):
        read_run(tmp_path / "run.json")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("label", "fine"),
        ("status", "maybe"),
        ("values", {"f1": "high"}),
        ("values", [1]),
        ("values", {"f1": 1e400}),
        ("seconds", None),
        ("score", "high"),
        ("ranks", "first"),
        ("id", ["1"]),
        ("quotes", [{"text": "x", "verbatim": True, "answer": [1]}]),
        ("unknown", 1),
    ],
)
def test_an_outcome_changed_by_hand_is_refused_by_its_place(tmp_path, field, value):
    row = run_json(RUN, {})
    row["cases"][1] |= {field: value}
    (tmp_path / "run.json").write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(SuiteError, match=rf"run\.json: cases\[1\]: (.*{field}|f1 is inf)"):
        read_run(tmp_path / "run.json")


def test_a_case_twice_is_refused(tmp_path):
    row = run_json(RUN, {})
    row["cases"].append(row["cases"][0])
    (tmp_path / "run.json").write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(SuiteError, match="has two cases of one id"):
        read_run(tmp_path / "run.json")


def test_figures_of_a_run_that_was_read_are_exactly_the_same(tmp_path):
    thirds = Run(SIGNATURE, tuple(replace(o, values={"f1": 2 / 3}) for o in OUTCOMES[:2]), {})
    write_run(tmp_path / "run.json", thirds, {})
    again = read_run(tmp_path / "run.json")
    assert figures(again.outcomes) == figures(thirds.outcomes)


class TestJournal:
    @pytest.fixture
    def path(self, tmp_path):
        return tmp_path / "run.json"

    @staticmethod
    def opened(path, *, signature=SIGNATURE, resume=True, jobs="1"):
        return open_journal(path, signature=signature, conditions={"jobs": jobs}, resume=resume)

    def done(self, path, **options):
        with self.opened(path, **options) as journal:
            return journal.done

    @pytest.fixture
    def interrupted(self, path):
        with self.opened(path, resume=False) as journal:
            for outcome in OUTCOMES[:2]:
                journal.add(outcome)
        return path.with_name("run.json.partial")

    def test_a_run_goes_on_with_what_was_kept(self, path, interrupted):
        with self.opened(path) as journal:
            assert journal.done == {"1": OUTCOMES[0], "2": OUTCOMES[1]}
            journal.add(OUTCOMES[2])
        assert list(self.done(path)) == ["1", "2", "3"]

    def test_every_outcome_is_on_disk_before_the_next(self, path):
        with self.opened(path) as journal:
            journal.add(FULL)
            lines = path.with_name("run.json.partial").read_text("utf-8").splitlines()
            assert [json.loads(line).get("id") for line in lines] == [None, "1"]

    @pytest.mark.parametrize("cut", [1, 20, 100])
    def test_a_line_cut_short_is_asked_again(self, path, interrupted, cut):
        interrupted.write_bytes(interrupted.read_bytes()[:-cut])
        assert self.done(path) == {"1": OUTCOMES[0]}
        assert interrupted.read_bytes().endswith(b"\n")  # the cut line is gone

    def test_a_journal_cut_in_its_first_line_holds_nothing(self, path, interrupted):
        interrupted.write_bytes(interrupted.read_bytes()[:10])
        assert self.done(path) == {}

    @pytest.mark.parametrize("line", ["[]", "null", '{"schema_version": 2}', "nonsense", "{}"])
    @pytest.mark.parametrize("number", [0, 1])
    def test_a_line_changed_by_hand_is_refused_by_its_number(self, path, interrupted, line, number):
        lines = interrupted.read_text("utf-8").splitlines()
        lines[number] = line
        interrupted.write_text("\n".join([*lines, ""]), encoding="utf-8")
        with pytest.raises(SuiteError, match=rf"run\.json\.partial(:{number + 1}: | is a run in)"):
            self.done(path)

    def test_another_signature_is_refused_by_what_differs(self, path, interrupted):
        with pytest.raises(SuiteError) as caught:
            self.done(path, signature=SIGNATURE | {"reader": "other", "limit": "3"})
        assert str(caught.value) == (
            f"{path} was made otherwise (reader was 'fake' and is 'other'; limit was '' and is "
            "'3'), so this run cannot go on from it; leave --resume out and name another file to "
            "begin anew"
        )

    def test_the_conditions_of_both_parts_are_kept(self, path, interrupted):
        with self.opened(path, jobs="4") as journal:
            assert journal.conditions == {"jobs": "1, then 4"}

    def test_a_run_that_was_finished_has_nothing_left(self, path):
        write_run(path, RUN, figures(RUN.outcomes))
        assert self.done(path) == {outcome.case.id: outcome for outcome in OUTCOMES}
        with pytest.raises(SuiteError, match="reader was 'fake' and is 'other'"):
            self.done(path.with_name("run.json"), signature=SIGNATURE | {"reader": "other"})

    def test_the_journal_is_newer_than_the_run(self, path, interrupted):
        other = replace(RUN, signature=SIGNATURE | {"reader": "older"})
        write_run(path, other, figures(RUN.outcomes))
        assert list(self.done(path)) == ["1", "2"]

    def test_nothing_to_go_on_with_is_a_beginning(self, path):
        assert self.done(path) == {}

    def test_an_interrupted_run_is_not_lost_by_forgetting_to_resume(self, path, interrupted):
        with pytest.raises(SuiteError, match="holds 2 outcomes of a run that was interrupted; go"):
            self.done(path, resume=False)
        assert list(self.done(path)) == ["1", "2"]

    def test_two_runs_never_share_a_file(self, path):
        with (
            self.opened(path),
            pytest.raises(SuiteError, match="is being made by another process"),
        ):
            self.done(path)
        assert self.done(path) == {}  # the lock is gone

    def test_it_is_dropped_once_the_run_was_written(self, path, interrupted):
        drop_journal(path)
        drop_journal(path)  # once is enough, twice does no harm
        assert not interrupted.exists()
