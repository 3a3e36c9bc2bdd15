"""The span reader, with a stand-in for its network; then its files, good and bad."""

import hashlib
import itertools
import json
import math
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from index.embedding import load_embedder
from index.errors import SettingError
from index.records import Chunk, Found, Hit
from index.sentences import sentence_spans
from rag.answer import Claim, Draft
from rag.ask import ask, open_pipeline
from rag.readers import load_reader
from rag.readers.span.calibration import FEATURES, Calibration, features_of, log_odds, probability
from rag.readers.span.candidates import Weights
from rag.readers.span.card import ReaderCard, card_of
from rag.readers.span.opening import open_model
from rag.readers.span.reader import SpanReader
from rag.readers.span.scoring import Scores
from rag.readers.span.spans import MOST_TOKENS, best_spans
from rag.readers.span.trimming import trimmed
from rag.readers.span.weights import expected_shapes
from rag.readers.span.windows import batches, padded, windows_of
from rag.settings import Settings
from tests.span_scoring import OTHER, bundled_tokenizer, opened

SIGNED = "It rained. The treaty was signed in Paris in 1905. Bees hum."


def hit(text, *, number=1, start=0, score=0.5, document=None, cosine=0.5):
    spans = tuple(
        (first + start, last + start) for first, last in sentence_spans(text, 0, len(text))
    )
    chunk = Chunk(number, document or f"d{number}", start, start + len(text), text, spans)
    found = {} if cosine is None else {"vectors": Found(number, cosine)}
    return Hit(chunk, score, found)


def reader(scores, threshold=None, **options):
    return SpanReader(load_embedder("hashing"), threshold, weights=opened(scores, **options))


def answers(candidates):
    return [candidate.text for candidate in candidates if candidate.score > OTHER]


# spans of one window


def test_the_best_spans_are_those_of_trying_all():
    draw = np.random.default_rng(7)
    starts, ends = draw.normal(size=(2, 60)).astype(np.float32)
    allowed = draw.random(60) < 0.7
    tried = [
        (float(starts[first] + ends[last]), first, last)
        for first, last in itertools.product(range(60), repeat=2)
        if allowed[first] and allowed[last] and 0 <= last - first < MOST_TOKENS
    ]
    expected = sorted(tried, reverse=True)[:8]
    found = best_spans(starts, ends, allowed, k=8)
    assert [(span.score, span.first, span.last) for span in found] == expected
    longer = np.zeros((60, MOST_TOKENS), np.float32)
    longer[:, 2] = 100.0  # of three tokens
    (best,) = best_spans(starts, ends, allowed, together=longer, k=1)
    three = [each for each in tried if each[2] - each[1] == 2]
    assert (best.score - 100.0, best.first, best.last) == pytest.approx(max(three), abs=1e-4)


def test_equal_spans_come_in_order_and_there_may_be_fewer_than_asked_for():
    same, allowed = np.zeros(3, np.float32), np.array([False, True, True])
    found = best_spans(same, same, allowed, k=2)
    assert [(span.first, span.last) for span in found] == [(1, 1), (1, 2)]
    assert len(best_spans(same, same, allowed, k=50)) == 3
    assert best_spans(same, same, np.zeros(3, bool), k=2) == []


# windows


def test_windows_overlap_and_hold_every_word_at_its_place_in_the_document():
    text = " ".join("one two three four five six seven eight nine ten".split() * 6)
    # 32 tokens less [CLS] who [SEP] and [SEP] are 28 of the passage, and 10 are read twice
    windows = windows_of("who", [hit(text, start=500)], bundled_tokenizer(), most=32)
    words = [
        [text[start - 500 : end - 500] for start, end in window.offsets[window.allowed]]
        for window in windows
    ]
    assert sorted(map(len, words)) == [24, 28, 28]
    assert all(
        tokens == bundled_tokenizer().convert_ids_to_tokens(window.inputs[window.allowed].tolist())
        for tokens, window in zip(words, windows, strict=True)
    )
    starts = sorted(int(window.offsets[window.allowed][0, 0]) for window in windows)
    each = text.split()
    assert starts == [500 + len(" ".join(each[:n])) + (n > 0) for n in (0, 18, 36)]
    assert [window.types.tolist() for window in windows] == [
        [0] * 3 + [1] * (len(tokens) + 1) for tokens in words
    ]


def test_a_long_question_is_cut_and_the_passage_is_still_read_whole():
    (window,) = windows_of("why " * 300, [hit("Bees hum.")], bundled_tokenizer(), most=384)
    assert len(window.inputs) == 1 + 64 + 1 + 3 + 1
    assert window.offsets[window.allowed].tolist() == [[0, 4], [5, 8], [8, 9]]


