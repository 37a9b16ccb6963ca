"""Areas: found by any name or code, one of each, and their neighbours at a date."""

import pytest

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.record import areas, dictionary

THURROCK = areas.find("Thurrock")

# The neighbours of Thurrock by DfE number, as the committee paper of 2012 (appendix 2) and DfE's
# models of April 2021 and May 2025 list them.
PAPER_2012 = ["350", "332", "311", "886", "888", "887", "928", "866", "894", "359"]
APRIL_2021 = ["887", "303", "311", "866", "332", "882", "941", "894", "826", "874"]
MAY_2025 = ["866", "303", "311", "887", "940", "822", "941", "332", "925", "935"]


def numbers(rows):
    code = dictionary.read("areas").set_index("area")["dfe_number"]
    return rows["neighbour"].map(code).tolist()


@pytest.mark.parametrize("text", ["Thurrock", "thurrock", " THURROCK ", "883", "E06000034"])
def test_thurrock_by_any_name(text):
    assert areas.find(text).code == "E06000034"


# ONS and DfE codes, as the publishers' files carry them.
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("East of England", "E12000006"),
        ("England", "E92000001"),
        ("970", "E92000001"),
        ("999", "E92000001"),
        ("921", "E06000046"),  # the Isle of Wight, not England
        ("H", "E13000001"),
        ("London (Inner)", "E13000001"),
        ("E10000023", "E06000065"),  # North Yorkshire before it became a unitary
        ("E06000065", "E06000065"),
        ("E08000020", "E08000037"),  # Gateshead before 2013
        ("Dorset", "E06000059"),  # the authority in force wins the name
        ("835", "E10000009"),
        ("Dorset (Pre LG)", "E10000009"),
        ("928", "E10000021"),
        ("Durham", "E06000047"),
    ],
)
def test_other_areas_by_name_or_code(text, code):
    assert areas.find(text).code == code


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hull", "Kingston upon Hull, City of"),
        ("Kingston-upon-Hull City Council", "Kingston upon Hull, City of"),
        ("BCP", "Bournemouth, Christchurch and Poole"),
        ("St Helens", "St. Helens"),
        ("Stoke on Trent", "Stoke-on-Trent"),
        ("Brighton & Hove", "Brighton and Hove"),
        ("City of Bristol", "Bristol, City of"),
        ("Royal Borough of Kingston upon Thames", "Kingston upon Thames"),
        ("City of London", "City of London"),
        ("London", "London"),
        ("Southend", "Southend-on-Sea"),
        ("TELFORD & WREKIN COUNCIL", "Telford and Wrekin"),
        ("Herts", "Hertfordshire"),
        ("Durham County Council", "County Durham"),
        ("E08000038", "Barnsley"),
    ],
)
def test_an_authority_is_found_as_people_write_it(text, name):
    assert areas.find(text).name == name


def test_every_authority_in_force_is_found_by_its_name_written_in_any_way():
    for area in areas.table().values():
        if area.level == "authority" and not area.last_year:
            name = area.name
            for written in (
                name.upper(),
                name.replace(" and ", " & ").replace("-", " ").replace(".", ""),
                f"The {name} Council",
                f"London Borough of {name}",
                f"{name} MBC",
            ):
                if name != "City of London" or written.isupper() or "&" in written:
                    assert areas.find(written) is area, written


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Thurock", "Thurrock"),
        ("Medwy", "Medway"),
        ("Essec", "Essex"),
        ("zzzz", "a name, ONS code or DfE number"),
        (
            "Northampton",
            "Northamptonshire or North Northamptonshire or West Northamptonshire",
        ),
        ("Sussex", "East Sussex or West Sussex"),
        ("Greater Manchester", "a name, ONS code or DfE number"),
    ],
)
def test_a_name_unknown_gets_what_has_it_within_or_else_the_nearest(typed, meant):
    with pytest.raises(ThurrockError, match=f"{typed!r}: {meant} would be right"):
        areas.find(typed)


