"""What a suite expects, found in the texts: the right documents, and where evidence stands."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from eval.cases import Case, Suite
from eval.measures import answer_in_quote, words_of
from eval.texts import Located, Texts
from index.errors import SuiteError
from index.naming import some

MOST_TOLD = 20  # faults of one kind; the others are counted


@dataclass(frozen=True, slots=True)
class Expected:
    """Where the answer of one case stands."""

    relevant: Mapping[str, int] = field(default_factory=dict)  # source -> grade, 1 or more
    evidence: tuple[Located, ...] = ()  # every place of every evidence quote

    def is_right(self, place: Located, text: str, case: Case) -> bool:
        """Whether the passage `text`, which stands at `place`, is one that answers the case.

        It holds a whole evidence quote, or part of one with an answer. Without evidence it is of a
        right document, or of any where none is named, and holds an answer where one is known.
        """
        if self.evidence:
            if any(place.holds(each) for each in self.evidence):
                return True
            near = any(place.overlaps(each) for each in self.evidence)
            return near and bool(answer_in_quote(text, case.answers or ()))
        if self.relevant and place.source not in self.relevant:
            return False
        return case.answers is None or bool(answer_in_quote(text, case.answers))


def expectations(suite: Suite, texts: Texts) -> dict[str, Expected]:
    """Case id -> where its answer stands, for every case of the suite.

    Raises `SuiteError` that names, with their numbers, the documents that are missing and the
    cases whose evidence or answers do not stand in their document.
    """
    faults = [*_missing_documents(suite, texts)]
    if not faults:
        faults = [*_told(_misplaced(suite, texts), suite)]
    if faults:
        raise SuiteError("\n".join(faults))
    return {case.id: _expected(case, texts) for case in suite.cases}


def _expected(case: Case, texts: Texts) -> Expected:
    found = (
        place for quote in case.evidence for place in texts.places_of(quote, source=case.document)
    )
    evidence = tuple(dict.fromkeys(found))
    if case.kind == "retrieval":
        return Expected(dict(case.relevant))
    if case.kind == "unanswerable":
        return Expected({}, evidence)
    named = [case.document] if case.document else [place.source for place in evidence]
    return Expected(dict.fromkeys(named, 1), evidence)


def _missing_documents(suite: Suite, texts: Texts) -> Iterator[str]:
    wanted = Counter(
        source
        for case in suite.cases
        for source in ({case.document} if case.document else set()) | case.relevant.keys()
    )
    missing = {source: wanted[source] for source in wanted if source not in texts.documents}
    if missing:
        listed = [f"{source} ({count} cases)" for source, count in missing.items()]
        yield (
            f"{suite.name} asks about {len(missing)} of {len(wanted)} documents that the library "
            f"lacks: {some(listed, most=MOST_TOLD)}; add them, or ask the library they are in"
        )


def _misplaced(suite: Suite, texts: Texts) -> Iterator[str]:
    held = _Held(texts)
    for case in suite.cases:
        where = case.document or "any document"
        for quote in case.evidence:
            if next(texts.places_of(quote, source=case.document), None) is None:
                yield f"case {case.id!r}: its evidence {quote[:60]!r} does not stand in {where}"
        sources = [case.document] if case.document else texts.documents
        if case.answers and not any(held.any_of(case.answers, source) for source in sources):
            told = ", ".join(map(repr, case.answers[:3]))
            yield f"case {case.id!r}: none of its answers ({told}) stands in {where}"


def _told(faults: Iterable[str], suite: Suite) -> Iterator[str]:
    found = list(faults)
    yield from (f"{suite.name}: {fault}" for fault in found[:MOST_TOLD])
    if len(found) > MOST_TOLD:
        yield f"{suite.name}: and {len(found) - MOST_TOLD} more of {len(suite.cases)} cases"


class _Held:
    """Whether answers stand in a document, whose words are kept from case to case."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._words: dict[str, str] = {}

    def any_of(self, answers: Collection[str], source: str) -> bool:
        """Whether any of the answers stands there, as it is written or word for word."""
        if any(next(self._texts.places_of(each, source=source), None) for each in answers):
            return True
        if source not in self._words:
            self._words[source] = _spelled(self._texts.documents[source].text)
        return any(_spelled(answer) in self._words[source] for answer in answers)


def _spelled(text: str) -> str:
    return f" {' '.join(words_of(text))} "