def test_batches_keep_to_the_budget_and_a_window_over_it_goes_alone():
    hits = [hit("bees " * n, number=n) for n in (2, 2, 3, 9, 30)]
    windows = windows_of("who", hits, bundled_tokenizer(), most=384)
    lengths = [[len(window.inputs) for window in batch] for batch in batches(windows, budget=14)]
    assert lengths == [[6, 6], [7], [13], [34]]


def test_rows_are_padded_to_the_longest():
    hits = [hit("bees", number=1), hit("bees hum", number=2)]
    tokens = padded(windows_of("who", hits, bundled_tokenizer(), most=384), padding=9)
    assert tokens.mask.tolist() == [[1, 1, 1, 1, 1, 0], [1] * 6]
    assert tokens.inputs[0, 5] == 9
    assert tokens.types.tolist() == [[0, 0, 0, 1, 1, 0], [0, 0, 0, 1, 1, 1]]


# trimming


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("He came from Paris.", " Paris.", "Paris"),
        ("He came from Paris, he said.", "Paris,", "Paris"),
        ("In the U.S. Army.", "the U.S.", "the U.S."),
        ("Apple Inc. was founded.", "Apple Inc.", "Apple Inc."),
        ("It is 3.5.", "3.5.", "3.5"),
        ("Jerry Yang of Yahoo! said so.", "Yahoo!", "Yahoo!"),
        ("He said “go home” twice.", "“go home”", "“go home”"),
        ("He said “go home” twice.", "go home”", "go home"),
        ('He said "go home" twice.', '"go home', "go home"),
        ("Paris (France) is old.", "Paris (France)", "Paris (France)"),
        ("Paris (France) is old.", "(France", "France"),
        ("It rained (much).", "much).", "much"),
        ("A cafe\N{COMBINING ACUTE ACCENT} there.", "cafe", "cafe\N{COMBINING ACUTE ACCENT}"),
        ("We ate \N{SLICE OF PIZZA}.", "\N{SLICE OF PIZZA}.", "\N{SLICE OF PIZZA}"),
        ("What? Nothing.", "? ", None),
    ],
)
def test_an_answer_has_the_words_and_not_the_punctuation_around(text, words, expected):
    start = text.index(words)
    span = trimmed(text, start, start + len(words))
    assert (span and text[slice(*span)]) == expected


# reading


def test_the_quote_is_the_sentence_and_the_answer_is_marked_in_document_offsets():
    draft = reader({"paris": (3, 4)}).read("Where?", [hit(SIGNED, start=100)])
    sentence = "The treaty was signed in Paris in 1905."
    claim = Claim(1, "d1", 111, 150, sentence, 7.0, (136, 141))
    assert draft == Draft((claim,), score=7.0)


def test_start_and_end_are_chosen_together():
    scores = {"paris": (3, 1), "1905": (2, 5), "bees": (9, OTHER)}
    draft = reader(scores).read("Where?", [hit(SIGNED)])
    assert SIGNED[slice(*draft.claims[0].answer)] == "Paris in 1905"
    assert draft.score == 8.0


def test_an_answer_is_never_in_the_question():
    candidates = reader({"paris": (30, 30), "hum": (1, 1)}).candidates("Paris?", [hit("Bees hum.")])
    assert answers(candidates) == ["hum"]


def test_an_answer_over_several_sentences_has_them_all_and_at_most_three():
    text = "Bees hum. Ants walk. Wasps sting. Moths fly."
    three = reader({"hum": (1, OTHER), "wasps": (OTHER, 2)}).read("What?", [hit(text)])
    assert three.claims[0].text == "Bees hum. Ants walk. Wasps sting."
    assert text[slice(*three.claims[0].answer)] == "hum. Ants walk. Wasps"
    four = reader({"hum": (100, OTHER), "fly": (OTHER, 100)}).candidates("What?", [hit(text)])
    assert "hum. Ants walk. Wasps sting. Moths fly" not in answers(four)


def test_each_sentence_is_claimed_once_and_only_what_is_near_the_best():
    text = "Bees and ants hum. Wasps sting. Moths fly. Birds sing."
    scores = {"bees": (5, 5), "ants": (4, 4), "wasps": (3, 3), "moths": (1.9, 2), "birds": (2, 2)}
    draft = reader(scores).read("What?", [hit(text)])
    assert [(text[slice(*claim.answer)], claim.score) for claim in draft.claims] == [
        ("Bees", 10.0),
        ("Wasps", 6.0),
        ("Birds", 4.0),
    ]


