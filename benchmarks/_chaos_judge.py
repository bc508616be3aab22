# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What may be asked of Odoo after a chaos run, from what was really delivered."""

import json
from collections import Counter

from benchmarks._comparison import untold
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
    """

    def __init__(self, secret, calls):
        self._secret = secret
        self.truths = {call.pbx_call_id: call for call in calls}
        self.deliveries = [parcel for call in calls for parcel in call.notifications]
        genuine = {_content(one.params) for one in self.deliveries if one.genuine}
        # sent by somebody else, with a valid signature, and not what the PBX said
        lies = [
            one
            for one in self.deliveries
            if self._is_signed(one) and _content(one.params) not in genuine
        ]
        self._lied_about = {one.params["pbx_call_id"] for one in lies}
        #: Ids of calls that somebody invented; to whether Odoo took notice.
        self.phantoms = {
            one.params["pbx_call_id"]: one.status == 200
            for one in lies
            if one.params["pbx_call_id"] not in self.truths
        }

    def settled(self):
        """Return the calls that must be right without statistics: Odoo accepted their
        end, and nobody told lies about them.
        """
        return [
            call
            for name, call in self.truths.items()
            if name not in self._lied_about
            and any(
                parcel.genuine and parcel.event in ENDS and parcel.status == 200
                for parcel in call.notifications
            )
        ]

    def untold(self):
        """Return what no notification that Odoo accepted tells of a call.

        :return: dict of ids to sets of parameters' names
        """
        accepted = [one.params for one in self.deliveries if one.status == 200]
        return untold(self.truths.values(), accepted)

    def wrong_in_journal(self, entries):
        """Hold the journal against the deliveries.

        :param entries: dicts as Odoo returns them
        :return: list of sentences
        """
        counted = {
            _content(entry["payload"]): entry["delivery_count"] for entry in entries
        }
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
        found += [
            f"in the journal as {entry['state']}: {_content(entry['payload'])}"
            for entry in entries
            if entry["state"] != "applied"
        ]
        return found

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

    def _is_signed(self, parcel):
        right = signing.notification_signature(self._secret, parcel.params)
        return parcel.signature == right


def _content(params):
    return json.dumps(params, sort_keys=True)
