"""What is said to somebody whose question is not answered now, though it could be later."""

import math
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal, get_args

from index.errors import PinciteError
from ui.wording import ENGLISH, words

Reason = Literal["client", "course", "full", "late", "stopping", "unread"]

_STATUS = {
    "client": HTTPStatus.TOO_MANY_REQUESTS,  # one address asks too often
    "course": HTTPStatus.TOO_MANY_REQUESTS,  # all together do
    "full": HTTPStatus.SERVICE_UNAVAILABLE,  # too many wait already
    "late": HTTPStatus.SERVICE_UNAVAILABLE,  # it waited as long as a question may
    "stopping": HTTPStatus.SERVICE_UNAVAILABLE,  # the server is about to stop
    "unread": HTTPStatus.TOO_MANY_REQUESTS,  # a page does not fetch what it is answered
}
REASONS: tuple[Reason, ...] = get_args(Reason)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no answer now, and when to come again."""

    reason: Reason
    seconds: int  # after which it is worth trying again, 1 or more

    @property
    def status(self) -> HTTPStatus:
        """The status of a response that says so."""
        return _STATUS[self.reason]

    @property
    def headers(self) -> dict[str, str]:
        """What such a response adds (RFC 9110, section 10.2.3)."""
        return {"Retry-After": str(self.seconds)}

    def told(self, language: str) -> str:
        """The refusal in words.

        >>> Refusal("full", 3).told("en")
        'Too many questions are waiting just now. Ask again in 3 seconds.'
        """
        again = "refused.second" if self.seconds == 1 else "refused.seconds"
        reason = words(f"refused.{self.reason}", language)
        return f"{reason} {words(again, language, seconds=self.seconds)}"


class RefusedError(PinciteError):
    """A question that is not answered now; `refusal` says why and when it may be."""

    def __init__(self, reason: Reason, seconds: float) -> None:
        """`seconds` until it is worth trying again are made whole, and at least 1."""
        self.refusal = Refusal(reason, max(1, math.ceil(seconds)))
        super().__init__(self.refusal.told(ENGLISH))