def test_there_are_at_most_six_claims():
    hits = [hit(f"Bees hum {n} times.", number=n) for n in range(1, 9)]
    assert len(reader({"bees": (1, 1)}).read("What?", hits).claims) == 6


def test_passages_compare_by_span_and_retrieval_and_the_window_of_each_has_its_own_no_answer():
    hits = [hit("Bees hum.", number=1, score=0.2), hit("Ants walk.", number=2, score=0.9)]
    scores = {"bees": (3, 3), "ants": (2, 2)}
    assert answers(reader(scores).candidates("What?", hits)) == ["Bees", "Ants"]
    weighed = reader(scores, weights=Weights(retrieval=10.0), no_answer=1.0).candidates(
        "What?", hits
    )
    assert [(each.text, each.ranking, each.margin) for each in weighed[:2]] == [
        ("Ants", 13.0, 3.0),
        ("Bees", 8.0, 5.0),
    ]


def test_a_quote_with_more_of_the_question_s_words_ranks_before_one_with_fewer():
    given = hit("Bees hum. Ants walk at night.")
    scores = {"bees": (3, 3), "ants": (2, 2)}
    weighed = reader(scores, weights=Weights(words=10.0)).candidates(
        "What walks in nights?", [given]
    )
    assert [(each.text, each.words, each.ranking) for each in weighed[:2]] == [
        ("Ants", 1.0, 14.0),  # walk and night
        ("Bees", 0.0, 6.0),
    ]


def test_a_place_that_two_windows_hold_is_one_candidate():
    text = "bees " * 40 + "paris " + "bees " * 12
    candidates = reader({"paris": (4, 4)}, window=64).candidates("Where?", [hit(text)])
    windows = windows_of("Where?", [hit(text)], bundled_tokenizer(), most=64)
    held = sum(
        bool((window.offsets[window.allowed] == (200, 205)).all(axis=1).any()) for window in windows
    )
    assert (held, [each.span for each in candidates if each.score == 8.0]) == (1, [(200, 205)])
    narrow = windows_of("Where?", [hit(text)], bundled_tokenizer(), most=48)
    assert sum(bool((w.offsets[w.allowed] == (200, 205)).all(axis=1).any()) for w in narrow) == 2
    candidates = reader({"paris": (4, 4)}, window=48).candidates("Where?", [hit(text)])
    assert [each.span for each in candidates if each.score == 8.0] == [(200, 205)]


def test_a_place_that_two_passages_hold_is_one_candidate_of_the_better():
    first = hit("Ants walk. Bees hum.", number=1, document="d", score=0.1)
    second = hit("Bees hum.", number=2, start=11, document="d", score=0.3)
    made = reader({"bees": (2, 2)}, weights=Weights(retrieval=1.0))
    candidates = [each for each in made.candidates("What?", [first, second]) if each.score == 4.0]
    assert [(each.span, each.ranking) for each in candidates] == [((11, 15), 4.3)]


def test_what_overlaps_a_better_answer_is_left_out():
    scores = {"paris": (5, 1), "1905": (1, 4)}
    candidates = reader(scores).candidates("Where?", [hit(SIGNED)])
    # "Paris in 1905" has 9; "Paris" 6 and "1905" 5 lie in it
    assert [each.text for each in candidates if each.score > 0] == ["Paris in 1905"]


def test_the_order_of_the_passages_changes_nothing():
    words = "bees ants wasps moths birds".split()
    hits = [
        hit(f"{' '.join(words[: n % 5 + 1])} hum {'far ' * (n // 2)}away.", number=n, score=n / 20)
        for n in range(1, 20)
    ]
    scores = {word: (n, n / 2) for n, word in enumerate(words, start=1)}
    model, draw = opened(scores, weights=Weights(retrieval=2.0)), random.Random(3)
    made = SpanReader(load_embedder("hashing"), weights=model)
    expected = made.read("What?", hits)
    batch = model.scorer.asked[0].tolist()
    for _ in range(5):
        draw.shuffle(hits)
        assert made.read("What?", hits) == expected
        assert model.scorer.asked[-1].tolist() == batch  # rounding depends on the neighbours


class Exclusive:
    """A tokenizer that fails where two threads use it at once, as the real one can."""

    pad_token_id = 0

    def __init__(self):
        self._busy = threading.Lock()

    def __call__(self, *arguments, **options):
        if not self._busy.acquire(blocking=False):
            raise RuntimeError("Already borrowed")
        try:
            time.sleep(0.002)
            return bundled_tokenizer()(*arguments, **options)
        finally:
            self._busy.release()


