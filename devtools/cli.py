# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The sub-commands of ./dev and their options."""

import argparse
import json
import signal
import sys

from . import (
    bench,
    environment,
    instance,
    lint,
    mutate,
    places,
    postgres,
    process,
    run,
    simulator,
    suites,
    system_packages,
    testing,
    translations,
)
from .errors import Problem
from .progress import complain, say


def parser():
    """Return the parser of the command line."""
    root = argparse.ArgumentParser(
        prog="./dev",
        description="Run and test the connector in a real Odoo 19. What is missing "
        "is set up first and kept in a cache; nothing is changed outside of it, "
        "but as root missing Debian packages are installed.",
    )
    commands = root.add_subparsers(metavar="COMMAND", required=True)

    start = commands.add_parser(
        "run",
        help="serve Odoo with demo data, connected to a simulated PBX",
        description="Serve Odoo 19 with the connector and demo data on this machine, "
        "connected to a simulated PBX that has already taken some calls. The "
        "database is kept for the next time.",
    )
    start.add_argument(
        "--port", type=int, default=8069, help="of the web client (%(default)s)"
    )
    start.add_argument(
        "--db", default="demo", metavar="NAME", help="the database (%(default)s)"
    )
    start.add_argument(
        "--fresh", action="store_true", help="throw the database away first"
    )
    start.add_argument(
        "--no-simulator",
        action="store_true",
        help="start neither the simulated PBX nor connect an account to it",
    )
    start.set_defaults(run=run_run)

    dial = commands.add_parser(
        "simulate",
        help="have the simulated PBX of ./dev run play a call or an SMS",
        description="Have the simulated PBX of the running ./dev run play a call or "
        "an incoming SMS, and show the notifications it sent and how Odoo answered "
        "them.",
    )
    dial.add_argument(
        "scenario", metavar="SCENARIO", help="as in incoming-answered, incoming-sms"
    )
    dial.add_argument(
        "--from", dest="from_", metavar="NUMBER", help="who calls or writes"
    )
    dial.add_argument("--to", metavar="EXTENSION", help="who is called")
    dial.add_argument("--did", metavar="NUMBER", help="the number that was dialled")
    dial.add_argument("--text", help="what is written in an SMS")
    dial.add_argument("--json", action="store_true", help="as one JSON object")
    dial.set_defaults(run=run_simulate)

    env = commands.add_parser(
        "env",
        help="show where everything is, with PostgreSQL started and left running",
        description="Set up what is missing, start PostgreSQL and leave it running, "
        "and show where everything is.",
    )
    env.add_argument("--json", action="store_true", help="as one JSON object")
    env.add_argument(
        "--stop", action="store_true", help="stop PostgreSQL again and do no more"
    )
    env.set_defaults(run=run_env)

    test = commands.add_parser(
        "test",
        help="run every test, or those that some pytest arguments choose",
        description="Run every test: the pure ones, those inside Odoo, and those "
        "that drive a running Odoo from outside, browser included. Arguments are "
        "pytest's; paths choose suites, other arguments go to each.",
        usage="./dev test [PYTEST ARGUMENTS]",
    )
    test.set_defaults(run=lambda options: testing.run(options.arguments))

    foreign = commands.add_parser(
        "suites",
        help="run Odoo's own tests without the addons and with them, and compare",
        description="Run tests of Odoo's own modules without the addons and with "
        "them. It fails when a test's result differs. All take more than half an hour.",
    )
    foreign.add_argument(
        "modules",
        nargs="*",
        metavar="MODULE",
        help=f"of Odoo ({', '.join(suites.MODULES)})",
    )
    foreign.set_defaults(run=run_suites)

    check = commands.add_parser(
        "lint",
        help="check the code's form",
        description="Run ruff, mypy, pylint-odoo, the OCA checks, prettier and eslint.",
    )
    check.add_argument(
        "--fix", action="store_true", help="reformat, and mend what can be mended"
    )
    check.set_defaults(run=lambda options: lint.run(options.fix))

    broken = commands.add_parser(
        "mutate",
        help="break zadarma_api in many small ways, and see that its tests notice",
        description="Break each module of zadarma_api in many small ways and run its "
        "own tests each time; show what they did not notice. It fails when that is "
        "more than a tenth. All take long.",
    )
    broken.add_argument(
        "modules", nargs="*", metavar="MODULE", help="as in clock or fold/times"
    )
    broken.set_defaults(run=lambda options: mutate.run(options.modules))

    measure = commands.add_parser(
        "bench",
        help="run a benchmark",
        description="Run a benchmark of benchmarks/. It fails on wrong results; "
        "campaigns, desk and reports fail on a missed goal, too.",
    )
    measure.add_argument("name", metavar="NAME", help="a file there, without .py")
    measure.add_argument("--json", metavar="FILE", help="write the figures there")
    measure.set_defaults(run=lambda options: bench.run(options.name, options.json))

    terms = commands.add_parser(
        "translations",
        help="bring the files of translations up to date with the code",
        description="Write the addons' terms to i18n/*.pot, and new ones, empty, to "
        "each language's file; tell what is to be translated.",
    )
    terms.set_defaults(run=run_translations)

    pictures = commands.add_parser(
        "screenshots",
        help="take the pictures of the README anew",
        description="Take the pictures of the README and of the addon's page in Odoo, "
        "of the running ./dev run.",
    )
    pictures.set_defaults(run=run_screenshots)

    odoo = commands.add_parser(
        "odoo",
        help="the odoo command, as in: ./dev odoo shell -d demo",
        description="Run the odoo command in the environment.",
        usage="./dev odoo ARGS...",
    )
    odoo.set_defaults(run=run_odoo)
    return root


