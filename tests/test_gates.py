"""Gates: which figures break them, and what is said of it."""

import pytest

from eval.figures import figures
from eval.gates import Limit, Verdict, ceilings, drops, floors, parsed_limit
from eval.run_file import read_run, write_run
from index.errors import SuiteError
from tests.runs import outcome, run

HALF = run(outcome("1", f1=1.0, seconds=0.5), outcome("2", "reader_missed", f1=0.0, seconds=0.1))


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("F1=.70", Limit("F1", 0.7)),
        (" em = 1", Limit("EM", 1.0)),
        ("ndcg@10=0.5", Limit("nDCG@10", 0.5)),
        ("p95=1e-1", Limit("p95", 0.1)),
    ],
)
def test_limits_are_read_in_any_case(text, limit):
    assert parsed_limit(text) == limit


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("F1", "'F1' is not NAME=NUMBER, such as F1=.70"),
        ("F1=high", "'F1=high' is not NAME=NUMBER"),
        ("F1=nan", "'F1=nan' is not NAME=NUMBER"),
        ("F1=inf", "'F1=inf' is not NAME=NUMBER"),
        ("F1=70", "F1 is a ratio, from 0 to 1; 70 is not"),
        ("best_F1_threshold=1", "best_F1_threshold is neither better nor worse when it is higher"),
        ("accuracy=.7", "'accuracy' is no measure; they are EM, F1, HasAns_EM"),
    ],
)
def test_a_limit_that_means_nothing_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        parsed_limit(text)


def test_a_floor_is_kept_at_its_very_value():
    found = figures(HALF.outcomes)
    assert floors([Limit("F1", 0.5), Limit("EM", 0.51)], found) == [
        Verdict("--fail-under F1=0.5", False, "F1 is .500; at least .500 was expected"),
        Verdict("--fail-under EM=0.51", True, "EM is .500; at least .510 was expected"),
    ]


def test_a_ceiling_is_kept_at_its_very_value():
    found = figures(HALF.outcomes)
    assert ceilings([Limit("p95", 0.5), Limit("p50", 0.05)], found) == [
        Verdict("--fail-over p95=0.5", False, "p95 is 500 ms; at most 500 ms was expected"),
        Verdict("--fail-over p50=0.05", True, "p50 is 100 ms; at most 50 ms was expected"),
    ]


def test_a_measure_without_a_value_breaks_its_gate():
    (verdict,) = floors([Limit("AUROC", 0.5)], figures(HALF.outcomes))
    assert verdict.broken
    assert verdict.words == "AUROC has no value in this run; at least .500 was expected"


class TestDrops:
    BETTER = run(outcome("1", seconds=0.1), outcome("2", seconds=0.1))

    def broken(self, name, limit, baseline=BETTER, now=HALF, *, significant=False):
        (verdict,) = drops(
            [Limit(name, limit)], baseline, now, name="base.json", significant=significant
        )
        return verdict.broken

    def test_a_fall_by_more_than_the_limit_breaks_it(self):
        assert self.broken("F1", 0.49)
        assert not self.broken("F1", 0.5)
        assert not self.broken("F1", 0.0, self.BETTER, self.BETTER)

    def test_a_fall_by_just_the_limit_does_not(self):
        for right in range(1, 101):  # .01 less than each hundredth, whatever its last digits
            runs = [
                run(
                    *(outcome(str(n), "right" if n < kept else "reader_missed") for n in range(100))
                )
                for kept in (right, right - 1)
            ]
            assert not self.broken("right", 0.01, *runs)

    def test_a_run_is_never_worse_than_itself_read_back(self, tmp_path):
        thirds = run(*(outcome(str(n), f1=2 / 3) for n in range(30)))
        write_run(tmp_path / "run.json", thirds, {})
        assert not self.broken("F1", 0.0, read_run(tmp_path / "run.json"), thirds)

    def test_a_rise_never_does(self):
        assert not self.broken("F1", 0.0, HALF, self.BETTER)

    def test_less_is_better_for_latency(self):
        assert self.broken("p95", 0.3)
        assert not self.broken("p95", 0.0, HALF, self.BETTER)

    def test_only_what_chance_does_not_explain_counts_when_asked(self):
        assert not self.broken("F1", 0.1, significant=True)  # two cases prove nothing
        many = [run(*(outcome(str(n), f1=f1) for n in range(30))) for f1 in (1.0, 0.0)]
        assert self.broken("F1", 0.1, *many, significant=True)

    def test_what_happened_is_told(self):
        (verdict,) = drops([Limit("F1", 0.1)], self.BETTER, HALF, name="b", significant=False)
        assert verdict.gate == "--max-drop F1=0.1"
        assert verdict.words.startswith("F1 went from 1.000 to .500 (p = ")
        assert verdict.words.endswith("); .100 worse is the most")

    def test_a_measure_that_one_run_lacks_breaks_it(self):
        (verdict,) = drops([Limit("ECE", 0.1)], self.BETTER, HALF, name="b", significant=False)
        assert verdict.broken

    def test_another_mode_is_no_baseline(self):
        with pytest.raises(SuiteError, match="b was asked in reading mode and this run in open"):
            drops(
                [Limit("F1", 0.1)],
                run(outcome("1"), mode="reading"),
                run(outcome("1")),
                name="b",
                significant=False,
            )

    def test_other_cases_are_no_baseline(self):
        more = run(outcome("1"), outcome("2"), outcome("3"))
        with pytest.raises(SuiteError, match="b and this run share 2 cases, and 1 stand in one"):
            drops([Limit("F1", 0.1)], more, HALF, name="b", significant=False)