def test_threads_may_read_at_once():
    model = opened({"paris": (3, 4)})
    model.scorer.tokenizer = Exclusive()
    made = SpanReader(load_embedder("hashing"), weights=model)
    questions = [f"Where {'and when ' * n}?" for n in range(16)]
    with ThreadPoolExecutor(8) as pool:
        drafts = list(pool.map(lambda asked: made.read(asked, [hit(SIGNED)]), questions))
    assert drafts == [made.read(asked, [hit(SIGNED)]) for asked in questions]
    assert {draft.score for draft in drafts} == {7.0}


# passages of every kind


def test_passages_without_words_and_no_passages_give_an_empty_draft():
    made = reader({"paris": (3, 4)})
    for hits in ([], [hit("")], [hit(" \n ")], [hit("... ?!")]):
        assert made.read("Where?", hits) == Draft(())
    empty = hit("", number=2)
    assert made.read("Where?", [empty, hit(SIGNED), empty]).score == 7.0


def test_a_passage_of_one_word_is_its_own_answer():
    draft = reader({"paris": (1, 1)}).read("Where?", [hit("Paris", start=7)])
    assert draft.claims == (Claim(1, "d1", 7, 12, "Paris", 2.0, (7, 12)),)


def test_a_word_of_a_hundred_thousand_letters_is_no_answer():
    made = reader({"[UNK]": (9, 9)})
    assert made.read("Where?", [hit("x" * 100_000)]) == Draft(())


def test_a_hundred_thousand_letters_without_a_blank_are_read_window_by_window():
    text = "." * 60_000 + "paris" + "." * 39_995
    chunk = Chunk(1, "d1", 50, 50 + len(text), text, ((50, 50 + len(text)),))
    model = opened({"paris": (3, 4)})
    draft = SpanReader(load_embedder("hashing"), weights=model).read("W", [Hit(chunk, 0.5, {})])
    assert (draft.score, draft.claims[0].answer) == (7.0, (60_050, 60_055))
    # 380 of the passage fit into a window, and 252 of them are new: 1 + ceil(99,621 / 252)
    assert sum(len(inputs) for inputs in model.scorer.asked) == 397
    assert all(inputs.size <= 4_000 for inputs in model.scorer.asked)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("\N{GRINNING FACE} Él nació en París en 1905. \N{HONEYBEE}", "paris"),
        ("Él nacio\N{COMBINING ACUTE ACCENT} en Pari\N{COMBINING ACUTE ACCENT}s en 1905.", "paris"),
        ("條約於1905年在 Paris 簽署。", "paris"),
        ("Договор подписан: PARIS \N{REGIONAL INDICATOR SYMBOL LETTER F}.", "paris"),
    ],
)
def test_offsets_count_code_points_in_other_scripts_too(text, word):
    draft = reader({word: (3, 4)}).read("Where?", [hit(text, start=40)])
    (claim,) = draft.claims
    marked = text[claim.answer[0] - 40 : claim.answer[1] - 40]
    plain = marked.replace("\N{COMBINING ACUTE ACCENT}", "").replace("í", "i").lower()
    assert plain == word
    assert text[claim.start - 40 : claim.end - 40] == claim.text


def test_scores_that_are_no_numbers_are_told():
    made = reader({"bees": (math.nan, 1)})
    with pytest.raises(SettingError, match="reader 'words' gives scores that are no numbers"):
        made.read("What?", [hit("Bees hum.")])


# confidence

CALIBRATION = Calibration(-2.0, {"margin": 0.5, "gap": 0.25, "agreement": 1.0})


def test_the_features_are_what_is_known_of_the_best_and_its_rivals():
    hits = [
        hit("Bees hum.", number=1, score=0.5, cosine=0.4),
        hit("The bees walk.", number=2, score=0.25, cosine=None),
        hit("Wasps sting.", number=3, score=0.75, cosine=0.3),
    ]
    scores = {"hum": (2, 2), "wasps": (1, 1.5), "sting": (OTHER, 1.5), "bees": (1.5, 1)}
    made = reader(scores, weights=Weights(retrieval=2.0), no_answer=1.0)
    candidates = made.candidates("What?", hits)
    # "hum" 4 + 2 x .5; "Wasps sting" 2.5 + 2 x .75; "Bees" 2.5 + 2 x .5; "bees" 2.5 + 2 x .25
    assert [(each.text, each.ranking) for each in candidates if each.score > 0] == [
        ("hum", 5.0),
        ("Wasps", 4.0),
        ("Bees", 3.5),
        ("bees", 3.0),
    ]
    features = features_of(candidates)
    assert features == {
        "margin": 3.0,
        "highest_margin": 3.0,
        "no_answer": 1.0,
        "gap": 1.0,
        "retrieval": 0.5,
        "words": 0.0,
        "cosine": 0.4,
        "agreement": 0.0,
    }
    assert tuple(features) == FEATURES


