# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Pytest plugin: no example of Hypothesis's fails because it took long.

That would say something of the machine, on which other tests run at the same time, and
nothing of the code.
"""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("untimed")
