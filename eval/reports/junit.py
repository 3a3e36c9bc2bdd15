"""A run as JUnit XML, which continuous integration systems read: a test a case, and one a gate."""

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from eval.gates import Verdict
from eval.outcomes import LABELS, Outcome, Run
from eval.reports.misses import miss_words

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(run: Run, verdicts: Sequence[Verdict]) -> str:
    """The document: a miss is a failure, a case that failed an error, a broken gate a failure."""
    root = Element("testsuites", name="pincite")
    suite = _suite(root, run.signature["suite"], tests=len(run.outcomes))
    suite.set("failures", str(sum(not each.is_hit and not each.error for each in run.outcomes)))
    suite.set("errors", str(sum(each.error is not None for each in run.outcomes)))
    suite.set("time", f"{sum(outcome.seconds for outcome in run.outcomes):.3f}")
    properties = SubElement(suite, "properties")
    for name, value in run.signature.items():
        SubElement(properties, "property", name=name, value=_xml(value))
    for outcome in run.outcomes:
        _add_case(suite, outcome)
    gates = _suite(root, "gates", tests=len(verdicts))
    gates.set("failures", str(sum(verdict.broken for verdict in verdicts)))
    for verdict in verdicts:
        case = SubElement(gates, "testcase", classname="gates", name=verdict.gate)
        if verdict.broken:
            SubElement(case, "failure", message=verdict.words, type="gate")
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _add_case(suite: Element, outcome: Outcome) -> None:
    case = SubElement(
        suite,
        "testcase",
        classname=suite.get("name", ""),
        name=_xml(f"{outcome.case.id}: {outcome.case.question}"),
        time=f"{outcome.seconds:.3f}",
    )
    if outcome.error is not None:
        SubElement(case, "error", message=_xml(outcome.error), type="failed")
    elif not outcome.is_hit:
        failure = SubElement(case, "failure", message=LABELS[outcome.label], type=outcome.label)
        failure.text = _xml(miss_words(outcome))


def _suite(root: Element, name: str, *, tests: int) -> Element:
    return SubElement(
        root, "testsuite", name=_xml(name), tests=str(tests), failures="0", errors="0"
    )


def _xml(text: str) -> str:
    """The text with a sign in place of every character that XML does not know."""
    return _NO_XML.sub("\ufffd", text)