def test_a_passage_that_only_its_words_found_has_the_lowest_cosine():
    hits = [hit("Bees hum.", number=1, cosine=None), hit("Ants walk.", number=2, cosine=0.3)]
    candidates = reader({"bees": (2, 2)}).candidates("What?", hits)
    assert features_of(candidates)["cosine"] == 0.3


def test_passages_agree_whose_best_answers_have_the_same_words():
    hits = [
        hit("In the Paris of old.", number=1, score=0.5),
        hit("At Paris.", number=2, score=0.4),
    ]
    made = reader({"the": (2, OTHER), "paris": (1, 2)}, weights=Weights(retrieval=1.0))
    candidates = made.candidates("Where?", hits)
    assert answers(candidates)[:2] == ["the Paris", "Paris"]
    assert features_of(candidates)["agreement"] == 1.0


def test_with_a_single_passage_there_is_no_gap_and_nothing_agrees():
    features = features_of(reader({"bees": (2, 2)}).candidates("What?", [hit("Bees hum. Bees.")]))
    assert (features["gap"], features["agreement"]) == (0.0, 0.0)


def test_the_probability_is_the_logistic_of_the_weighted_features():
    features = {"margin": 3.0, "gap": 2.0, "agreement": 1.0, "cosine": 9.0}
    assert log_odds(features, CALIBRATION) == -2 + 1.5 + 0.5 + 1
    assert probability(features, CALIBRATION) == pytest.approx(math.e / (1 + math.e), abs=1e-12)
    assert probability({"margin": 1e9, "gap": 0, "agreement": 0}, CALIBRATION) == 1.0


def test_a_calibrated_draft_has_its_probability_and_further_claims_have_less():
    calibration = Calibration(0.0, {"margin": 0.25})
    made = reader({"bees": (2, 2), "ants": (1, 2)}, calibration=calibration, answered_at=0.5)
    draft = made.read("What?", [hit("Bees hum. Ants walk.")])
    first, second = 1 / (1 + math.exp(-1)), 0.5  # log odds 4 x .25, and 1 less
    assert draft.confidence == draft.score == draft.claims[0].score
    assert [claim.score for claim in draft.claims] == pytest.approx([first, second])


@pytest.mark.parametrize(
    ("threshold", "margin", "answered", "related"),
    [
        (None, 4.0, True, False),  # probability .731 against .6
        (None, 1.0, False, True),  # .562
        (None, -4.0, False, False),  # .269 against .5
        (0.8, 4.0, False, True),
        (0.2, -4.0, True, False),
    ],
)
def test_under_the_threshold_the_best_is_withheld(threshold, margin, answered, related):
    options = {
        "calibration": Calibration(0.0, {"margin": 0.25}),
        "answered_at": 0.6,
        "related_at": 0.5,
    }
    made = reader({"bees": (2, 2)}, threshold, no_answer=4.0 - margin, **options)
    draft = made.read("What?", [hit("Bees hum.")])
    probable = 1 / (1 + math.exp(-margin / 4))
    assert (bool(draft.claims), draft.related) == (answered, related)
    assert draft.score == draft.confidence == pytest.approx(probable)
    best = draft.claims[0] if answered else draft.withheld
    assert (best.text, best.answer, best.score) == ("Bees hum.", (0, 4), draft.score)


def test_without_a_calibration_the_margin_decides_and_there_is_no_confidence():
    draft = reader({"bees": (2, 2)}, no_answer=4.5).read("What?", [hit("Bees hum.")])
    assert (draft.claims, draft.score, draft.confidence, draft.related) == ((), -0.5, None, False)
    assert draft.withheld.text == "Bees hum."


def test_the_signature_names_the_weights_and_the_threshold():
    assert reader({}).signature == "span/1 words 0123456789ab threshold=0"
    assert reader({}, 0.25).signature == "span/1 words 0123456789ab threshold=0.25"


# the card

CARD = {
    "format": 1,
    "name": "tiny",
    "sha256": "a" * 64,
    "weights": {"retrieval": 20.0, "words": 0.0},
    "calibration": {"intercept": -1.5, "weights": {"margin": 0.5}},
    "answered_at": 0.5,
    "related_at": 0.25,
}


