# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Deliveries that go wrong on purpose, as data in the request to dial."""

from collections.abc import Callable
from dataclasses import dataclass

from ..protocol import checks, signing
from ..protocol.errors import SimulatorError

# Parameters, and the header `Signature` or None.
Forged = tuple[dict[str, str], str | None]
EVENTS = tuple(event for event in signing.SIGNED_FIELDS if event.startswith("NOTIFY_"))
ENDS = ("NOTIFY_END", "NOTIFY_OUT_END")
KINDS: dict[str, tuple[str, ...]] = {
    "duplicate": ("event", "times"),
    "reorder": ("event", "after"),
    "parallel": (),
    "lost": ("event",),
    "delay": ("event", "seconds"),
    "forged": ("event", "forgery"),
    "replay": ("event", "as"),
}


@dataclass(frozen=True)
class Fault:
    """Something that befalls deliveries.

    :param kind: one of `KINDS`
    :param event: which notification; empty means all of the call
    :param times: for `duplicate`, how often it arrives altogether
    :param after: for `reorder`, the event that overtakes this one
    :param seconds: for `delay`, how much later in the call it is sent
    :param forgery: for `forged`, one of `FORGERIES`; the forged one comes before the
        true one, which is not suppressed
    :param turned_into: for `replay`, the event under which an old notification of
        another call comes, after the true one; empty for its own. `as` in the request
    :raises SimulatorError: a value is not possible
    """

    kind: str
    event: str = ""
    times: int = 2
    after: str = ""
    seconds: float = 5
    forgery: str = "wrong-secret"
    turned_into: str = ""

    def __post_init__(self) -> None:
        checks.one_of("faults: kind", self.kind, KINDS)
        for name in ("event", "after"):
            if getattr(self, name):
                checks.one_of(f"faults: {name}", getattr(self, name), EVENTS)
        checks.integer("faults: times", self.times)
        checks.one_of("faults: times", self.times, range(2, 21))
        checks.positive("faults: seconds", self.seconds)
        checks.one_of("faults: forgery", self.forgery, FORGERIES)
        if self.kind == "reorder" and (not self.event or not self.after):
            raise SimulatorError("faults: reorder needs an event and the one after it.")
        if self.forgery == "turned-into-end" and self.event != "NOTIFY_START":
            raise SimulatorError(
                "faults: only NOTIFY_START can be forged as turned-into-end."
            )
        if self.turned_into:
            checks.one_of("faults: as", self.turned_into, ENDS)
            covered = signing.SIGNED_FIELDS.get(self.event)
            if covered != signing.SIGNED_FIELDS[self.turned_into]:
                raise SimulatorError(
                    f"faults: {self.event or 'every event'} cannot be replayed as "
                    f"{self.turned_into}: its signature would not be valid."
                )

    def strikes(self, event: str) -> bool:
        return self.event in ("", event)


def read(values: object) -> list[Fault]:
    """Read the faults of a request to dial.

    :raises SimulatorError: a fault is not possible
    """
    faults = []
    for value in checks.typed("faults", values, list):
        checks.typed("faults", value, dict)
        kind = checks.one_of("faults: kind", value.get("kind"), KINDS)
        checks.known(f"faults: {kind}", value, ("kind", *KINDS[kind]))
        names = {"as": "turned_into"}
        faults.append(
            Fault(**{names.get(name, name): it for name, it in value.items()})
        )
    return faults


def forge(forgery: str, secret: str, params: dict[str, str]) -> Forged:
    """Make a notification that the PBX did not send.

    :param forgery: one of `FORGERIES`
    :param secret: the account's API secret
    :param params: the true notification
    :return: its parameters and header `Signature`
    """
    return FORGERIES[forgery](secret, params)


def _other_values(secret: str, params: dict[str, str]) -> Forged:
    # The signature of this very call, under a number that it does not cover.
    field = signing.SIGNED_FIELDS[params["event"]][0]
    signature = signing.notification_signature(secret, params)
    return {**params, field: params.get(field, "") + "0"}, signature


def turn_into(event: str, params: dict[str, str]) -> dict[str, str]:
    """Invent an end for a call, under values that a signature does not cover.

    :param event: one of `ENDS`
    :param params: a notification whose signature covers the same values
    """
    return {
        **params,
        "event": event,
        "duration": "3600",
        "disposition": "answered",
        "status_code": "16",
        "is_recorded": "0",
    }


def _turned_into_end(secret: str, params: dict[str, str]) -> Forged:
    ended = turn_into("NOTIFY_END", params)
    return ended, signing.notification_signature(secret, ended)


FORGERIES: dict[str, Callable[[str, dict[str, str]], Forged]] = {
    "wrong-secret": lambda secret, params: (
        params,
        signing.notification_signature(secret[::-1] + "x", params),
    ),
    "raw-digest": lambda secret, params: (
        params,
        signing.encode_digest(signing.notification_digest(secret, params)),
    ),
    "missing": lambda _secret, params: (params, None),
    "other-values": _other_values,
    "turned-into-end": _turned_into_end,
}
