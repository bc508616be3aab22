# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What somebody makes of one notification that they caught, with its signature.

Zadarma signs some values without borders, and neither the event nor anything beside
them. So the same signature fits other events, ids and borders.
"""

from dataclasses import dataclass

from pbx_simulator.calls import faults
from pbx_simulator.calls.parcel import FORGED, Parcel
from pbx_simulator.protocol import signing

LONG_AGO = "2001-01-01 00:00:00"
ENDED = {
    "disposition": "answered",
    "duration": "3600",
    "status_code": "16",
    "is_recorded": "1",
}


@dataclass(frozen=True)
class Caught:
    """A notification that somebody caught, and what else they know.

    :param params: of the notification
    :param new: the part of an id behind its prefix, of no call
    :param incoming: the id of another call that came in; so is `outgoing`
    :param outgoing: of one that went out
    :param extension: of the account, not the one that took part
    :param part: the id of another call's recording
    """

    params: dict
    new: str
    incoming: str
    outgoing: str
    extension: str
    part: str

    def told(self, event, pbx_call_id, **params):
        """The caught text once more, as another event or under another id."""
        return {**self.params, "event": event, "pbx_call_id": pbx_call_id, **params}

    @property
    def own_id(self):
        return self.params["pbx_call_id"]

    @property
    def new_in(self):
        return f"in_{self.new}"

    @property
    def new_out(self):
        return f"out_{self.new}"


@dataclass(frozen=True)
class Forgery:
    """A kind of them.

    :param event: the notification that has to be caught
    :param make: function of a `Caught` that returns the parameters of what is sent
    :param stands: whether a call of the new id is in the log then, in doubt
    """

    event: str
    make: object
    stands: bool = False


def _moved(caught):
    """The border between caller and dialled number, to either side."""
    text = caught.params["caller_id"] + caught.params["called_did"]
    place = len(caught.params["caller_id"])
    for border in (place - 3, place + 3):
        moved = {"caller_id": text[: max(border, 0)], "called_did": text[border:]}
        if border < 0:
            moved = {"caller_id": text[:1], "called_did": text[1:]}
        for pbx_call_id in (caught.own_id, caught.new_in):
            yield caught.told("NOTIFY_START", pbx_call_id, **moved)


def _as_an_extension(caught):
    text = caught.params["caller_id"] + caught.params["called_did"]
    yield caught.told(
        "NOTIFY_OUT_START",
        caught.new_in,
        internal=text,
        destination="",
        caller_id="+442079460099",
    )
    yield caught.told("NOTIFY_START", caught.new_in)


def _outgoing_moved(caught):
    whole = caught.params.get("internal", "") + caught.params["destination"]
    for pbx_call_id in (caught.own_id, caught.new_out):
        for border in (0, 1, len(whole)):
            yield caught.told(
                "NOTIFY_OUT_START",
                pbx_call_id,
                internal=whole[:border],
                destination=whole[border:],
            )


def _record_moved(caught):
    part = caught.params["call_id_with_rec"]
    yield caught.told(
        "NOTIFY_RECORD", caught.own_id + part[0], call_id_with_rec=part[1:]
    )
    yield caught.told(
        "NOTIFY_RECORD", caught.own_id[:-1], call_id_with_rec=caught.own_id[-1] + part
    )


#: By name; what an attack achieved once is among them.
FORGERIES = {
    "text as an extension's call": Forgery("NOTIFY_START", _as_an_extension, True),
    "moved border": Forgery("NOTIFY_START", _moved),
    "same text, other id": Forgery(
        "NOTIFY_START",
        lambda caught: [caught.told("NOTIFY_START", caught.new_in)],
        True,
    ),
    "unsigned time, other id": Forgery(
        "NOTIFY_START",
        lambda caught: [caught.told("NOTIFY_START", caught.new_in, callstart=LONG_AGO)],
        True,
    ),
    "unsigned time, same id": Forgery(
        "NOTIFY_START",
        lambda caught: [caught.told("NOTIFY_START", caught.own_id, callstart=LONG_AGO)],
    ),
    "text under another call's id": Forgery(
        "NOTIFY_START", lambda caught: [caught.told("NOTIFY_START", caught.incoming)]
    ),
    "end of an outgoing call": Forgery(
        "NOTIFY_START",
        lambda caught: [
            caught.told("NOTIFY_END", one, internal=caught.extension, **ENDED)
            for one in (caught.new_out, caught.outgoing)
        ],
    ),
    "invented talk": Forgery(
        "NOTIFY_START",
        lambda caught: [
            faults.turn_into("NOTIFY_END", caught.told("NOTIFY_START", caught.new_in))
        ],
        True,
    ),
    "invented menu": Forgery(
        "NOTIFY_START",
        lambda caught: [
            caught.told(
                "NOTIFY_IVR",
                caught.new_in,
                **{"wait_dtmf[name]": "menu", "wait_dtmf[digits]": "1"},
            )
        ],
        True,
    ),
    "another telephone rings": Forgery(
        "NOTIFY_INTERNAL",
        lambda caught: [
            caught.told(
                "NOTIFY_INTERNAL",
                caught.own_id,
                internal=caught.extension,
                transfer_from=caught.extension,
            )
        ],
    ),
    "another one answers": Forgery(
        "NOTIFY_ANSWER",
        lambda caught: [
            caught.told("NOTIFY_ANSWER", caught.own_id, internal=caught.extension)
        ],
    ),
    "answer as a call of ours": Forgery(
        "NOTIFY_ANSWER",
        lambda caught: [
            caught.told(
                "NOTIFY_OUT_START",
                caught.new_out,
                internal="",
                destination=caught.params["caller_id"] + caught.params["destination"],
            )
        ],
        True,
    ),
    "another end": Forgery(
        "NOTIFY_END",
        lambda caught: [
            caught.told(
                "NOTIFY_END", caught.own_id, last_internal=caught.extension, **ENDED
            )
        ],
    ),
    "another call's recording": Forgery(
        "NOTIFY_END",
        lambda caught: [
            caught.told(
                "NOTIFY_END",
                caught.own_id,
                is_recorded="1",
                call_id_with_rec=caught.part,
            )
        ],
    ),
    "outgoing, other id": Forgery(
        "NOTIFY_OUT_START",
        lambda caught: [
            caught.told("NOTIFY_OUT_START", caught.new_out),
            caught.told("NOTIFY_OUT_END", caught.new_out, **ENDED),
        ],
        True,
    ),
    "outgoing, under another call's id": Forgery(
        "NOTIFY_OUT_START",
        lambda caught: [caught.told("NOTIFY_OUT_END", caught.outgoing, **ENDED)],
    ),
    "outgoing, moved border": Forgery("NOTIFY_OUT_START", _outgoing_moved),
    "recording, moved border": Forgery("NOTIFY_RECORD", _record_moved),
}


def make(name, caught, signature):
    """Return what somebody sends, a list of `Parcel`.

    :param name: of :data:`FORGERIES`
    :param caught: :class:`Caught`
    :param signature: of what was caught
    """
    return [
        Parcel(params, signature, fault=FORGED)
        for params in FORGERIES[name].make(caught)
    ]


#: The name of the kind that is made of a request to the API instead.
REQUEST = "request to the API"
#: What begins so is signed, but is a request to the API and no notification.
REQUEST_PATH = "/v1/"


def of_a_request(account, pbx_call_id):
    """Return what somebody sends who caught one of our own requests to the API.

    :param account: the simulator's
    :param pbx_call_id: which they name
    """
    path, pairs = "/v1/statistics/pbx/", [("start", LONG_AGO), ("end", LONG_AGO)]
    signature = signing.request_signature(account.secret, path, pairs)
    # the official SDK signs path, parameters and their MD5 in one text
    text = signing.request_text(path, pairs)
    start = {"event": "NOTIFY_START", "pbx_call_id": pbx_call_id}
    return [
        Parcel(params, signature, fault=FORGED)
        for params in (
            {**start, "caller_id": text, "called_did": "", "call_start": ""},
            {**start, "caller_id": "", "called_did": text, "call_start": ""},
            {"event": "SMS", "result": text},
        )
    ]
