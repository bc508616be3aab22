# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m pbx_simulator`: the simulator as a process of its own."""

import argparse
import signal
import threading
from collections.abc import Sequence

from .account.account import DEMO_KEY, DEMO_NUMBER, DEMO_SECRET, Account
from .protocol.errors import SimulatorError
from .simulator import Simulator


def main(arguments: Sequence[str] | None = None) -> None:
    parser = _parser()
    options = parser.parse_args(arguments)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    try:
        account = Account(
            key=options.key,
            secret=options.secret,
            extensions=options.extensions.split(","),
            did=options.numbers.split(",")[0],
            numbers=options.numbers.split(","),
            timezone=options.timezone,
        )
    except SimulatorError as error:
        parser.error(str(error))
    with Simulator(
        accounts=[account],
        seed=options.seed,
        host=options.host,
        port=options.port,
        rate_limit=options.rate_limit,
    ) as simulator:
        print(f"ready {simulator.url}", flush=True)
        stopping.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pbx_simulator",
        description="A Zadarma cloud PBX in a box. Its manual is README.md.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="IPv4 address to listen on")
    add("--port", type=int, default=0, help="port to listen on; 0 takes a free one")
    add("--key", default=DEMO_KEY, help="the account's API key")
    add("--secret", default=DEMO_SECRET, help="the account's API secret")
    add("--seed", help="makes ids and durations repeat; by default they never do")
    add("--extensions", default="100,101,102", help="internal numbers")
    add("--numbers", default=DEMO_NUMBER, help="own numbers; the first one is dialled")
    add("--timezone", default="Europe/Kyiv", help="the account's zone, IANA name")
    add(
        "--rate-limit",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="hold Zadarma's limits of requests a minute",
    )
    return parser


if __name__ == "__main__":
    main()