def test_a_card_is_read_as_it_is_written():
    card = card_of(json.dumps(CARD))
    calibration = Calibration(-1.5, {"margin": 0.5})
    assert card == ReaderCard("tiny", "a" * 64, Weights(20.0, 0.0), calibration, 0.5, 0.25)
    assert json.loads(card.json()) == CARD
    plain = replace(card, calibration=None, answered_at=-3.0)
    assert card_of(plain.json()) == plain


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 2}, "format 1 was expected, and 2 found"),
        ({"extra": 1}, "the file must have format, name, .* extra"),
        ({"name": " "}, "name must be a text, and is ' '"),
        ({"sha256": "A" * 64}, "sha256 must be 64 hexadecimal digits"),
        ({"weights": 20.0}, "weights must have retrieval, words, and has float"),
        (
            {"weights": {"retrieval": "20", "words": 0.0}},
            "retrieval must be a finite number, and is '20'",
        ),
        (
            {"weights": {"retrieval": 20.0, "words": True}},
            "words must be a finite number, and is True",
        ),
        ({"answered_at": math.inf}, "answered_at must be a finite number, and is inf"),
        ({"answered_at": 1.5}, "0 <= related_at <= answered_at <= 1 was expected"),
        ({"related_at": 0.75}, "and 0.75 and 0.5 found"),
        ({"calibration": {"intercept": 1}}, "calibration must have intercept, weights, and has"),
        ({"calibration": [1]}, "calibration must have intercept, weights, and has list"),
        (
            {"calibration": {"intercept": 1, "weights": {"magic": 1}}},
            "weights must be of margin, .* is {'magic': 1}",
        ),
        (
            {"calibration": {"intercept": 1, "weights": {"gap": math.nan}}},
            "gap must be a finite number, and is nan",
        ),
    ],
)
def test_a_wrong_card_says_what_was_expected(tmp_path, change, message):
    (tmp_path / "reader.json").write_text(json.dumps(CARD | change))
    with pytest.raises(SettingError, match=message):
        open_model(tmp_path, precision="float32")


@pytest.mark.parametrize("text", [b"", b'{"format": 1,', b"[]", b"\xff\xfe"])
def test_a_card_that_is_cut_short_or_something_else_is_told(tmp_path, text):
    (tmp_path / "reader.json").write_bytes(text)
    with pytest.raises(SettingError, match=r"reader\.json: .*take the file that came with"):
        open_model(tmp_path, precision="float32")


# the weights of our recipe


def write_weights(folder, tensors):
    from safetensors.numpy import save_file

    folder.mkdir(exist_ok=True)
    save_file(tensors, folder / "model.safetensors")
    write_card(folder)


def write_card(folder, **change):
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    (folder / "reader.json").write_text(json.dumps(CARD | {"sha256": digest} | change))


@pytest.fixture(scope="module")
def zeros():
    return {name: np.zeros(shape, np.float16) for name, shape in expected_shapes().items()}


def test_the_weights_that_are_expected_are_those_that_training_changes():
    from rag.readers.span.network import SpanNetwork

    trained = SpanNetwork().trained()
    assert {name: tuple(value.shape) for name, value in trained.items()} == expected_shapes()


def test_weights_of_the_recipe_read_as_the_network_does(tmp_path):
    import torch

    from rag.readers.span.network import SpanNetwork

    torch.set_num_threads(1)
    torch.manual_seed(5)
    network = SpanNetwork().eval()
    torch.nn.init.normal_(network.last.weight, std=0.05)
    torch.nn.init.normal_(network.length)
    network.save_whole(tmp_path / "model.safetensors")
    write_card(tmp_path, weights={"retrieval": 0.0, "words": 0.0})
    made = load_reader(str(tmp_path), load_embedder("hashing"), 0.0)
    assert made.signature.startswith("span/1 tiny ")
    (best, *_) = made.candidates("Where was it signed?", [hit(SIGNED, start=30)])
    encoded = bundled_tokenizer()("Where was it signed?", SIGNED, return_tensors="pt")
    with torch.inference_mode():
        starts, ends, together = network(
            encoded["input_ids"], encoded["token_type_ids"], encoded["attention_mask"]
        )
    passage = (encoded["token_type_ids"][0] == 1).numpy()
    passage[-1] = False
    expected = best_spans(
        starts[0].numpy(), ends[0].numpy(), passage, together=together[0].numpy(), k=1
    )[0]
    assert best.score == pytest.approx(expected.score, abs=1e-4)
    no_answer = float(starts[0, 0] + ends[0, 0] + together[0, 0, 0])
    assert best.no_answer == pytest.approx(no_answer, abs=1e-4)
    half = open_model(tmp_path, precision="bfloat16").scorer
    windows = windows_of("Where was it signed?", [hit(SIGNED)], half.tokenizer, most=half.window)
    given = half.scores_of(padded(windows, padding=0))
    np.testing.assert_allclose(given.starts, starts.numpy(), atol=0.05)
    np.testing.assert_allclose(given.ends, ends.numpy(), atol=0.05)
    np.testing.assert_allclose(given.together, together.numpy(), atol=0.05)


