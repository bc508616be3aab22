# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The parts of a call."""

from dataclasses import dataclass

from ..notification import extension_number
from ..statistics import is_answered, is_true
from .parties import Parties

#: From pairs of extension and leg's id to that leg's result.
_Results = dict[tuple[str, str], str | None]


@dataclass(frozen=True)
class Leg:
    """A part of a call: an extension that rang, a row of statistics, a recording.

    :param extension: internal number, empty when not known
    :param leg_id: Zadarma's ``call_id`` of this part, empty when not known
    :param result: ``answered``, ``no_answer`` or ``None`` while nothing is known
    :param recorded: whether Zadarma has a recording of it
    """

    extension: str = ""
    leg_id: str = ""
    result: str | None = None
    recorded: bool = False


class Legs(Parties):
    """What is known of each part."""

    def legs(self, extension: str, answered: bool | None) -> tuple[Leg, ...]:
        """One leg for each row of statistics, each other extension that was rung, and
        each other id that Zadarma gave.

        A notification about a recorded part names no extension; when there is one
        such part only, it is the talk of whoever spoke.
        """
        recorded = self._recorded_parts()
        results = self._listed_results()
        ids = {
            *self._texts("call_id_with_rec", self.facts),
            *map(self._leg_id, self.facts),
        } - {"", *(leg_id for _number, leg_id in results)}
        rung = {*self._our_extensions(), *self._rung_by_a_callback()}
        for number in rung - {number for number, _leg_id in results}:
            leg_id = ids.pop() if number == extension and len(ids) == 1 else ""
            results[number, leg_id] = self._rung_result(number, extension, answered)
        results.update({("", leg_id): None for leg_id in ids})
        legs = (
            Leg(number, leg_id, result, leg_id in recorded)
            for (number, leg_id), result in results.items()
        )
        return tuple(
            sorted(legs, key=lambda leg: (not leg.extension, leg.extension, leg.leg_id))
        )

    def _recorded_parts(self) -> set[str]:
        """Ids of the parts that were recorded."""
        return {
            *self._texts("call_id_with_rec", self.records),
            *(
                end.get("call_id_with_rec")
                for end in self.ends
                if is_true(end.get("is_recorded"))
            ),
            *(
                self._leg_id(row)
                for row in self.rows
                if is_true(row.get("is_recorded"))
            ),
        } - {""}

    def _listed_results(self) -> _Results:
        """What statistics tell."""
        results: _Results = {}
        for row in self.rows:
            key = self._row_extension(row), self._leg_id(row)
            if results.get(key) != "answered":
                results[key] = "answered" if is_answered(row) else "no_answer"
        return results

    def _rung_result(
        self, number: str, extension: str, answered: bool | None
    ) -> str | None:
        picked_up = [
            *self._answerers(),
            # who hands a call on has spoken
            *self._numbers("transfer_from", self.rings),
        ]
        # a colleague who is called picks up without a notification
        spoke = [*picked_up, extension, self.called_number()]
        if answered is not False and number in spoke:
            return "answered" if answered else None
        # whom a call is handed to is rung after somebody picked up
        handed = picked_up and self._rung_since_picked_up(number)
        return "no_answer" if self.ends or (picked_up and not handed) else None

    def _rung_since_picked_up(self, number: str) -> bool:
        """Whether an extension was rung after the last time that one picked up."""
        latest = max((one.received_at for one in self.answers), default=None)
        return any(
            extension_number(ring.get("internal")) == number
            and (latest is None or ring.received_at > latest)
            for ring in self.rings
        )
