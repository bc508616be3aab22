# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What there is to write: what follows from a write must not follow from none."""


def differing(values, stored):
    """Those of some values that are not what is stored; what is empty may be of any
    type.

    :param dict values: names of fields to values
    :param stored: a record, or a dict that has these names
    :return: dict
    """
    return {
        name: value
        for name, value in values.items()
        if (value or None) != (stored[name] or None)
    }
