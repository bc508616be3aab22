# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# ruff: noqa: F821 (env is the shell's)
"""What ``reports.py`` runs inside Odoo, where ``env`` is given: fill the database with
calls, or measure once."""

import json
import os
import re
import time
from pathlib import Path

from lxml import etree

from odoo.tests import new_test_user
from odoo.tools.safe_eval import safe_eval

AGENTS = 50
PARTNERS = 2_000
#: Times that each is measured in a turn; the first is not counted.
TIMES = 4
SETTINGS = json.loads(os.environ["PROBE_SETTINGS"])
#: How often PostgreSQL is given the chance to tidy up.
TIDYING = 8
#: Every tenth is missed and a third is outgoing; every sixtieth was not called back, so
#: that both sizes fill a page. The oldest is stored first.
FILL = """
INSERT INTO zadarma_call (
    account_id, company_id, pbx_call_id, direction, state, result, caller_number,
    called_number, external_number, partner_id, partner_match, extension_number,
    employee_id, user_id, person_id, date_start, date_answer, date_end, duration,
    wait_duration, callback_state, time_to_call_back, create_date, write_date
)
SELECT %(account)s, %(company)s, 'in_' || n,
    CASE WHEN n %% 3 = 0 THEN 'outgoing' ELSE 'incoming' END, 'ended',
    CASE WHEN n %% 3 = 0 THEN
        CASE WHEN n %% 6 = 0 THEN 'answered' ELSE 'no_answer' END
        ELSE CASE WHEN n %% 10 = 0 THEN 'missed' ELSE 'answered' END END,
    '+4420' || (70000000 + n %% 50000), '+442037691881',
    '+4420' || (70000000 + n %% 50000),
    (%(partners)s::int[])[1 + n %% %(partner_count)s], 'exact', '101',
    CASE WHEN n %% 10 <> 0 OR n %% 3 = 0
        THEN (%(employees)s::int[])[1 + (n / 7) %% %(user_count)s] END,
    CASE WHEN n %% 10 <> 0 OR n %% 3 = 0
        THEN (%(users)s::int[])[1 + (n / 7) %% %(user_count)s] END,
    CASE WHEN n %% 10 <> 0 OR n %% 3 = 0
        THEN (%(persons)s::int[])[1 + (n / 7) %% %(user_count)s] END,
    moment, moment, moment + interval '1 minute', n %% 300, n %% 40,
    CASE WHEN n %% 30 = 10 THEN CASE WHEN n %% 60 = 10 THEN 'open' ELSE 'done' END END,
    CASE WHEN n %% 30 = 10 AND n %% 60 <> 10 THEN 1800 END, moment, moment
FROM (
    SELECT n, date_trunc('day', now() AT TIME ZONE 'UTC')
        - (n * interval '30 days' / %(month)s) AS moment
    FROM generate_series(%(first)s, %(last)s - 1) AS n
) AS numbered
ORDER BY n DESC
"""
#: Each call rings two, of whom one may take it.
LEGS = """
INSERT INTO zadarma_call_leg (
    call_id, extension_number, user_id, result
)
SELECT id, '101',
    (%(users)s::int[])[1 + (n / 7 + rung) %% %(user_count)s],
    CASE WHEN rung = 0 AND result = 'answered' THEN 'answered' ELSE 'no_answer' END
FROM zadarma_call
    CROSS JOIN LATERAL (SELECT substr(pbx_call_id, 4)::int AS n) AS numbered
    CROSS JOIN generate_series(0, 1) AS rung
WHERE n >= %(first)s AND n < %(last)s
ORDER BY id
"""


def main():
    if SETTINGS["fill"]:
        _fill(SETTINGS["calls"], SETTINGS["month"])
        told = {}
    else:
        told = {title: _measure(action) for title, action in _actions().items()}
    Path(os.environ["PROBE_RESULT"]).write_text(json.dumps(told))


def _fill(calls, month):
    values = _people()
    env.cr.execute(FILL, {**values, "month": month, "first": 0, "last": calls})
    env.cr.execute(LEGS, {**values, "first": 0, "last": calls})
    _tidy()