def test_every_area_is_found_by_its_own_code_and_lies_in_a_known_one():
    table = areas.table()
    for code, area in table.items():
        assert areas.find(code) is areas.get(code)
        assert area.level in {"country", "region", "authority", "joint", areas.FICTIONAL}
        alone = area.level in {"country", areas.FICTIONAL}
        assert alone or table[area.region].level in {"region", "country"}
        assert all(successor in table for successor in area.successors)
    assert [code for code, area in table.items() if area.level == "country"] == [areas.ENGLAND]


def test_no_two_areas_share_a_folder_or_a_code():
    slugs = [area.slug for area in areas.table().values()]
    assert len(set(slugs)) == len(slugs)
    given = []
    for row in dictionary.read("areas").itertuples():
        given += {row.area, row.dfe_number, row.lait_number, row.sfr_code}
        given += row.other_codes.split(";")
    used = [code for code in given if code]
    assert len(set(used)) == len(used)


def test_slugs_are_plain():
    assert THURROCK.slug == "thurrock"
    assert areas.find("838").slug == "dorset"
    assert areas.find("835").slug == "dorset-e10000009"
    assert areas.find("839").slug == "bournemouth-christchurch-and-poole"


@pytest.mark.parametrize(
    ("text", "last_before", "successors"),
    [("835", 2019, ["838", "839"]), ("928", 2021, ["940", "941"]), ("909", 2023, ["942", "943"])],
)
def test_reorganised_authorities_give_way_to_their_successors(text, last_before, successors):
    old = areas.find(text)
    new = [areas.find(number) for number in successors]
    assert set(old.successors) == {area.code for area in new}
    assert old.existed(last_before) and not old.existed(last_before + 1)
    assert [a.existed(last_before) for a in new] == [False, False]
    assert [a.existed(last_before + 1) for a in new] == [True, True]


def test_there_are_as_many_authorities_as_in_each_year():
    at = {
        year: sum(a.level == "authority" and a.existed(year) for a in areas.table().values())
        for year in (2018, 2020, 2022, 2024)
    }
    assert at == {2018: 152, 2020: 151, 2022: 152, 2024: 153}


def test_the_neighbours_in_2018_are_those_of_the_paper_of_2012():
    rows = areas.neighbours(THURROCK, "2018-03-31")
    assert numbers(rows) == PAPER_2012
    assert set(rows["model"]) == {"2012 committee paper"}
    assert not rows["later"].any()


@pytest.mark.parametrize(
    ("as_at", "model", "expected"),
    [
        ("2021-03-31", "2012 committee paper", PAPER_2012),
        ("2021-04-01", "April 2021", APRIL_2021),
        ("2025-04-30", "April 2021", APRIL_2021),
        ("2025-05-01", "May 2025", MAY_2025),
        ("2025-11-24", "May 2025", MAY_2025),
    ],
)
def test_a_model_applies_from_its_day_until_the_next(as_at, model, expected):
    rows = areas.neighbours(THURROCK, as_at)
    assert set(rows["model"]) == {model}
    assert not rows["later"].any()
    assert rows["rank"].tolist() == list(range(1, 11))
    assert numbers(rows) == expected


def test_an_authority_without_a_model_of_the_time_gets_the_next_one_marked_later():
    rows = areas.neighbours(areas.find("Medway"), "2018-03-31")
    assert set(rows["model"]) == {"April 2021"}
    assert rows["later"].all()
    assert len(rows) == 10


def test_an_area_without_neighbours_has_none():
    rows = areas.neighbours(areas.find("England"), "2018-03-31")
    assert rows.empty
    assert "later" in rows


def test_every_model_gives_every_authority_ten_different_neighbours():
    rows = dictionary.read("neighbours")
    for (_, area), group in rows.groupby(["model", "area"]):
        assert sorted(group["rank"].astype(int)) == list(range(1, 11))
        assert group["neighbour"].nunique() == 10
        assert area not in set(group["neighbour"])
    assert set(rows["neighbour"]) | set(rows["area"]) <= set(areas.table())
