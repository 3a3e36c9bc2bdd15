"""Public data sets, as they lie in their files -> examples."""

import json
import random
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from eval.cases import Case
from eval.formats import load_suite
from eval.training.detokenizing import detokenized
from eval.training.examples import Example
from index.errors import SuiteError
from index.records import Span

SQUAD, _POLICIES, _QED = "squad2-part-a.json", "policyqa-test.json", "qed-dev.jsonlines"


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that the recipe learns from."""

    squad: Sequence[Example]  # some are not answered
    policies: Sequence[Example]
    searched: Sequence[Example]  # questions that people asked a search engine
    pairs: Sequence[Example]  # only the sentence that answers is known
    sentences: Sequence[Example]  # questions about single sentences

    @property
    def with_passages(self) -> list[Example]:
        """Those whose passages are long enough to be searched among."""
        return [*self.squad, *self.searched, *self.pairs]


def sources_in(folder: Path, *, without: Collection[str], seed: int) -> Sources:
    """The data sets in a folder, but for the articles of SQuAD that are kept to measure on.

    Raises `SuiteError` where a file is missing.
    """
    wanted = (SQUAD, _POLICIES, _QED, *_QAMR, *_PAIRS)
    missing = [name for name in wanted if not (folder / name).is_file()]
    if missing:
        raise SuiteError(f"{folder} lacks {', '.join(missing)}; name the folder with the data sets")
    return Sources(
        squad=[each for each in squad(folder / SQUAD) if each.article not in without],
        policies=list(squad(folder / _POLICIES)),
        searched=list(qed(folder / _QED)),
        pairs=list(pairs(folder, seed=seed)),
        sentences=list(qamr(folder)),
    )


_QAMR = ("qamr-wiki-sentences.tsv", "qamr-filtered-dev.tsv", "qamr-filtered-test.tsv")
_PAIRS = ("nqg-questions.txt", "nqg-sentences.txt")
_NEIGHBOURS = 3  # most sentences on either side of one whose surroundings are rebuilt


def squad(path: Path) -> Iterator[Example]:
    """The questions of SQuAD JSON, those that are not answered too."""
    suite = load_suite(path)
    texts = {passage.key: passage.text for passage in suite.passages}
    plausible = _plausible(path)
    for case in suite.cases:
        passage = texts[case.document or ""]
        yield Example(
            case.question,
            passage,
            _spans(case, passage),
            plausible=plausible.get(case.id, ()),
            article=case.tags[0],
        )


def _plausible(path: Path) -> dict[str, tuple[Span, ...]]:
    """What SQuAD's writers marked as tempting, by the question that it does not answer."""
    articles = json.loads(path.read_text("utf-8"))["data"]
    asked = [row for article in articles for text in article["paragraphs"] for row in text["qas"]]
    return {
        row["id"]: tuple(
            (each["answer_start"], each["answer_start"] + len(each["text"]))
            for each in row["plausible_answers"]
        )
        for row in asked
        if row.get("is_impossible") and row.get("plausible_answers")
    }


def _spans(case: Case, passage: str) -> tuple[Span, ...]:
    """Where the answers stand, within the evidence that their offsets gave."""
    found: dict[Span, None] = {}
    for evidence in case.evidence:
        start = passage.find(evidence)
        for answer in case.answers or ():
            inside = evidence.find(answer)
            if inside >= 0:
                found[start + inside, start + inside + len(answer)] = None
    return tuple(found)


def qamr(folder: Path) -> Iterator[Example]:
    """QAMR: questions about single sentences."""
    lines = (folder / "qamr-wiki-sentences.tsv").read_text("utf-8").splitlines()
    sentences = dict(line.split("\t", 1) for line in lines)
    for path in sorted(folder.glob("qamr-filtered-*.tsv")):
        grouped: dict[tuple[str, str], set[Span]] = defaultdict(set)
        for line in path.read_text("utf-8").splitlines():
            cells = line.split("\t")
            text, spans = detokenized(sentences[cells[0]].split())
            positions = sorted(int(number) for number in cells[6].split())
            grouped[cells[0], cells[5]].add((spans[positions[0]][0], spans[positions[-1]][1]))
        for (sentence, question), answers in grouped.items():
            text, _ = detokenized(sentences[sentence].split())
            yield Example(question, text, tuple(sorted(answers)), article=sentence)


def qed(path: Path) -> Iterator[Example]:
    """QED: questions that people asked a search engine, with the paragraph that answers."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        answers = {
            (answer["start"], answer["end"])
            for answers in row["original_nq_answers"]
            for answer in answers
        }
        yield Example(
            f"{row['question_text']}?",
            row["paragraph_text"],
            tuple(sorted(answers)),
            article=row["title_text"],
        )


class Surrounded(NamedTuple):
    """A sentence of a text that was rebuilt of neighbouring ones."""

    text: str
    sentence: Span


def pairs(folder: Path, *, seed: int) -> Iterator[Example]:
    """Questions with the sentence that answers, whose surroundings are rebuilt; no answer is known.

    Neighbouring lines are of one article, in order.
    """
    questions = (folder / "nqg-questions.txt").read_text("utf-8").splitlines()
    lines = (folder / "nqg-sentences.txt").read_text("utf-8").splitlines()
    draw = random.Random(seed)
    order = list(dict.fromkeys(lines))
    numbers = {line: number for number, line in enumerate(order)}
    texts = [detokenized(line.split())[0] for line in order]
    for question, line in zip(questions, lines, strict=True):
        number = numbers[line]
        text, sentence = _surrounded(texts, number, draw)
        yield Example(
            detokenized(question.split())[0],
            text,
            sentence=sentence,
            article=f"pairs {number // 50}",
        )


def _surrounded(texts: list[str], number: int, draw: random.Random) -> Surrounded:
    first = max(0, number - draw.randint(0, _NEIGHBOURS))
    last = min(len(texts), number + draw.randint(0, _NEIGHBOURS) + 1)
    start = sum(len(text) + 1 for text in texts[first:number])
    return Surrounded(" ".join(texts[first:last]), (start, start + len(texts[number])))
