"""The recipe's parts on examples that a person can follow; the network itself is tested by use."""

import json
import random

import pytest
import torch
from safetensors.torch import save_file

from eval.cases import Case
from eval.training.calibrating import (
    Asked,
    best_weights,
    fitted,
    reranked,
)
from eval.training.detokenizing import detokenized
from eval.training.encoding import Encoded, batches, collated, encoded, passage_mask
from eval.training.examples import Example
from eval.training.fitting import Fit, fit, loss_of
from eval.training.negatives import hard_negatives
from eval.training.recipe import mean_of
from eval.training.sources import pairs, qamr, qed, sources_in, squad
from index.errors import SuiteError
from index.records import Chunk, Hit
from rag.readers.span.candidates import Candidate, Weights
from rag.readers.span.network import SpanNetwork, tokenizer
from rag.readers.span.spans import MOST_TOKENS

PASSAGE = "Rollo was a Viking. He ruled Normandy from 911."


@pytest.fixture(scope="module")
def words():
    return tokenizer()


def said(example, row):
    """The texts of the right spans."""
    return [
        example.passage[row.offsets[first][0] : row.offsets[last][1]] for first, last in row.right
    ]


class TestSources:
    def test_squad_gives_spans_of_the_passage(self, tmp_path):
        question = {
            "id": "1",
            "question": "When?",
            "answers": [{"text": "911", "answer_start": 43}],
        }
        silent = {
            "id": "2",
            "question": "Who?",
            "answers": [],
            "is_impossible": True,
            "plausible_answers": [{"text": "Rollo", "answer_start": 0}],
        }
        article = {"title": "N", "paragraphs": [{"context": PASSAGE, "qas": [question, silent]}]}
        path = tmp_path / "squad.json"
        path.write_text(json.dumps({"data": [article]}), encoding="utf-8")
        first, second = squad(path)
        assert first == Example("When?", PASSAGE, ((43, 46),), article="N")
        assert (second.answers, second.is_answered) == ((), False)
        assert second.plausible == ((0, 5),)

    def test_qamr_gives_the_words_at_the_positions(self, tmp_path):
        (tmp_path / "qamr-wiki-sentences.tsv").write_text("s1\tHe -LRB- Rollo -RRB- ruled .\n")
        rows = ["s1\tx\tx\tx\tx\tWho ruled?\t2\tx\tx", "s1\tx\tx\tx\tx\tWho ruled?\t1 2 3\tx\tx"]
        (tmp_path / "qamr-filtered-dev.tsv").write_text("\n".join(rows))
        (example,) = qamr(tmp_path)
        assert example.passage == "He (Rollo) ruled."
        assert [example.passage[slice(*span)] for span in example.answers] == ["(Rollo)", "Rollo"]

    def test_qed_keeps_its_offsets(self, tmp_path):
        row = {
            "title_text": "T",
            "question_text": "when did he rule",
            "paragraph_text": PASSAGE,
            "original_nq_answers": [[{"start": 43, "end": 46, "string": "911"}]],
        }
        (tmp_path / "qed.jsonlines").write_text(json.dumps(row) + "\n")
        (example,) = qed(tmp_path / "qed.jsonlines")
        assert example == Example("when did he rule?", PASSAGE, ((43, 46),), article="T")

    def test_pairs_get_their_neighbours_around_them(self, tmp_path):
        sentences = [f"sentence {number} ." for number in range(9)]
        (tmp_path / "nqg-sentences.txt").write_text("\n".join(sentences))
        (tmp_path / "nqg-questions.txt").write_text("\n".join(f"what is {n} ?" for n in range(9)))
        found = list(pairs(tmp_path, seed=0))
        for number, example in enumerate(found):
            assert example.question == f"what is {number}?"
            assert example.passage[slice(*example.sentence)] == f"sentence {number}."
        assert len({example.passage.count(".") for example in found}) > 1

    def test_what_is_missing_is_named(self, tmp_path):
        with pytest.raises(SuiteError, match=r"lacks squad2-part-a\.json, policyqa-test\.json"):
            sources_in(tmp_path, without=(), seed=0)


def test_words_of_the_treebank_become_text():
    text, spans = detokenized("`` I ca n't pay $ 5 , '' he said .".split())
    assert text == "“I can't pay $5,” he said."
    assert [text[slice(*span)] for span in spans[:4]] == ["“", "I", "ca", "n't"]


