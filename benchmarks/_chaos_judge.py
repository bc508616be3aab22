# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What may be asked of Odoo after a chaos run, from what was really delivered."""

import json
from collections import Counter, defaultdict
from itertools import repeat

from benchmarks._chaos_forgeries import REQUEST_PATH
from benchmarks._comparison import untold
from pbx_simulator.calls.truth import NO_EXTENSION
from pbx_simulator.protocol import signing

#: Fields whose change is a correction.
TOLD = ("result", "duration", "recorded")
#: Rows in one answer of statistics.
PAGE = 1000
ENDS = ("NOTIFY_END", "NOTIFY_OUT_END")


class Judge:
    """Knows all that was delivered.

    :param secret: with which the PBX signs
    :param calls: list of ``pbx_simulator.calls.truth.Call``
    :param invented: ids that somebody invented, and of which a call in doubt may be in
        the log
    """

    def __init__(self, secret, calls, invented):
        self._secret = secret
        self.truths = {call.pbx_call_id: call for call in calls}
        self.deliveries = [parcel for call in calls for parcel in call.notifications]
        self._genuine = {_content(one.params) for one in self.deliveries if one.genuine}
        lies = self._lies()
        self._lied_about = {one.params["pbx_call_id"] for one in lies}
        #: Ids of calls of one caller in the same second, which no signature tells from
        #: one that was caught: until statistics know them they are in doubt.
        self.twins = _twins(one for one in self.deliveries if one.genuine)
        #: Ids of calls that somebody invented; to whether Odoo took notice.
        self.phantoms = {
            one.params["pbx_call_id"]: one.status == 200
            for one in lies
            if one.params["pbx_call_id"] in invented
        }

    def settled(self):
        """Return the calls that must be right without statistics: Odoo accepted their
        end, and nobody told lies about them.
        """
        return [
            call for call in self._ended() if call.pbx_call_id not in self._lied_about
        ]

    def proved(self):
        """Return the calls whose numbers and start must be right without statistics:
        somebody told lies about them, but these are signed.
        """
        return [call for call in self._ended() if call.pbx_call_id in self._lied_about]

    def _ended(self):
        """The calls whose end Odoo accepted, but for twins."""
        return [
            call
            for name, call in self.truths.items()
            if name not in self.twins
            and any(
                parcel.genuine and parcel.event in ENDS and parcel.status == 200
                for parcel in call.notifications
            )
        ]

    def untold(self):
        """Return what no notification of the PBX that Odoo accepted tells of a call,
        or only one of a twin.

        :return: dict of ids to sets of parameters' names
        """
        accepted = [
            one.params
            for one in self.deliveries
            if one.status == 200
            and _content(one.params) in self._genuine
            and one.params["pbx_call_id"] not in self.twins
        ]
        return untold(self.truths.values(), accepted)

    def wrong_in_journal(self, entries):
        """Hold the journal against the deliveries.

        :param entries: dicts as Odoo returns them
        :return: list of sentences
        """
        counted = {_content(_said(entry)): entry["delivery_count"] for entry in entries}
        found = self._not_counted(counted)
        signed = {
            _content(one.params) for one in self.deliveries if self._is_signed(one)
        }
        found += [
            f"in the journal, but nobody signed it: {content}"
            for content in counted
            if content not in signed
        ]
        found += [
            f"accepted without a valid signature: {_content(one.params)}"
            for one in self.deliveries
            if one.status == 200 and not self._is_signed(one)
        ]
        return found + [
            f"in the journal as {entry['state']}: {_content(_said(entry))}"
            for entry in entries
            if not self._is_settled(entry)
        ]

    def _is_settled(self, entry):
        """Whether a call was computed from it, or it is doubted and not the PBX's, or
        a twin's."""
        if entry["state"] == "doubted":
            is_genuine = _content(_said(entry)) in self._genuine
            return not is_genuine or entry["pbx_call_id"] in self.twins
        return entry["state"] == "applied"

    def _not_counted(self, counted):
        """What was accepted more often than the journal has it."""
        accepted = Counter(
            _content(one.params) for one in self.deliveries if one.status == 200
        )
        return [
            f"accepted {times} times, {counted.get(content, 0)} times in the journal: "
            f"{content}"
            for content, times in accepted.items()
            if counted.get(content, 0) < times
        ]

    def wrong_in_doubt(self, log):
        """Tell which calls are not confirmed, or in doubt, without reason.

        :param log: dicts as Odoo returns them, after the reconciliation
        :return: list of sentences
        """
        found = []
        for call in log:
            name = call["pbx_call_id"]
            right = (True, False) if name in self.truths else (False, True)
            if (call["confirmed"], call["in_doubt"]) != right:
                found.append(
                    f"{name} happened: {name in self.truths}, confirmed: "
                    f"{call['confirmed']}, in doubt: {call['in_doubt']}"
                )
        logged = {call["pbx_call_id"] for call in log}
        return found + [
            f"{name} was invented and accepted, but is not in the log"
            for name, accepted in self.phantoms.items()
            if accepted and name not in logged
        ]

    def wrong_in_hearing(self, log, speakers, listed):
        """Tell who may hear a call and did not speak, or may not and did.

        :param log: dicts as Odoo returns them
        :param speakers: from the log's ids to sets of internal numbers
        :param listed: whether statistics tell of the calls already
        """
        found = []
        for call in log:
            may = speakers.get(call["id"], set())
            truth = self.truths.get(call["pbx_call_id"])
            spoke = _speakers(truth) if truth and listed else set()
            if may != spoke:
                found.append(
                    f"{call['pbx_call_id']}: {sorted(may)} may hear it, but "
                    f"{sorted(spoke)} spoke"
                )
        return found

    def wrong_with_customers(self, log, customers, waiting, numbers):
        """Tell what came of calls that never happened.

        :param log: dicts as Odoo returns them, after the reconciliation
        :param customers: dicts as Odoo returns them
        :param waiting: the log's ids of calls for which somebody waits
        :param numbers: of the customers that there were before
        """
        found = [
            f"{call['pbx_call_id']} never happened, but something follows from it"
            for call in self._invented(log)
            if call["message_ids"] or call["id"] in waiting
        ]
        names = {one["phone"]: one["name"] for one in customers}
        found += [
            f"the customer with the number {number} is called {names.get(number)}"
            for number in numbers
            if names.get(number) != number
        ]
        for number in numbers:
            theirs = [call for call in log if call["external_number"] == number]
            found += self._wrong_in_history(number, theirs)
        return found

    def _wrong_in_history(self, number, calls):
        lines = sum(len(call["message_ids"]) for call in calls)
        happened = sum(call["pbx_call_id"] in self.truths for call in calls)
        return [] if lines == happened else [f"{number}: {lines} lines, not {happened}"]

    def _invented(self, log):
        return [call for call in log if call["pbx_call_id"] in self.phantoms]

    def wrong_in_report(self, reconciliation, before, after):
        """Hold what the reconciliation reports against what it did.

        :param reconciliation: a dict as Odoo returns it
        :param before: the log before it; dicts as Odoo returns them
        :param after: the log after it
        :return: list of sentences
        """
        before = {call["pbx_call_id"]: call for call in before}
        corrected = sum(
            any(call[field] != before[call["pbx_call_id"]][field] for field in TOLD)
            for call in after
            if call["pbx_call_id"] in before
        )
        done = {
            "state": ["done"],
            "rows": [sum(len(truth.legs) for truth in self.truths.values())],
            "added": [sum(call["pbx_call_id"] not in before for call in after)],
            # Pages of less than an hour are believed one by one: what the first tells
            # of a call is a correction, and that the next tells more is another.
            "corrected": range(corrected, corrected + 2 * self._continued() + 1),
            # a text that another call said first is in doubt from the beginning
            "doubted": [
                sum(
                    name in before and not before[name]["in_doubt"]
                    for name in self.phantoms
                )
            ],
        }
        return [
            f"the reconciliation reports {field} {reconciliation[field]}, not {values}"
            for field, values in done.items()
            if reconciliation[field] not in values
        ]

    def _continued(self):
        """Return how many calls have rows on two pages of statistics."""
        rows = sorted(
            (leg.start, leg.call_id, name)
            for name, truth in self.truths.items()
            for leg in truth.legs
        )
        pages = {(name, place // PAGE) for place, (*_, name) in enumerate(rows)}
        return len(pages) - len(self.truths)

    def _lies(self):
        """What somebody else sent with a valid signature, and the PBX did not say."""
        return [
            one
            for one in self.deliveries
            if self._is_signed(one) and _content(one.params) not in self._genuine
        ]

    def _is_signed(self, parcel):
        covered = signing.SIGNED_FIELDS[parcel.event]
        if "".join(map(parcel.params.get, covered, repeat(""))).startswith(
            REQUEST_PATH
        ):
            # it was made for a request to the API
            return False
        right = signing.notification_signature(self._secret, parcel.params)
        return parcel.signature == right


def _speakers(truth):
    """The internal numbers that spoke, by the rows of statistics."""
    if truth.disposition != "answered":
        return set()
    if truth.direction != "incoming":
        is_ours = truth.direction == "internal"
        return {truth.caller, truth.called} if is_ours else {truth.caller}
    return {
        leg.extension
        for leg in truth.legs
        if leg.disposition == "answered" and leg.extension != NO_EXTENSION
    }


def _twins(deliveries):
    """The ids of calls of which another one has the same signature."""
    said = defaultdict(set)
    for one in deliveries:
        said[one.signature].add(one.params["pbx_call_id"])
    return set().union(*(ids for ids in said.values() if len(ids) > 1))


def _said(entry):
    """What an entry of the journal tells; two parameters are columns of their own."""
    columns = {name: entry[name] for name in ("event", "pbx_call_id")}
    return {name: text for name, text in columns.items() if text} | entry["payload"]


def _content(params):
    return json.dumps(params, sort_keys=True)
