# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Kinds of texts and callers that went wrong for people, each by its number in the
list of cases that the specification, docs/numbers.md, goes through."""

import pytest
from zadarma_api.numbers import callers, cutting, matching, reading

KYIV = "+380443645713"


def numbers(text, *countries):
    """What a text is cut into, as it is read: numbers in E.164, or why not."""
    found = [reading.read(one, countries) for one in cutting.cut(text, countries)]
    return [one.e164 or one.reason for one in found]


def judge(text, number, *countries):
    return matching.match([text], number, countries)


# -- 1: a plus before a national number ------------------------------------------------


@pytest.mark.parametrize(
    "caller_id",
    ["+0672220001", "+00380672220001", "672220001", "380672220001", "+380672220001"],
)
def test_case_01_one_person_however_the_pbx_tells_the_number(caller_id):
    assert callers.caller(caller_id, "UA") == ("+380672220001", True)


@pytest.mark.parametrize(
    "caller_id, country, number",
    [
        ("+02079460018", "GB", "+442079460018"),
        ("+0301234567", "DE", "+49301234567"),
        ("+0612345678", "IT", "+390612345678"),
        ("+0048223071845", "UA", "+48223071845"),
        # no country code begins with 89
        ("+89161234567", "RU", "+79161234567"),
        ("+8 916 123 45 67", "RU", "+79161234567"),
        ("+06201234567", "HU", "+36201234567"),
        ("+0412 345 678", "AU", "+61412345678"),
        # who was called, in the other direction
        ("0443645713", "UA", KYIV),
    ],
)
def test_case_01_in_other_countries(caller_id, country, number):
    assert callers.caller(caller_id, country).number == number
    assert numbers(caller_id, country) == [number]


@pytest.mark.parametrize(
    "caller_id, country, number",
    [
        ("+601234567", "PL", "+48601234567"),
        ("+2125550100", "US", "+12125550100"),
        ("+32123456", "DK", "+4532123456"),
        # abroad there are such numbers
        ("+60123456789", "PL", "+60123456789"),
        ("+32470123456", "US", "+32470123456"),
    ],
)
def test_case_01_where_there_is_no_zero(caller_id, country, number):
    assert callers.caller(caller_id, country) == (number, True)


def test_case_01_who_writes_a_country_means_it():
    # in the company's country the same digits are a number
    assert numbers("+2125550100", "US") == ["invalid"]
    assert judge("+2125550100", "+12125550100", "US") is None


# -- 3: two numbers in one field -------------------------------------------------------

SEPARATORS = [
    *(
        " - ",
        " – ",
        "–",
        "  ",
        "\t",
        "\n",
        "/",
        " / ",
        "+",
        " + ",
        ", ",
        ",",
        ";",
        "; ",
    ),
    *(" or ", " | ", "|", " & ", " и ", "\u00a0\u00a0", " / моб. ", "\r\n", " "),
]
PAIRS = [
    ("PL", "022 307 18 45", "601 234 567", "+48223071845", "+48601234567"),
    ("US", "212-555-0100", "646-555-0111", "+12125550100", "+16465550111"),
    ("UA", "044 222 77 88", "(050) 222-77-88", "+380442227788", "+380502227788"),
    ("DE", "030/1234567", "0171 1234567", "+49301234567", "+491711234567"),
    ("FR", "01.45.67.89.01", "06 12 34 56 78", "+33145678901", "+33612345678"),
    ("DK", "32 12 34 56", "45 67 89 01", "+4532123456", "+4545678901"),
    ("IT", "06 1234 5678", "347 123 4567", "+390612345678", "+393471234567"),
    ("RU", "8 (495) 123-45-67", "8 912 345 67 89", "+74951234567", "+79123456789"),
]


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("country, first, second, number, other", PAIRS)
def test_case_03_two_numbers_in_one_field(
    country, first, second, number, other, separator
):
    for text in (first + separator + second, f" {first}{separator}{second}. "):
        assert numbers(text, country) == [number, other]
        assert judge(text, number, country) == "exact"
        assert judge(text, other, country) == "exact"


@pytest.mark.parametrize("country, first, second, number, other", PAIRS)
def test_case_03_a_plus_may_be_the_country_s(country, first, second, number, other):
    for text in (number + other, f"{number} {other}", f"{first} {other}"):
        assert numbers(text, country) == [number, other]
        assert numbers(text, "UA" if country != "UA" else "PL")[1:] == [other]


@pytest.mark.parametrize("separator", [" - ", " / ", "/", ", ", "  ", "\t", " or "])
def test_case_03_where_no_country_tells(separator):
    text = f"044 222 77 88{separator}050 222 77 88"
    for number in ("+380442227788", "+380502227788"):
        assert judge(text, number) == "probable"
        assert judge(text, number, "US") == "probable"


def test_case_03_three_numbers_and_an_extension():
    text = "044 222 77 88 доб. 12, 050 222 77 88 / +48 22 307 18 45 (34)"
    found = cutting.cut(text, ["UA"])
    assert [one.extension for one in found] == ["12", "", "34"]
    assert numbers(text, "UA") == ["+380442227788", "+380502227788", "+48223071845"]


@pytest.mark.parametrize(
    "text",
    [
        *("1) 044 222 77 88 2) 050 222 77 88", "1) 044-222-77-88, 2) 050-222-77-88"),
        *("1)(044) 222 77 88; 2)(050) 222 77 88", "1) 0442227788\n2) 0502227788"),
        "044 222 77 88 2) +38 050 222 77 88",
    ],
)
def test_case_03_a_list_of_numbers(text):
    assert numbers(text, "UA") == ["+380442227788", "+380502227788"]
    assert judge(text, "+380502227788", "UA") == "exact"


def test_case_03_an_area_with_a_blank_in_brackets_is_no_item():
    for text in ("(06 1) 234 5678", "06 20 123 4567 / (06 1) 234 5678"):
        assert judge(text, "+3612345678", "HU") == "exact"


@pytest.mark.parametrize(
    "text, country, number",
    [
        ("044 - 222 - 77 - 88", "UA", "+380442227788"),
        ("030 / 1234567", "DE", "+49301234567"),
        ("02/512/45/67", "BE", "+3225124567"),
        ("+49 (30) / 1234567", "DE", "+49301234567"),
        ("044  222  77  88", "UA", "+380442227788"),
        ("1 (212) 555 - 0100", "US", "+12125550100"),
    ],
)
def test_case_03_one_number_stays_one(text, country, number):
    assert numbers(text, country) == [number]
    assert judge(text, number, country) == "exact"


# -- 4: the button dials what identification finds -------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("044 364-57-13 (Olya)", "044 364-57-13 (Viber)", "044 364-57-13 Viber"),
        *("044 364-57-13 Durchwahl 12", "8 (044) 364-57-13", "Tel.: 0443645713"),
        *("(044) 364-57-13 Ольга", "☎ 044 364-57-13", "044 364-57-13 до 18:00"),
        *("044 364-57-13 (office, 9-18)", "044 364-57-13, 9 to 18", "0443645713 Ann 2"),
    ],
)
def test_case_04_words_and_names_around(text):
    assert numbers(text, "UA") == [KYIV]
    assert judge(text, KYIV, "UA") == "exact"


def test_case_04_several_are_told_as_they_are_written():
    found = cutting.cut("044 222 77 88 / (050) 222-77-88", ["UA"])
    assert [one.text for one in found] == ["044 222 77 88", "(050) 222-77-88"]


# -- 5: never dial a stranger ----------------------------------------------------------


@pytest.mark.parametrize(
    "text, countries, reasons",
    [
        ("(201) 555-0123", ["UA"], ["several"]),
        ("201 555 0123", ["PL"], ["several"]),
        ("2015550123", ["UA"], ["several"]),
        ("8 (495) 123-45-67", ["UA"], ["several"]),
        ("84951234567", ["GB"], ["several"]),
        # Brazil's or Peru's, China's or Arkansas'
        ("51 99876-5432", ["UA"], ["several"]),
        ("150 1234 5678", ["UA"], ["several"]),
        ("020 7946 0018", ["US"], ["invalid"]),
        ("020 7946 0018", [], ["no_country"]),
        ("+48 22 079 46 00 18", ["PL"], ["invalid"]),
        ("112", ["UA"], ["invalid"]),
        ("101", [], ["no_country"]),
        ("Orchard", ["GB"], []),
        ("", ["GB"], []),
        (None, ["GB"], []),
    ],
)
def test_case_05_never_dial_a_stranger(text, countries, reasons):
    assert numbers(text, *countries) == reasons


@pytest.mark.parametrize(
    "text, countries, number",
    [
        ("0443645713", ["US", "UA"], KYIV),
        ("+44 20 7946 0018", ["UA"], "+442079460018"),
        ("0044 20 7946 0018", ["UA"], "+442079460018"),
        ("011 44 20 7946 0018", ["US"], "+442079460018"),
        ("8 10 44 20 7946 0018", ["RU"], "+442079460018"),
        ("442079460018", ["UA"], "+442079460018"),
        ("44 20 7946 0018", ["UA"], "+442079460018"),
        # newer than what is known of Denmark
        ("+45 24 03 48 13", ["UA"], "+4524034813"),
    ],
)
def test_case_05_a_number_with_its_country_needs_none(text, countries, number):
    assert numbers(text, *countries) == [number]


@pytest.mark.parametrize(
    "text, country, number",
    [
        ("01 58858 Hr. Huber", "AT", "+43158858"),
        ("32 12 34 56 Olsen", "DK", "+4532123456"),
        ("04152 12345 Anna Meyer", "DE", "+49415212345"),
        ("212-555-0100 Bob", "US", "+12125550100"),
    ],
)
def test_case_05_letters_never_lengthen_a_number(text, country, number):
    assert numbers(text, country) == [number]


@pytest.mark.parametrize(
    "text, country, number",
    [
        ("1-800-FLOWERS", "US", "+18003569377"),
        ("1 (800) GOT-MILK", "US", "+18004686455"),
        ("+1 800 FLOWERS", "UA", "+18003569377"),
        ("0800 FLOWERS", "GB", "+448003569377"),
        ("1300 FLOWER", "AU", "+611300356937"),
    ],
)
def test_case_05_vanity_numbers(text, country, number):
    assert numbers(text, country) == [number]
    assert judge(text, number, country) == "exact"


@pytest.mark.parametrize(
    "text, country",
    [("044 HUBERT", "AT"), ("030 HANSMEYER", "DE"), ("22 KOWALSKI", "PL")],
)
def test_case_05_names_are_no_vanity_numbers(text, country):
    assert not any(one.startswith("+") for one in numbers(text, country))


# -- 9: the same digits, another country -----------------------------------------------


@pytest.mark.parametrize(
    "text, country, own, stranger",
    [
        ("(361) 234-5678", "US", "+13612345678", "+3612345678"),
        ("3612345678", "US", "+13612345678", "+3612345678"),
        ("201 555 0123", "US", "+12015550123", "+2015550123"),
        ("51 99876-5432", "BR", "+5551998765432", "+51998765432"),
        ("150 1234 5678", "CN", "+8615012345678", "+15012345678"),
        ("39 123 4567", "UA", "+380391234567", "+391234567"),
    ],
)
def test_case_09_same_digits_another_country(text, country, own, stranger):
    assert judge(text, own, country) == "exact"
    assert judge(text, stranger, country) is None


def test_case_09_where_no_country_tells_it_is_not_exact():
    assert judge("(361) 234-5678", "+3612345678", "UA") == "probable"
    assert judge("3612345678", "+3612345678", "UA") == "probable"
    assert judge("(361) 234-5678", "+13612345678", "UA") == "probable"


@pytest.mark.parametrize(
    "text, country, stranger",
    [
        ("20-123/771 5123", "TO", "+201237715123"),
        ("20 123 (12)", "TV", "+2012312"),
        ("201234 211234", "FO", "+201234211234"),
        ("82 123 4567 (12)", "MZ", "+82123456712"),
    ],
)
def test_case_09_two_numbers_are_not_one_of_another_country(text, country, stranger):
    assert judge(text, stranger, country) != "exact"
    assert stranger not in numbers(text, country)


def test_case_09_a_country_that_is_not_the_contacts_is_not_sure():
    assert judge("044 364 57 13", KYIV, "US", "UA") == "probable"
    assert judge("044 364 57 13", KYIV, "UA") == "exact"


# -- 10: (0) after the country code ----------------------------------------------------


@pytest.mark.parametrize(
    "text, number",
    [
        ("+48 (0)22 307 18 45", "+48223071845"),
        ("+48 (0) 22 307 18 45", "+48223071845"),
        ("+34 (0)912 345 678", "+34912345678"),
        ("+45 (0)32 12 34 56", "+4532123456"),
        ("0048 (0)22 307 18 45", "+48223071845"),
        ("+48 0 22 307 18 45", "+48223071845"),
        ("+44(0)20 7946 0018", "+442079460018"),
        ("+247 (0)62889", "+24762889"),
        ("+39 (0)6 12345678", "+390612345678"),
        ("+378 (0)549 886377", "+3780549886377"),
        ("+39 (06) 12345678", "+390612345678"),
    ],
)
@pytest.mark.parametrize("countries", [[], ["UA"], ["PL"]])
def test_case_10_zero_in_brackets(text, number, countries):
    assert numbers(text, *countries) == [number]
    assert judge(text, number, *countries) == "exact"


def test_case_10_without_plus():
    for text, number in (
        ("600102000000", "+60102000000"),
        ("480223071845", "+48223071845"),
    ):
        assert numbers(text) == [number]
        assert judge(text, number) == "exact"


# -- 11: other trunk prefixes ----------------------------------------------------------


@pytest.mark.parametrize(
    "text, country, number",
    [
        ("8 (912) 345-67-89", "RU", "+79123456789"),
        ("8 701 234 56 78", "KZ", "+77012345678"),
        ("8 029 123 45 67", "BY", "+375291234567"),
        ("06 20 123 4567", "HU", "+36201234567"),
        ("044 55 1234 5678", "MX", "+525512345678"),
        ("045 55 1234 5678", "MX", "+525512345678"),
        ("01 55 1234 5678", "MX", "+525512345678"),
        ("8 044 364 57 13", "UA", KYIV),
        ("1 912 345 6789", "US", "+19123456789"),
    ],
)
def test_case_11_other_trunk_prefixes(text, country, number):
    assert judge(text, number, country) == "exact"
    # where nobody knows the country; of North America's, 1 is the country code
    assert judge(text, number) == ("exact" if country == "US" else "probable")


def test_case_11_a_calling_code_is_no_trunk_prefix():
    assert judge("49 2079460018", "+442079460018", "UA") is None


# -- 12: Argentina ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["+54 11 2345-6789", "011 15 2345-6789", "011 2345-6789", "+54 9 11 2345-6789"],
)
@pytest.mark.parametrize("number", ["+5491123456789", "+541123456789"])
def test_case_12_argentina_with_and_without_nine(text, number):
    assert judge(text, number, "AR") in ("exact", "probable")
    other = number.replace("234567", "234568")
    assert judge(text, other, "AR") is None


# -- 13: extensions --------------------------------------------------------------------


@pytest.mark.parametrize(
    "suffix",
    [
        *(" - 12", "/12", " / 12", " (12)", "(12)", " ext. 12", " доб. 12", " x12"),
        *(" Durchwahl 12", "#12", " wew. 12", ",12", ", 12", " ext 12", ";ext=12"),
        *(" Ext.: 12", " poste 12", " int. 12", " #12", " дод. 12", " вн. 12", "x 12"),
    ],
)
@pytest.mark.parametrize(
    "text, country, number",
    [
        ("044 364-57-13", "UA", KYIV),
        ("+380 44 364 57 13", "PL", KYIV),
        ("(212) 555-0100", "US", "+12125550100"),
        ("22 307 18 45", "PL", "+48223071845"),
        ("01 45 67 89 01", "FR", "+33145678901"),
    ],
)
def test_case_13_extensions(text, country, number, suffix):
    [written] = cutting.cut(text + suffix, [country])
    assert written.extension == "12"
    assert reading.read(written, [country]).e164 == number
    assert judge(text + suffix, number, country) == "exact"


def test_case_13_without_a_country():
    for suffix in (" - 12", "/12", " (12)", " ext. 12"):
        assert judge(f"044 364-57-13{suffix}", KYIV) == "probable"


def test_case_13_where_lengths_vary_the_extension_is_the_number_s_end():
    assert numbers("030 1234567 - 12", "DE") == ["+4930123456712"]


# -- 14: spreadsheets ------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("380443645713.0", "380443645713,0", "380443645713.00", " 380443645713.0 "),
        *("3.80443645713E+11", "3,80443645713E+11", "3.80443645713e11"),
    ],
)
def test_case_14_spreadsheets(text):
    assert numbers(text, "UA") == [KYIV]
    assert numbers(text, "PL") == [KYIV]
    assert judge(text, KYIV, "UA") == "exact"


def test_case_14_digits_that_a_spreadsheet_lost_are_not_invented():
    assert KYIV not in numbers("3.80444E+11", "UA")
    assert judge("3.80444E+11", "+380444000000", "UA") is None


@pytest.mark.parametrize("text", ["+44 20 3769", "+1 555-0123", "+12"])
def test_case_05_a_number_without_its_area_is_none(text):
    [written] = cutting.cut(text)
    assert reading.read(written).reason == reading.INVALID


# -- 18, 19, 28: callers ---------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("anonymous@10.20.30.40", "Anonymous <anonymous@1.2.3.4>", "unknown1", "1"),
        *(
            "-1",
            "#31#",
            "restricted",
            "private",
            "",
            None,
            "0",
            "000",
            "+",
            "anonymous",
        ),
        *("sip:anonymous@anonymous.invalid", "Anonymous", "Withheld (anonymous)"),
        *("<sip:unavailable@10.20.30.40>", "  ", "*31#", "Unknown <unknown>", "+0"),
        *('"Anonymous" <sip:c8oqz84zk7z@privacy.org>', "00", "скрыт"),
    ],
)
def test_case_18_withheld_in_all_clothes(text):
    for country in (None, "UA", "US"):
        assert callers.caller(text, country).is_withheld


@pytest.mark.parametrize(
    "text",
    [
        *("sip:+442037691880@host", "442037691880@host", "Name (442037691880)"),
        *("<sip:442037691880@10.20.30.40>", "Name (+44 20 3769 1880)"),
        *('"Name" <sip:+442037691880@host:5060;user=phone>', "tel:+44-20-3769-1880"),
        *(
            "sips:+442037691880;phone-context=x@host",
            "Name 2 (the second) (442037691880)",
        ),
        *("Name <442037691880>", "+44 (20) 3769 1880", "00442037691880@10.20.30.40"),
        *(
            "442037691880",
            "Name +44 20 3769 1880",
            "Name: 00442037691880",
            "442037691880 (Name)",
            "+44 20 3769 1880, Name",
            "sip:+442037691880:secret@host",
            "sip:%2B442037691880@host",
            " +442037691880 ",
            "#31#+442037691880",
            "+44 (0)20 3769 1880",
        ),
    ],
)
def test_case_19_sip_addresses(text):
    for country in (None, "UA", "GB", "DE"):
        assert callers.caller(text, country) == ("+442037691880", True)


@pytest.mark.parametrize(
    "text",
    [
        *("trunk-442037691880", "Agent 007", "Anonymous 10.20.30.40", "a442037691880"),
        *("442037691880 or 442037691881, Name", "Name 4420"),
    ],
)
def test_case_19_digits_in_a_word_are_no_number(text):
    assert callers.caller(text, "GB").is_withheld


def test_case_19_extensions_stay_as_they_are():
    for text in ("101", "Name 101 (101)", "sip:101@host"):
        assert callers.caller(text, "UA") == ("101", False)


def test_case_28_company_without_a_country():
    assert callers.caller("00442037691880").number == "+442037691880"
    # to be read when the country is set
    for national in ("0443645713", "+0443645713", "443645713"):
        raw = callers.caller(national)
        assert (raw.is_read, raw.number) == (False, national)
        assert callers.caller(raw.number, "UA").number == KYIV


# -- 29: odd marks ---------------------------------------------------------------------

MARKS = ["·", "_", "~", "'", "’", "\u2009", "\u202f", "\u3000", "\u00a0", "•", "‧"]
MARKS += ["\\", "\u02d7", "\u2796", "\uff3c"]
MARKS += ["\u200b", "\u2011", "\u2212", "．", "－", "\u200e", "`", "\u2060", "⁄", " . "]


@pytest.mark.parametrize("mark", MARKS)
def test_case_29_odd_marks_inside_a_number(mark):
    text = mark.join(("044", "364", "57", "13"))
    assert numbers(text, "UA") == [KYIV]
    assert judge(text, KYIV, "UA") == "exact"
    assert judge(text, KYIV) == "probable"


@pytest.mark.parametrize(
    "text",
    [
        *("０４４　３６４　５７　１３", "٠٤٤ ٣٦٤ ٥٧ ١٣", "۰۴۴۳۶۴۵۷۱۳", "०४४ ३६४ ५७ १३"),
        *(
            "\u202a+380 44 364 57 13\u202c",
            "＋３８０ ４４ ３６４ ５７ １３",
            "044\ufeff3645713",
        ),
        *("（044）364－57－13", "[044] 364-57-13", "{044} 364-57-13"),
        *("૦૪૪ ૩૬૪ ૫૭ ૧૩", "௦௪௪௩௬௪௫௭௧௩", "໐໔໔໓໖໔໕໗໑໓", "၀၄၄၃၆၄၅၇၁၃", "០៤៤៣៦៤៥៧១៣"),
    ],
)
def test_case_29_other_digits_and_what_nobody_sees(text):
    assert numbers(text, "UA") == [KYIV]
    assert judge(text, KYIV, "UA") == "exact"


# -- 30: numbers that a country changed ------------------------------------------------


def test_case_30_numbers_changed_by_a_country_are_not_guessed():
    assert judge("07 12 34 56", "+2250707123456", "CI") is None


# -- what held, and must keep holding --------------------------------------------------


@pytest.mark.parametrize(
    "text, country, number, match",
    [
        ("(11) 6123-4567", "BR", "+5511961234567", "exact"),
        ("+55 11 6123-4567", "UA", "+5511961234567", "exact"),
        ("+55 11 96123-4567", "UA", "+551161234567", "exact"),
        ("+52 1 55 1234 5678", "UA", "+525512345678", "exact"),
        ("06 1234 5678", "IT", "+390612345678", "exact"),
        ("+800 1234 5678", "UA", "+80012345678", "exact"),
        ("049 123 456", "XK", "+38349123456", "exact"),
        ("01534 456789", "JE", "+441534456789", "exact"),
        ("(416) 555-0123", "CA", "+14165550123", "exact"),
        ("24 03 48 13", "DK", "+4524034813", "exact"),
        ("020 7946 0018", None, "+442079460018", "probable"),
        ("44 20 7946 0018", None, "+442079460018", "exact"),
        ("442079460018", None, "+442079460018", "exact"),
        # strangers
        ("+48 22 079 46 00 18", None, "+442079460018", None),
        ("0049 20 7946 0018", None, "+442079460018", None),
        ("207 946 0018", "US", "+442079460018", None),
        ("7946 0018", None, "+442079460018", None),
        ("946 0018", "GB", "+442079460018", None),
        ("12345", "UA", "+380443645713", None),
    ],
)
def test_what_held(text, country, number, match):
    assert judge(text, number, *filter(None, [country])) == match


def test_numbers_that_cannot_be_read_are_never_exact():
    assert judge("0443645713", "0443645713") == "probable"
    assert judge("12345", "12345") is None
    assert judge("044 364 57 13", "anonymous", "UA") is None


def test_long_texts_keep_nobody_busy():
    assert numbers("1 2 - " * 100_000, "UA") is not None
    assert numbers("044 364 57 13 " + "(0) " * 100_000, "UA") is not None
