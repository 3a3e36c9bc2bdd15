"""The file of a run and its journal: what is written comes back, and only what belongs goes on."""

import json
from dataclasses import replace

import pytest

from eval.cases import Case
from eval.figures import figures
from eval.outcome_json import outcome_from, outcome_json
from eval.outcomes import GivenQuote, Outcome, Ranks, Run
from eval.run_file import Journal, read_run, run_json, write_run
from index.errors import SuiteError

QUOTE = GivenQuote("It is 1682 \u2028😀.", True, "a.md", "A", "line 3", 5, 18, (11, 15), "be", "af")
FULL = Outcome(
    case=Case("1", "When?", ("1682", "1683"), ("It is 1682.",), "a.md", "line 3", ("x", "y")),
    status="answered",
    label="right",
    prediction="1682",
    guess="1682",
    score=1.25,
    confidence=0.5,
    quotes=(QUOTE, GivenQuote("made up", False)),
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
    assert outcome_from(json.loads(json.dumps(outcome_json(outcome)))) == outcome


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
    assert row["cases"][2]["status"] == "failed"
    assert "answers" not in row["cases"][3]
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
            "was changed since it was written",
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


class TestJournal:
    @pytest.fixture
    def path(self, tmp_path):
        return tmp_path / "run.json"

    @pytest.fixture
    def interrupted(self, path):
        with Journal.begin(path, signature=SIGNATURE) as journal:
            for outcome in OUTCOMES[:2]:
                journal.add(outcome)
        return path.with_name("run.json.partial")

    def test_a_run_goes_on_with_what_was_kept(self, path, interrupted):
        with Journal.resume(path, signature=SIGNATURE) as journal:
            assert journal.done == {"1": OUTCOMES[0], "2": OUTCOMES[1]}
            journal.add(OUTCOMES[2])
        again = Journal.resume(path, signature=SIGNATURE)
        assert list(again.done) == ["1", "2", "3"]

    def test_every_outcome_is_on_disk_before_the_next(self, path):
        with Journal.begin(path, signature=SIGNATURE) as journal:
            journal.add(FULL)
            lines = path.with_name("run.json.partial").read_text("utf-8").splitlines()
            assert [json.loads(line).get("id") for line in lines] == [None, "1"]

    @pytest.mark.parametrize("cut", [1, 20, 100])
    def test_a_line_cut_short_is_asked_again(self, path, interrupted, cut):
        content = interrupted.read_bytes()
        interrupted.write_bytes(content[:-cut])
        done = Journal.resume(path, signature=SIGNATURE).done
        assert done == {"1": OUTCOMES[0]}
        assert interrupted.read_bytes().endswith(b"\n")  # the cut line is gone

    def test_a_journal_cut_in_its_first_line_holds_nothing(self, path, interrupted):
        interrupted.write_bytes(interrupted.read_bytes()[:10])
        assert Journal.resume(path, signature=SIGNATURE).done == {}

    def test_another_signature_is_refused_by_what_differs(self, path, interrupted):
        with pytest.raises(SuiteError) as caught:
            Journal.resume(path, signature=SIGNATURE | {"reader": "other", "limit": "3"})
        assert str(caught.value) == (
            f"{interrupted} was made otherwise (reader was 'fake' and is 'other'; limit was '' and "
            "is '3'), so this run cannot go on from it; leave --resume out to begin anew"
        )

    def test_a_run_that_was_finished_has_nothing_left(self, path):
        write_run(path, RUN, figures(RUN.outcomes))
        journal = Journal.resume(path, signature=SIGNATURE)
        assert journal.done == {outcome.case.id: outcome for outcome in OUTCOMES}
        with pytest.raises(SuiteError, match="reader was 'fake' and is 'other'"):
            Journal.resume(path, signature=SIGNATURE | {"reader": "other"})

    def test_the_journal_is_newer_than_the_run(self, path, interrupted):
        other = replace(RUN, signature=SIGNATURE | {"reader": "older"})
        write_run(path, other, figures(RUN.outcomes))
        assert list(Journal.resume(path, signature=SIGNATURE).done) == ["1", "2"]

    def test_nothing_to_go_on_with_is_a_beginning(self, path):
        assert Journal.resume(path, signature=SIGNATURE).done == {}

    def test_beginning_anew_forgets(self, path, interrupted):
        assert Journal.begin(path, signature=SIGNATURE).done == {}
        assert Journal.resume(path, signature=SIGNATURE).done == {}

    def test_it_is_dropped_once_the_run_was_written(self, path, interrupted):
        Journal.drop(path)
        assert not interrupted.exists()