class TestEncoding:
    def test_the_answer_s_tokens_are_right(self, words):
        example = Example("Who ruled?", PASSAGE, ((0, 5), (0, 18)))
        (row,) = encoded([example], words)
        assert said(example, row) == ["Rollo", "Rollo was a Viking"]
        assert not passage_mask(row)[row.right[0][0] - 1]

    def test_every_span_of_a_known_sentence_may_be_the_answer(self, words):
        example = Example("When?", PASSAGE, sentence=(20, 47))
        (row,) = encoded([example], words)
        read = "".join(PASSAGE[slice(*row.offsets[token])] for token in row.known)
        assert (read, row.right) == ("HeruledNormandyfrom911.", [])
        batch = collated([row])
        assert batch.right.sum().item() == 6 * 7 / 2  # six tokens: 6 of one, 5 of two, ...
        assert batch.right[0, row.known[0], 5]
        assert not batch.right[0, row.known[0], 6]

    def test_without_an_answer_the_first_token_is_right(self, words):
        (row,) = encoded([Example("When?", PASSAGE)], words)
        assert (row.right, row.known, row.tempting) == ([(0, 0)], [], [])

    def test_what_only_looks_like_an_answer_is_kept_beside_it(self, words):
        example = Example("When?", PASSAGE, plausible=((0, 5),))
        (row,) = encoded([example], words)
        assert row.right == [(0, 0)]
        assert said(example, row._replace(right=row.tempting)) == ["Rollo"]

    def test_an_answer_longer_than_any_span_is_left_out(self, words):
        long = "word " * 40
        assert list(encoded([Example("What?", long, ((0, len(long) - 1),))], words)) == []

    def test_of_a_long_passage_the_part_with_the_answer_is_read(self, words):
        passage = "Nothing is said here. " * 200 + PASSAGE
        start = passage.index("911")
        example = Example("When?", passage, ((start, start + 3),))
        (row,) = encoded([example], words)
        assert len(row.inputs) <= 320
        assert said(example, row) == ["911"]

    def test_batches_hold_every_row_once_within_the_budget(self, words):
        examples = [Example("When?", "word " * (10 + 7 * number)) for number in range(40)]
        rows = list(encoded(examples, words))
        plan = batches(rows, draw=random.Random(0))
        assert sorted(number for batch in plan for number in batch) == list(range(40))
        for numbers in plan:
            batch = collated([rows[number] for number in numbers])
            assert batch.inputs.numel() <= 2_500
            assert batch.mask.sum().item() == sum(len(rows[number].inputs) for number in numbers)
        assert plan == batches(rows, draw=random.Random(0))


def test_negatives_are_near_and_do_not_answer():
    passages = [PASSAGE, "Vikings ruled Normandy.", "He ruled in 911 as well.", "Bees hum."]
    example = Example("Who ruled Normandy in 911?", PASSAGE, ((43, 46),))
    found = list(hard_negatives([example, Example("the?", PASSAGE)], passages, seed=0))
    assert found == [Example(example.question, "Vikings ruled Normandy.")]


class TestLoss:
    """Four tokens: "not answered here", one of the question, two of the passage.

    Of the passage's spans its first token alone has the odds 2, its second 4, and both together 1;
    "not answered here" has 1. All else is not possible, whatever its score.
    """

    def sums(self):
        odds = torch.full((1, 4, MOST_TOKENS), 100.0)
        odds[0, 0, 0], odds[0, 2, 0], odds[0, 2, 1], odds[0, 3, 0] = 1, 2, 1, 4
        return torch.log(odds)

    def batch(self, *right, known=(), tempting=()):
        offsets = [(0, 0), (0, 0), (0, 1), (1, 2)]
        return collated(
            [Encoded([0] * 4, [0] * 4, offsets, list(right), list(known), list(tempting))]
        )

    def ratio(self, batch):
        """What the loss says the right spans' probability is."""
        return torch.exp(-loss_of(self.sums(), batch)).item()

    def test_the_probabilities_of_all_right_spans_are_summed(self):
        assert self.ratio(self.batch((3, 3))) == pytest.approx(4 / 8)
        assert self.ratio(self.batch((2, 2), (3, 3))) == pytest.approx(6 / 8)
        assert self.ratio(self.batch((0, 0))) == pytest.approx(1 / 8)

    def test_of_a_known_sentence_every_span_is_summed(self):
        assert self.ratio(self.batch(known=(2, 3))) == pytest.approx(7 / 8)

    def test_what_only_looks_like_an_answer_counts_half_and_within_the_passage(self):
        batch = self.batch((0, 0), tempting=((2, 2),))
        # 1 of 8 for "not answered", and 2 of the passage's 7 with half the weight
        assert self.ratio(batch) == pytest.approx(1 / 8 * (2 / 7) ** 0.5)


