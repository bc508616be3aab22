# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest
from zadarma_api import answer


def test_an_extension_rings_for_three_seconds_at_least():
    """Zadarma's page on notifications, ``return_timeout``."""
    assert answer.SHORTEST_RETURN == 3


def test_a_rejection_is_recognised():
    assert answer.reject() == {"redirect": "blacklist", "return_timeout": 0}
    assert answer.is_rejection("blacklist")
    assert not answer.is_rejection("101")


@pytest.mark.parametrize("text", ["1", "12", "0-1", "0-main", "2-10"])
def test_scenarios(text):
    assert answer.is_scenario(text)


@pytest.mark.parametrize(
    "text, whole",
    [("1", "0-1"), ("12", "0-12"), ("2-10", "2-10"), ("0-main", "0-main")],
)
def test_the_menu_of_a_scenario(text, whole):
    assert answer.whole_code(text) == whole


@pytest.mark.parametrize("text", ["", None, "101", "blacklist", "0-", "main", "1\n"])
def test_what_is_no_scenario(text):
    assert not answer.is_scenario(text)


def test_names_that_are_empty_for_a_display_are_left_out():
    assert answer.ring("101", 20, " \n\x00") == {
        "redirect": "101",
        "return_timeout": 20,
    }
    assert answer.ring("101", 20, "Іван\t Франко")["caller_name"] == "Іван Франко"
    assert len(answer.ring("101", 20, "x" * 100)["caller_name"]) == 60