def test_a_start_and_an_end_go_together_by_their_product_and_the_length():
    import torch

    from rag.readers.span.network import PAIRED, SpanNetwork

    torch.manual_seed(5)
    network = SpanNetwork().eval()
    torch.nn.init.normal_(network.last.weight, std=0.05)
    torch.nn.init.normal_(network.length)
    tokens = bundled_tokenizer()("Bees hum.", return_tensors="pt")["input_ids"]
    with torch.inference_mode():
        scores = network(tokens, torch.zeros_like(tokens), torch.ones_like(tokens))
        (hidden,) = network.encoder(input_ids=tokens).last_hidden_state
        expected = (
            network.length[2] + network.first(hidden[1]) @ network.last(hidden[3]) / PAIRED**0.5
        )
    assert scores.together[0, 1, 2].item() == pytest.approx(expected.item(), abs=1e-4)
    whole = scores.starts[0, 1] + scores.ends[0, 3] + scores.together[0, 1, 2]
    assert float(scores.sums()[0, 1, 2]) == pytest.approx(float(whole), abs=1e-5)


def test_weights_in_eight_bits_are_a_step_off_at_most(tmp_path):
    import torch
    from safetensors.torch import load_file

    from rag.readers.span.network import SpanNetwork

    torch.manual_seed(5)
    network = SpanNetwork()
    network.save(tmp_path / "model.safetensors")
    write_card(tmp_path)
    open_model(tmp_path, precision="float32")
    held = load_file(tmp_path / "model.safetensors")
    again = SpanNetwork().load(tmp_path / "model.safetensors").trained()
    for name, value in network.trained().items():
        step = held.get(f"{name}.scale", torch.zeros(len(value)))
        limit = step / 2 + 1e-6
        assert ((again[name] - value).abs() <= (limit[:, None] if value.dim() > 1 else limit)).all()
    assert (tmp_path / "model.safetensors").stat().st_size < 11_000_000


def test_missing_weights_are_told(tmp_path):
    (tmp_path / "reader.json").write_text(json.dumps(CARD))
    with pytest.raises(SettingError, match=r"model\.safetensors: the weights .* put the file back"):
        load_reader(str(tmp_path), load_embedder("hashing"))


def test_weights_of_another_hash_or_cut_short_are_told(tmp_path, zeros):
    write_weights(tmp_path, zeros)
    path = tmp_path / "model.safetensors"
    whole = path.read_bytes()
    for content in (whole[:-1], whole[:-1] + b"\x01", b""):
        path.write_bytes(content)
        with pytest.raises(SettingError, match=f"{len(content):,} bytes, and .* was expected"):
            open_model(tmp_path, precision="float32")


@pytest.mark.parametrize("kept", [0, 4, 1000, -1])
def test_weights_cut_short_with_a_hash_that_fits_are_told(tmp_path, zeros, kept):
    write_weights(tmp_path, zeros)
    path = tmp_path / "model.safetensors"
    path.write_bytes(path.read_bytes()[:kept])
    write_card(tmp_path)
    with pytest.raises(SettingError, match="is no safetensors file, or is cut short"):
        open_model(tmp_path, precision="float32")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scores.bias": None}, r"lacks the weights 'scores\.bias'"),
        ({"scores.weight": np.zeros((3, 384), np.float16)}, r"shape \(3, 384\), and \(2, 384\)"),
        ({"scores.scale": np.zeros(2, np.float16)}, r"no span reader .* such as 'scores\.scale'"),
        (
            {"scores.bias": np.zeros(2, np.int64)},
            "numbers of type I64, and one of F32, F16, BF16, I8",
        ),
    ],
)
def test_weights_of_another_network_are_told(tmp_path, zeros, change, message):
    tensors = {name: value for name, value in (zeros | change).items() if value is not None}
    write_weights(tmp_path, tensors)
    with pytest.raises(SettingError, match=message):
        open_model(tmp_path, precision="float32")