def _tidy():
    """What PostgreSQL does by itself, once nobody reads what was before."""
    env.cr.commit()
    env.cr._cnx.autocommit = True
    for _time in range(TIDYING):
        env.cr.execute("VACUUM ANALYZE zadarma_call, zadarma_call_leg")
        env.cr.execute(
            "SELECT relallvisible < relpages / 2 FROM pg_class"
            " WHERE relname = 'zadarma_call_leg'"
        )
        if not env.cr.fetchone()[0]:
            break
        time.sleep(1)
    env.cr._cnx.autocommit = False


def _people():
    account = env["zadarma.account"].create({"name": "Bench", "tz": "UTC"})
    group = "base.group_user,zadarma_connector.group_zadarma"
    users = [
        new_test_user(env, f"agent{number}", f"{group}_user")
        for number in range(AGENTS)
    ]
    new_test_user(env, "lead", f"{group}_supervisor")
    partners = env["res.partner"].create(
        [{"name": f"Customer {number}"} for number in range(PARTNERS)]
    )
    partners[:20].user_id = users[0]
    employees = env["hr.employee"].create([{"name": user.name} for user in users])
    env.flush_all()
    return {
        "account": account.id,
        "company": account.company_id.id,
        "users": [user.id for user in users],
        "persons": [user.partner_id.id for user in users],
        "employees": employees.ids,
        "user_count": len(users),
        "partners": partners.ids,
        "partner_count": len(partners),
    }


def _actions():
    """What people open, by title."""
    agent, supervisor = (
        env(user=env["res.users"].search([("login", "=", login)]).id)
        for login in ("agent0", "lead")
    )
    month = [("date", ">=", "today -29d")]
    columns = ["__count", "incoming:sum", "answer_rate:avg", "wait:avg"]

    asked = {who: _asked(who) for who in (agent, supervisor)}

    def page(who, domain, offset=0):
        found = who["zadarma.call"].web_search_read(domain, offset=offset, **asked[who])
        return found["length"]

    def form(who):
        call = who["zadarma.call"].search([], limit=1)
        env.invalidate_all()
        return bool(call.web_read(asked[who]["specification"]))

    def table(domain, *groups):
        report = supervisor["zadarma.call.report"]
        return repr(report._read_group(domain, groups, columns))

    person = [("person_id", "=", agent.user.partner_id.id)]
    lists = {
        f"{name}, {title}": lambda who=who, domain=domain: page(who, domain)
        for title, who in (("supervisor", supervisor), ("agent", agent))
        for name, domain in (
            ("all", []),
            *_filters(who).items(),
            ("one person's", person),
        )
    }
    return {
        **lists,
        "second page, agent": lambda: page(agent, [], 80),
        "second page, agent, ids alone": lambda: agent["zadarma.call"]
        .search([], offset=80, limit=80)
        .ids[:0],
        "one call, agent": lambda: form(agent),
        "dashboard, 30 days": lambda: repr(
            supervisor["zadarma.call.report"].dashboard(30)
        ),
        "table, 30 days": lambda: table(month, "called_number", "result"),
        "graph, 30 days": lambda: table(month, "date:day", "result"),
        "by hour, the whole history": lambda: table([], "hour"),
    }


def _filters(who):
    """The filters of the list, by name: domains."""
    view = etree.fromstring(who["zadarma.call"].get_view(view_type="search")["arch"])
    return {
        one.get("name"): safe_eval(one.get("domain"), {"uid": who.uid})
        for one in view.xpath("//filter[@domain]")
    }


def _asked(who):
    """What the web client asks for when it opens the list."""
    calls = who["zadarma.call"]
    view = etree.fromstring(calls.get_view(view_type="list")["arch"])
    relational = {"fields": {"display_name": {}}}
    return {
        "specification": {
            name: relational if calls._fields[name].relational else {}
            for name in view.xpath("./field/@name")
        },
        "limit": 80,
        # 10,000 is the client's own, where the list says nothing
        "count_limit": int(view.get("count_limit", 10_000)) + 1,
    }


def _measure(action):
    """The milliseconds of each time, and what it came to."""
    taken = []
    for _time in range(TIMES):
        env.invalidate_all()
        began = time.perf_counter()
        result = action()
        taken.append((time.perf_counter() - began) * 1000)
    # sums of the same numbers in another order differ in their last digits
    result = re.sub(r"[0-9]+\.[0-9]+", lambda one: f"{float(one[0]):.9g}", f"{result}")
    return {"taken": taken[1:], "result": result}


main()
