# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The sub-commands of ./dev and their options."""

import argparse
import json
import subprocess
import sys

from . import environment, lint, postgres, system_packages, testing
from .errors import Problem
from .progress import complain


def parser():
    """Return the parser of the command line."""
    root = argparse.ArgumentParser(
        prog="./dev",
        description="Run and test the connector in a real Odoo 19. What is missing "
        "is set up first and kept in a cache; nothing is changed outside of it, "
        "but as root missing Debian packages are installed.",
    )
    commands = root.add_subparsers(metavar="COMMAND", required=True)

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

    check = commands.add_parser(
        "lint",
        help="check the code's form",
        description="Run ruff, pylint-odoo, the OCA checks, prettier and eslint.",
    )
    check.add_argument(
        "--fix", action="store_true", help="reformat, and mend what can be mended"
    )
    check.set_defaults(run=lambda options: lint.run(options.fix))

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


def run_env(options):
    """Print where everything is."""
    if options.stop:
        postgres.stop(environment.python())
        return 0
    can_have_browser = system_packages.can_install()
    with environment.ready(browser=can_have_browser, keep=True) as ready:
        summary = {**ready.summary(), "simulator_url": None}
    if options.json:
        print(json.dumps(summary, indent=2))
    else:
        for key, value in summary.items():
            print(f"{key:14} {'-' if value is None else value}")
    return 0


def run_odoo(options):
    """Run the odoo command until it ends."""
    with environment.ready() as ready:
        process = subprocess.Popen(
            [ready.python, ready.odoo.bin, *options.arguments], env=ready.environ()
        )
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                # Odoo got the same signal from the terminal and ends by itself.
                continue


def main(arguments=None):
    """Run one command and return its exit code."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        return options.run(options)
    except Problem as problem:
        complain(problem)
        return 1
    except KeyboardInterrupt:
        complain("interrupted")
        return 130
