# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""./dev suites: Odoo's own tests, without our addons and with them.

What fails without them, too, is Odoo's or this machine's; what fails only with them is
ours. All run under pytest-odoo, once everything is installed: Odoo's own runner runs
most of them while modules are loaded, that is before ours are there.
"""

import os
import subprocess
from xml.etree import ElementTree

from . import addons, database
from .errors import Problem
from .progress import say, step

#: Modules whose tests are run: people, numbers, customers, and how code is written.
MODULES = (
    "phone_validation",
    "hr",
    "crm",
    "mail",
    "sms",
    "mass_mailing_sms",
    "test_mail_sms",
    "test_lint",
)


def results(path):
    """Read what pytest wrote.

    :param path: a file of JUnit's form
    :return: dict of each test's name to ``passed``, ``failed`` or ``skipped``
    """
    found = {}
    for case in ElementTree.parse(path).iter("testcase"):
        kinds = {child.tag for child in case}
        found[f"{case.get('classname')}.{case.get('name')}"] = (
            "failed"
            if kinds & {"failure", "error"}
            else "skipped"
            if "skipped" in kinds
            else "passed"
        )
    return found


def compare(ready, modules):
    """Run the tests of modules without our addons and with them.

    :param ready: an ``environment.Environment``
    :param modules: names of Odoo's modules
    :return: exit code; 1 when a result differs
    """
    without = _run(ready, modules, with_addons=False)
    with_ours = _run(ready, modules, with_addons=True)
    different = [
        f"{test}: {without.get(test, 'not there')} without, "
        f"{with_ours.get(test, 'not there')} with them"
        for test in sorted(without.keys() | with_ours.keys())
        if without.get(test) != with_ours.get(test)
    ]
    for line in different:
        print(f"  {line}")
    print(f"{len(different) or 'no'} of {len(with_ours)} results differ")
    return int(bool(different))


def _run(ready, modules, with_addons):
    """Run tests in a database of their own and return their :func:`results`."""
    title = "with" if with_addons else "without"
    title = f"{', '.join(modules)} {title} {' and '.join(addons.names())}"
    # what is not installed must not even be found: test_lint reads all there is
    theirs = ",".join(str(path) for path in ready.odoo.addons)
    path = ready.addons_path if with_addons else theirs
    report = ready.state / "logs" / f"suites_{'with' if with_addons else 'without'}.xml"
    report.unlink(missing_ok=True)
    template = database.with_addons if with_addons else database.with_dependencies
    with database.temporary(ready, "suites", template) as name, step(title):
        database.odoo(
            ready,
            name,
            f"--addons-path={path}",
            f"--init={','.join(modules)}",
            doing=f"installing {', '.join(modules)}",
        )
        done = subprocess.run(
            [
                *(ready.python, "-m", "pytest", "-c", os.devnull, "-q"),
                *("-p", "no:cacheprovider", f"--junitxml={report}"),
                *("--odoo-http", f"--odoo-database={name}"),
                *(f"--odoo-addons-path={path}", "--odoo-log-level=critical"),
                *(ready.odoo.addons[0] / module / "tests" for module in modules),
            ],
            cwd=ready.state,
            env=ready.environ(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    if not report.exists():
        raise Problem(f"pytest broke off:\n{done.stdout}\n{done.stderr}")
    found = results(report)
    failed = sum(outcome == "failed" for outcome in found.values())
    say(f"{len(found)} tests, {failed} failed. Each is told in {report}")
    return found
