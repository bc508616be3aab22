# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Telephone numbers, as people write them and as the PBX tells them.

``characters`` knows which marks stand inside of a number and which between two.
``plans`` asks phonenumbers for what a country's numbers are. ``cutting`` finds the
numbers in a text, ``reading`` tells whose country they are of, ``callers`` reads what
the PBX sends. ``matching`` judges whether a text has a caller's number, and ``keys``
finds all texts for which it may say yes. ``searching`` is for search boxes.

``docs/numbers.md`` is the specification.
"""
