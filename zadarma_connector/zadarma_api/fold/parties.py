# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who took part in a call."""

import re
from collections.abc import Sequence

from ..facts import Fact
from ..notification import caller_number, extension_number, proves_caller
from ..statistics import is_true
from .reading import Reading

#: National numbers have so many digits at least, wherever they are written.
_SAME_DIGITS = 7


class Parties(Reading):
    """One method for each field that tells who."""

    def direction(self) -> str:
        """The id's prefix; internal when both parties are extensions."""
        other = self.caller_number() if self.incoming else self.called_number()
        ours = self._our_extensions()
        # our own leg of a callback is no call between extensions
        if self._extension(other) and ours and other != ours[0]:
            return "internal"
        return "incoming" if self.incoming else "outgoing"

    def caller_number(self) -> str:
        """Incoming: the caller, as END and then earlier notifications name them, then
        statistics. Outgoing: the CallerID that statistics tell, else our extension,
        which is what a colleague sees. No signature covers the CallerID that
        notifications tell."""
        if self.incoming:
            answers = [
                answer
                for answer in self.answers
                if proves_caller(
                    answer.get("caller_id"), answer.get("destination"), self.extensions
                )
            ]
            shown = self._texts(
                "caller_id", self.ends, answers, self.rings, self.starts
            )
            listed = self._texts("clid", self.rows)
            numbers = (caller_number(text) for text in [*shown, *listed])
            return next(filter(None, numbers), "")
        dialling = self._dialling()
        if self._extension(self.called_number()):
            return dialling
        return self._shown("clid", self.rows) or dialling

    def caller_id(self) -> str:
        """The number that the other party of an outgoing call saw: the one of
        statistics, else what END and START claim."""
        if self.incoming or self._extension(self.called_number()):
            return ""
        ends, starts = map(self._customer_leg, (self.ends, self.starts))
        return self._shown("clid", self.rows) or self._shown("caller_id", ends, starts)

    def _shown(self, name: str, *groups: Sequence[Fact]) -> str:
        """The first outside number of ours under ``name``. Of a callback it may be the
        customer's, as our telephone showed it."""
        called = self.called_number()
        numbers = (
            number
            for number in map(caller_number, self._texts(name, *groups))
            if number
            and not self._extension(number)
            and not _same_number(number, called)
        )
        return next(numbers, "")

    def called_number(self) -> str:
        """Incoming: the DID. Outgoing: END's destination, then START's, that of our
        request, that of statistics; our own extension only if there is no other."""
        if self.incoming:
            return next(
                self._texts("called_did", self.ends, self.rings, self.starts), ""
            )
        texts = [
            *self._texts("destination", self.ends, self.starts),
            *self._texts("to", self.requests),
            *self._texts("destination", self.rows),
        ]
        numbers = [self._extension(text) or text for text in texts]
        outside = [number for number in numbers if not self._extension(number)]
        others = [number for number in numbers if number != self._dialling()]
        return next(iter([*outside, *others, *numbers]), "")

    def external_number(self, direction: str) -> str:
        if direction == "internal":
            return ""
        number = self.caller_number() if self.incoming else self.called_number()
        return "" if self._extension(number) else number

    def _dialling(self) -> str:
        """The extension that dialled an outgoing call, as far as it is proved: signed,
        requested by us, or listed."""
        proved = [
            *self._numbers("internal", self.ends, self.starts),
            *self._numbers("from", self.requests),
            *self._numbers("sip", self.rows),
        ]
        return next(iter([*proved, *self._rung_by_a_callback()]), "")

    def _our_extensions(self) -> list[str]:
        """Our extensions in the call: who dialled, then those that rang or spoke.

        The destination of an outgoing call is not among them, unless it is the only
        extension that is named: then it is our leg of a callback.
        """
        named = [
            *self._numbers("internal", self.ends, self.starts),
            *self._numbers("from", self.requests),
            *self._numbers("sip", self.rows),
            *self._numbers("internal", self.rings, self.answers),
            *self._numbers("transfer_from", self.rings),
            *self._numbers("last_internal", self.ends),
        ]
        destinations = [*self._texts("destination", self.answers)]
        if self.incoming:
            destinations += self._texts("destination", self.rows)
        named += filter(None, map(self._extension, destinations))
        return list(dict.fromkeys(named)) or self._rung_by_a_callback()

    def _rung_by_a_callback(self) -> list[str]:
        if self.incoming:
            return []
        destinations = self._texts("destination", self.starts, self.ends, self.rows)
        return list(dict.fromkeys(filter(None, map(self._extension, destinations))))

    def _answerers(self) -> list[str]:
        """Extensions that picked up, in order of arrival."""
        return list(filter(None, map(self._answerer, self.answers)))

    def _answerer(self, answer: Fact) -> str:
        return extension_number(answer.get("internal")) or self._extension(
            answer.get("destination")
        )

    def _speakers(self) -> list[str]:
        """Extensions that spoke, one after another: statistics over notifications."""
        if self.rows:
            spoke = map(self._row_extension, self._answered_rows())
            return list(dict.fromkeys(filter(None, spoke)))
        told = [
            *self._answerers(),
            *self._numbers("internal", self.ends),
            *self._numbers("last_internal", self.ends),
        ]
        return list(dict.fromkeys(told))

    def outside_answerer(self) -> str:
        """The outside telephone that answered an incoming call which was forwarded to
        it: the latest one that no extension stands for and that is not the dialled
        number, where a menu or a mailbox answers."""
        if not self.incoming:
            return ""
        dialled = self.called_number()
        # without the dialled number only a recording tells a telephone from a menu
        rows = [
            row
            for row in self._answered_rows()
            if not self._row_extension(row)
            and (dialled or is_true(row.get("is_recorded")))
        ]
        answers = [one for one in self.answers if not self._answerer(one)]
        numbers = self._texts("destination", reversed(rows), reversed(answers))
        outside = (
            number
            for number in numbers
            if caller_number(number) and not _same_number(number, dialled)
        )
        return next(outside, "")

    def extension(self, answered: bool | None) -> str:
        """Who spoke last on our side, over who was rung.

        The latest answered row of statistics, then whoever picked up: END's
        ``last_internal`` if ANSWER tells that they did, else the latest ANSWER; then
        END's ``last_internal`` and ``internal``, then the only extension that was
        concerned. Several that rang in vain: nobody, whomever of them END names. Never
        somebody whose rows say that they did not answer.
        """
        spoke: list[str] = []
        if answered:
            spoke += map(self._row_extension, reversed(self._answered_rows()))
        if answered is not False:
            spoke += self._picked_up()
        candidates = list(spoke)
        if answered is not False or not self.incoming:
            # whom END of a missed call names was only rung, as others were
            candidates += self._numbers("internal", self.ends)
        ours = self._our_extensions()
        if len(ours) == 1 and not (answered and self.outside_answerer()):
            candidates += ours
        in_vain = self._in_vain() if answered else set()
        return next((one for one in candidates if one and one not in in_vain), "")

    def _picked_up(self) -> list[str]:
        """Extensions that notifications say picked up, the last to speak first.

        END also names a colleague to whom the call was handed in vain.
        """
        answerers = self._answerers()
        last = [
            number
            for number in self._numbers("last_internal", self.ends)
            if not answerers or number in answerers
        ]
        return [*last, *reversed(answerers)]

    def _in_vain(self) -> set[str]:
        """Extensions that statistics list, but not as answered."""
        listed = set(map(self._row_extension, self.rows))
        return listed - set(map(self._row_extension, self._answered_rows()))


def _same_number(one: str, other: str) -> bool:
    """Whether two texts are one number, perhaps without its country in one of them."""
    shorter, longer = sorted(
        (re.sub("[^0-9]", "", text).lstrip("0") for text in (one, other)), key=len
    )
    return longer == shorter or (
        len(shorter) >= _SAME_DIGITS and longer.endswith(shorter)
    )