def test_a_folder_of_something_else_is_told(tmp_path):
    with pytest.raises(SettingError, match=r"neither reader\.json, .* nor config\.json"):
        load_reader(str(tmp_path), load_embedder("hashing"))


# Hugging Face models


def tiny_model(folder, kind, *, tokenizer=True, **options):
    """A BERT of one layer with random weights, of a class of transformers."""
    import torch
    import transformers

    torch.set_num_threads(1)
    torch.manual_seed(3)
    sizes = {
        "vocab_size": 30522,
        "hidden_size": 8,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 8,
        "max_position_embeddings": 66,
    }
    model = getattr(transformers, kind)(transformers.BertConfig(**(sizes | options)))
    model.save_pretrained(folder)
    if tokenizer:
        bundled_tokenizer().save_pretrained(folder)
    return model.eval()


@pytest.fixture(scope="module")
def extractive(tmp_path_factory):
    """The folder of a tiny extractive model, and the model."""
    folder = tmp_path_factory.mktemp("extractive")
    return folder, tiny_model(folder, "BertForQuestionAnswering")


def test_an_extractive_model_is_read_with_its_own_scores_and_window(extractive):
    import torch

    folder, model = extractive
    opened_model = open_model(folder, precision="float32")
    assert (opened_model.scorer.window, opened_model.card.name) == (64, folder.name)
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    assert opened_model.card == ReaderCard(folder.name, digest)
    windows = windows_of("Where?", [hit(SIGNED)], bundled_tokenizer(), most=64)
    tokens = padded(windows, padding=0)
    with torch.inference_mode():
        expected = model(*map(torch.from_numpy, (tokens.inputs, tokens.mask, tokens.types)))
    given = opened_model.scorer.scores_of(tokens)
    assert isinstance(given, Scores)
    np.testing.assert_allclose(given.starts, expected.start_logits.numpy(), atol=1e-6)
    np.testing.assert_allclose(given.ends, expected.end_logits.numpy(), atol=1e-6)


def test_a_question_is_asked_with_the_reader_in_a_folder(extractive, make_library):
    library = make_library({"treaty.txt": SIGNED, "long.txt": "Bees hum in the lime tree. " * 30})
    settings = Settings(library=library.path, reader=str(extractive[0]), threshold=-100.0)
    pipeline = open_pipeline(settings)
    answer = ask("Where was the treaty signed?", pipeline)
    pipeline.library.close()
    assert answer.status == "answered"
    assert answer.text
    assert answer.text in answer.quotes[0].text
    assert answer.confidence is None
    assert answer.signature["reader"].startswith(f"span/1 {extractive[0].name} ")


def test_a_card_beside_an_extractive_model_is_heeded(extractive, tmp_path):
    for path in extractive[0].iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    write_card(tmp_path)
    assert open_model(tmp_path, precision="float32").card.weights == (20.0, 0.0)
    write_card(tmp_path, sha256="b" * 64)
    with pytest.raises(SettingError, match="bbbbbbbbbbbb… was expected"):
        open_model(tmp_path, precision="float32")


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        ("BertModel", {}, r"lacks the weights 'qa_outputs\.bias': the model was not trained"),
        ("BertForQuestionAnswering", {"tokenizer": False}, "no fast tokenizer with words in it"),
        ("BertForQuestionAnswering", {"vocab_size": 100}, "30,522 tokens and the model 100"),
        (
            "BertForQuestionAnswering",
            {"max_position_embeddings": 20},
            "the model reads 18 tokens at once, and 32 is the least",
        ),
    ],
)
def test_a_model_that_cannot_read_is_told(tmp_path, kind, options, message):
    tiny_model(tmp_path, kind, **options)
    with pytest.raises(SettingError, match=message):
        load_reader(str(tmp_path), load_embedder("hashing"))


@pytest.mark.parametrize(
    ("config", "weights", "message"),
    [
        ("{}", None, r"no weights \(\*\.safetensors\) beside its config\.json"),
        ("{", b"x", "no extractive model could be loaded"),
        ('{"model_type": "bert"}', b"x", "no extractive model could be loaded"),
        ('{"model_type": "vit"}', b"x", "no extractive model could be loaded"),
    ],
)
def test_a_model_that_is_broken_is_told(tmp_path, config, weights, message):
    (tmp_path / "config.json").write_text(config)
    if weights:
        (tmp_path / "model.safetensors").write_bytes(weights)
    with pytest.raises(SettingError, match=message):
        open_model(tmp_path, precision="float32")