def test_the_mean_of_weights_is_taken_name_by_name(tmp_path):
    for number, value in enumerate((1.0, 4.0)):
        save_file({"a": torch.tensor([value, 0.0])}, tmp_path / f"{number}.safetensors")
    found = mean_of([tmp_path / "0.safetensors", tmp_path / "1.safetensors"])
    assert {name: value.tolist() for name, value in found.items()} == {"a": [2.5, 0.0]}


@pytest.mark.slow
def test_a_training_that_was_stopped_comes_to_the_same_weights(words, tmp_path, monkeypatch):
    monkeypatch.setattr("eval.training.encoding.BUDGET", 60)
    monkeypatch.setattr("eval.training.fitting.SAVED_EVERY", 1)
    examples = [Example(f"When, {n}?", PASSAGE, ((43, 46),)) for n in range(12)]
    rows, wanted = list(encoded(examples, words)), Fit("pass", 1e-3, seed=0)
    losses: list[float] = []

    def stop(step, steps, loss):
        if step == 3:
            raise KeyboardInterrupt

    def trained(told):
        torch.manual_seed(0)
        network = SpanNetwork()
        fit(network, rows, wanted, folder=tmp_path, told=told)
        return network.trained()

    whole = trained(lambda step, steps, loss: losses.append(loss))
    assert len(losses) > 3
    assert losses[-1] < losses[0]
    with pytest.raises(KeyboardInterrupt):
        trained(stop)
    parts = trained(lambda *told: None)
    assert list(tmp_path.iterdir()) == []
    for name, value in whole.items():
        torch.testing.assert_close(parts[name], value, msg=name)


def candidate(number, text, score, retrieval, *, no_answer=0.0, words=0.0):
    chunk = Chunk(number, "d", 0, len(text), text, ((0, len(text)),))
    span = (0, len(text))
    hit = Hit(chunk, retrieval, {})
    return Candidate(hit, retrieval, span, span, score, no_answer, words, score)


def test_the_weights_are_the_least_that_get_most_right():
    case = Case("1", "?", ("right",))
    found = [
        Asked(case, True, [candidate(1, "wrong", 5.0, 0.1), candidate(2, "right", 3.0, 0.5)]),
        Asked(case, True, [candidate(1, "right", 5.0, 0.1), candidate(2, "wrong", 4.9, 0.1)]),
    ]
    # 3 + .5 w > 5 + .1 w from w = 5 on; at 5 it is a tie, at 10 the second wins
    assert best_weights(found) == (10.0, 0.0)
    assert [each.hit.chunk.id for each in reranked(found[0].candidates, Weights(10.0, 0.0))] == [
        2,
        1,
    ]
    found.append(
        Asked(
            case,
            True,
            [candidate(1, "wrong", 9.0, 0.1), candidate(2, "right", 3.0, 0.1, words=1.0)],
        )
    )
    assert best_weights(found) == (10.0, 8.0)  # 3 + 8 > 9


def test_a_calibration_is_surer_of_what_is_right():
    case = Case("1", "?", ("right",))
    draw = random.Random(0)
    found = []
    for _ in range(200):
        good = draw.random() < 0.5
        margin = draw.gauss(4 if good else -4, 2)
        found.append(Asked(case, good, [candidate(1, "right", margin, 0.5)]))
    calibration, probabilities, right = fitted(found, weights=Weights(0.0, 0.0))
    assert right == [each.answerable for each in found]
    surest = [good for _, good in sorted(zip(probabilities, right, strict=True), reverse=True)]
    assert sum(surest[:80]) >= 78
    assert calibration.weights["gap"] == 0.0  # never differs here
    share = {True: 4 / sum(right), False: 1 / (len(right) - sum(right))}  # as it is asked for
    mean = sum(share[good] * ratio for good, ratio in zip(right, probabilities, strict=True)) / 5
    assert abs(mean - 4 / 5) < 0.01
