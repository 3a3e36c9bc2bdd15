"""The conversations of the pages that are open, each by the name that Gradio gives its session.

Gradio's own state would be written whole whenever an event ends, so that of two questions that are
asked at once one is lost; and whoever opens many pages would push out everybody's. Here a turn has
its place from the moment it is asked, and who got no answer yet makes room first.

They belong to the event loop of the server, and no thread but that one's may change them.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.turns import Turn

MOST = 1_000  # conversations that are kept
MOST_TURNS = 50  # of one
MOST_TURNS_OF_ALL = 10_000  # together
SECONDS_KEPT = 4 * 60 * 60.0  # since it was last used; nobody is told when a page is closed


class Conversation:
    """What was asked on one page, in that order, and what became of it."""

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self.turns: tuple[Turn, ...] = ()
        self.used_at = 0.0  # by the clock of those who keep it

    @property
    def has_answer(self) -> bool:
        """Whether the texts were asked, and not only was refused to ask them."""
        return any(turn.exchange.answer for turn in self.turns)

    def is_slip(self, question: str) -> bool:
        """Whether Enter was pressed once more for a question that is still being answered."""
        exchanges = [turn.exchange for turn in self.turns]
        waiting = [each.question for each in exchanges if each.answer is None and not each.error]
        return question in waiting or (bool(waiting) and not question.strip())

    def begin(self, waiting: "Turn") -> None:
        """A question is asked."""
        self.turns = (*self.turns, waiting)[-MOST_TURNS:]

    def finish(self, waiting: "Turn", answered: "Turn") -> bool:
        """Puts the turn in the place of the one that waited; False where that is cleared away."""
        if not any(turn is waiting for turn in self.turns):
            return False
        self.turns = tuple(answered if turn is waiting else turn for turn in self.turns)
        return True

    def drop(self, waiting: "Turn") -> None:
        """Nobody waits any more."""
        self.turns = tuple(turn for turn in self.turns if turn is not waiting)

    def clear(self) -> None:
        """Everything is forgotten, also what is still being answered."""
        self.turns = ()


class Conversations:
    """Those of a course; of too many, those without an answer go first, then the least used."""

    def __init__(self, *, most: int = MOST, clock: Callable[[], float] = time.monotonic) -> None:
        """There are none yet, and never more than `most`; `clock` gives seconds.

        Nor are there more turns than `MOST_TURNS_OF_ALL`, all together.
        """
        self._most = most
        self._clock = clock
        self._kept: OrderedDict[str, Conversation] = OrderedDict()

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._kept)

    def of(self, session: str) -> Conversation:
        """The conversation of that page: a new one, which is not kept yet, where it has none."""
        return self._kept.get(session) or Conversation()

    def keep(self, session: str, conversation: Conversation) -> None:
        """Keeps it as the one that was used last."""
        conversation.used_at = self._clock()
        self._kept[session] = conversation
        self._kept.move_to_end(session)
        while len(self._kept) > self._most or self._turns() > MOST_TURNS_OF_ALL:
            *others, _ = self._kept
            del self._kept[next((each for each in others if self._is_spare(each)), others[0])]

    def forget(self) -> None:
        """Forgets those that were not used for long."""
        last = self._clock() - SECONDS_KEPT
        for session, conversation in list(self._kept.items()):
            if conversation.used_at > last:
                break  # they stand in their order
            del self._kept[session]

    def _turns(self) -> int:
        return sum(len(conversation.turns) for conversation in self._kept.values())

    def _is_spare(self, session: str) -> bool:
        return not self._kept[session].has_answer
