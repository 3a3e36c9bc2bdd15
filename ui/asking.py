"""Asks on the command line: one question, or one a line from stdin."""

import sys

from index.errors import QuestionError
from rag.answer import Answer
from rag.ask import Pipeline, ask, open_pipeline
from rag.settings import Settings
from ui.console import Bar, say_json
from ui.contract import SCHEMA_VERSION, Json, answer_json
from ui.exit_codes import DONE, NO_ANSWER, USER_ERROR
from ui.printed import print_answer


def ask_once(question: str, settings: Settings, *, as_json: bool) -> int:
    """Ask, print the answer and return the exit code."""
    with Bar("Looking for an answer"):
        pipeline = open_pipeline(settings)
        with pipeline.library:
            answer = ask(question, pipeline)
            contract = _contract(answer, pipeline)
    if as_json:
        say_json(contract)
    else:
        print_answer(contract, passages=settings.limit)
    return DONE if answer.status == "answered" else NO_ANSWER


def ask_lines(settings: Settings) -> int:
    """Ask each line of stdin that is not blank, print its answer as a line of JSON; an exit code.

    A line that cannot be asked gives an object with its "error", and the exit code is then 1.
    """
    pipeline = open_pipeline(settings)
    with pipeline.library:
        codes = {_ask_line(line.strip(), pipeline) for line in sys.stdin if line.strip()}
    if not codes:
        raise QuestionError("stdin held no question; write one a line")
    return next(code for code in (USER_ERROR, DONE, NO_ANSWER) if code in codes)


def _ask_line(question: str, pipeline: Pipeline) -> int:
    try:
        answer = ask(question, pipeline)
    except QuestionError as error:
        told = {"schema_version": SCHEMA_VERSION, "question": question, "error": str(error)}
        say_json(told, indent=None)
        return USER_ERROR
    say_json(_contract(answer, pipeline), indent=None)
    return DONE if answer.status == "answered" else NO_ANSWER


def _contract(answer: Answer, pipeline: Pipeline) -> Json:
    with pipeline.library.snapshot() as snapshot:
        return answer_json(answer, snapshot)