def parse(arguments):
    """Return the options of a command line.

    What follows odoo and test is for those programs, in their own syntax.
    """
    command, rest = arguments[:1], arguments[1:]
    if command == ["odoo"] or (command == ["test"] and not asks_for_help(rest)):
        options = parser().parse_args(command)
        options.arguments = rest
        return options
    return parser().parse_args(arguments)


def asks_for_help(arguments):
    """Tell whether our own help is wanted."""
    return arguments[:1] in (["-h"], ["--help"])


def run_run(options):
    """Serve until interrupted, which is how it ends well."""
    try:
        run.run(options.port, options.db, options.fresh, not options.no_simulator)
    except KeyboardInterrupt:
        say("stopped")
    return 0


def run_simulate(options):
    """Play one call or SMS on the running instance."""
    running = instance.find(places.checkout_state())
    if not running:
        raise Problem("nothing is running here: start it with ./dev run")
    if not running["simulator_url"]:
        raise Problem(
            "it runs without a simulator: start ./dev run without that option"
        )
    settings = {
        "from": options.from_,
        "to": options.to,
        "did": options.did,
        "text": options.text,
    }
    played = simulator.dial(running["simulator_url"], options.scenario, **settings)
    if options.json:
        print(json.dumps(played))
    else:
        call = played["pbx_call_id"]
        print(f"{played['scenario']}: {f'call {call}' if call else 'no call'}")
        for event in played["events"]:
            print(f"  {event['event']:20} {event['status']}")
    return 0


def run_env(options):
    """Print where everything is."""
    if options.stop:
        postgres.stop(environment.python())
        return 0
    can_have_browser = system_packages.can_install()
    with environment.ready(browser=can_have_browser, keep=True) as ready:
        running = instance.find(ready.state) or {}
        summary = {
            **ready.summary(),
            "simulator_url": running.get("simulator_url"),
        }
    if options.json:
        print(json.dumps(summary, indent=2))
    else:
        for key, value in summary.items():
            print(f"{key:14} {'-' if value is None else value}")
    return 0


def run_screenshots(_options):
    """Take the README's pictures of the running instance."""
    running = instance.find(places.checkout_state())
    if not running:
        raise Problem("nothing is running here: start it with ./dev run --fresh")
    if not running["simulator_url"]:
        raise Problem("it runs without a simulator: nobody calls while it is pictured")
    with environment.ready(browser=True) as ready:
        return process.run_to_end(
            [
                ready.python,
                *("-m", "devtools.screenshots"),
                *(running["url"], running["simulator_url"], ready.chromium),
            ],
            env={**ready.environ(), "PYTHONPATH": str(places.CHECKOUT)},
        )


def run_suites(options):
    """Compare Odoo's own tests."""
    with environment.ready(browser=True) as ready:
        return suites.compare(ready, options.modules or suites.MODULES)


def run_translations(_options):
    """Bring the files of translations up to date."""
    translations.update()
    return 0


def run_odoo(options):
    """Run the odoo command until it ends."""
    with environment.ready() as ready:
        return process.run_to_end(
            [ready.python, ready.odoo.bin, *options.arguments], env=ready.environ()
        )


def main(arguments=None):
    """Run one command and return its exit code."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # As Ctrl-C, so that what was started is stopped; and Ctrl-C itself, which
        # shells make background processes ignore.
        signal.signal(number, signal.default_int_handler)
    try:
        return options.run(options)
    except Problem as problem:
        complain(problem)
        return 1
    except KeyboardInterrupt:
        complain("interrupted")
        return 130
