"""XML returns: what is refused, what is mended and said, and what is read all the same."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.returns import xml_files
from thurrock_analysis.returns.xml_files import XmlReturn

IDS = "<ChildIdentifiers><LAchildID>{}</LAchildID></ChildIdentifiers>"
CHILD = (
    f"<Child>{IDS.format('007')}<CINdetails><CINreferralDate>2021-05-01</CINreferralDate>"
    "<Section47><S47ActualStartDate>2021-05-10</S47ActualStartDate></Section47></CINdetails></Child>"
)
HEADER = (
    "<Header><CollectionDetails><Collection>CIN</Collection><Year>2022</Year></CollectionDetails>"
    "<Source><LEA>999</LEA></Source></Header>"
)
CENSUS = f"<Message>{HEADER}<Children>{CHILD}</Children></Message>"


def read(text: str | bytes) -> XmlReturn:
    """Read a text as if it lay in a file."""
    content = text.encode() if isinstance(text, str) else text
    return xml_files.read("cin.xml", io.BytesIO(content))


def rules(text: str | bytes) -> dict[str, str]:
    """Return what is said of a text: by tag, how often it stands and for what."""
    return dict(zip(*read(text).issues[["column", "value"]].T.to_numpy(), strict=True))


@pytest.mark.parametrize(
    "before",
    [
        "<!DOCTYPE Message>",
        '<!DOCTYPE Message SYSTEM "http://127.0.0.1:9/return.dtd">',
        '<!DOCTYPE Message [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE Message [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
    ],
)
def test_a_document_type_definition_is_refused_by_line(before: str) -> None:
    """Through one a file draws in others or grows without end; none is opened."""
    with pytest.raises(ThurrockError, match=r"^cin\.xml, line 2, has a document type definition"):
        read(f"<?xml version='1.0'?>\n{before}{CENSUS.replace('007', '&a;')}")


def test_an_entity_that_is_defined_nowhere_is_refused_by_line() -> None:
    """Nobody knows what it stands for."""
    with pytest.raises(ThurrockError, match=r"^cin\.xml, line 1, is no XML \(undefined entity\)"):
        read(CENSUS.replace("007", "&a;"))


@given(at=st.integers(CENSUS.index("<Child>"), len(CENSUS) - 1))
def test_a_file_that_is_cut_short_is_refused(at: int) -> None:
    """Part of a census gives figures that are too low and look right."""
    with pytest.raises(ThurrockError, match=r"^cin\.xml is cut short: it ends within line 1"):
        read(CENSUS[:at])


def test_what_is_no_return_is_refused() -> None:
    """A page or another XML has none of the elements."""
    with pytest.raises(ThurrockError, match="has no element of a return"):
        read("<html><body><p>Not found</p></body></html>")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_every_encoding_gives_the_same_rows(encoding: str) -> None:
    """A file of Windows without a declaration is read as one, and it is said."""
    found = read(CENSUS.replace("007", "ÅÉ").encode(encoding))
    assert found.tables["cin_section_47"]["LAchildID"].tolist() == ["ÅÉ"]
    assert found.issues["rule"].tolist() == ["xml_encoding"] * (encoding == "windows-1252")


def test_a_root_of_another_name_and_no_header_are_read() -> None:
    """The rows are the same; the name is told."""
    told = read(f"<CINdetailsCollection>{CHILD}</CINdetailsCollection>")
    named = read(CENSUS.replace("999", "")).tables["cin_details"]
    assert told.tables["cin_details"].equals(named)
    assert told.year == 2022
    assert told.issues[["column", "rule"]].to_numpy().tolist() == [
        ["Year", "header_without_year"],
        ["CINdetailsCollection", "xml_frame"],
    ]


def test_the_header_says_of_whom_and_of_which_year_unless_most_dates_are_later() -> None:
    """The dates have the last word, and the reference date before the year beside it."""
    found = read(CENSUS)
    assert (found.year, set(found.tables["cin_details"]["LA"])) == (2022, {"999"})
    for year, told in ((2022, []), (2021, ["header_year"]), (2030, ["header_year_idle"])):
        text = CENSUS.replace("<Year>2022", f"<Year>{year}")
        assert read(text).issues["rule"].tolist() == told
    dated = CENSUS.replace("</Year>", "</Year><ReferenceDate>2023-03-31</ReferenceDate>")
    assert read(dated).year == 2023
    assert read(dated).issues["rule"].tolist() == ["header_year", "header_year_idle"]


def test_stray_text_is_told_by_line_and_child_and_changes_nothing() -> None:
    """Some tools write the name of a tag behind one."""
    text = CENSUS.replace("<CINdetails>", "\nPersonBirthDate<CINdetails>")
    found = read(text)
    assert found.tables["cin_details"]["CINreferralDate"].tolist() == ["2021-05-01"]
    stray = found.issues.iloc[0]
    assert (stray["rule"], stray["row"], stray["id"]) == ("xml_stray_text", 2, "007")
    assert stray["value"] == "PersonBirthDate"


@pytest.mark.parametrize(
    ("right", "written"),
    [
        ("CINreferralDate", "CINReferralDate"),
        ("CINreferralDate", "CINreferalDate"),
        ("LAchildID", "LACHILDID"),
        ("Section47", "section47"),
        ("ChildIdentifiers", "ChildIdentifier"),
    ],
)
def test_spelling_and_case_of_tags_are_repaired(right: str, written: str) -> None:
    """Whatever element it is, the rows are as if it were spelt right."""
    text = CENSUS.replace(f"{right}>", f"{written}>")
    assert rules(text) == {written: f"1 time, for {right}"}
    for form, table in read(CENSUS).tables.items():
        assert table.equals(read(text).tables[form])


def test_known_misspellings_are_counted() -> None:
    """One issue a tag says how often it stands, and where first."""
    child = CHILD.replace("<Section47>", "<CINClosureDate>2021-09-01</CINClosureDate><Section47>")
    assert rules(CENSUS.replace(CHILD, child * 3)) == {
        "CINClosureDate": "3 times, for CINclosureDate"
    }


def test_a_tag_that_means_the_opposite_is_refused_by_name() -> None:
    """Its value says the reverse: it is not taken, and what it is not is not known."""
    text = CENSUS.replace("</Section47>", "<ICPCRequired>True</ICPCRequired></Section47>")
    assert read(text).tables["cin_section_47"]["ICPCnotRequired"].tolist() == [""]
    assert rules(text) == {"ICPCRequired": "1 time, the opposite of ICPCnotRequired"}


def test_unknown_tags_are_named_with_counts_and_all_that_stands_in_them_is_left() -> None:
    """What looks like a child within one is none."""
    text = CENSUS.replace("<CINdetails>", f"<Colour><a/>{CHILD}</Colour><Colour/><CINdetails>")
    assert rules(text) == {"Colour": "2 times"}
    assert len(read(text).tables["cin_children"]) == 1


def test_of_two_values_in_one_place_the_first_is_kept_and_the_other_told() -> None:
    """Neither is lost without a word; two that agree are no matter."""
    twice = "<CINclosureDate>2021-09-01</CINclosureDate><CINclosureDate>2021-10-01</CINclosureDate>"
    found = read(CENSUS.replace("<Section47>", twice + "<Section47>"))
    assert found.tables["cin_details"]["CINclosureDate"].tolist() == ["2021-09-01"]
    told = found.issues.iloc[0]
    assert (told["rule"], told["id"], told["value"]) == ("xml_value_twice", "007", "2021-10-01")
    same = twice.replace("10", "09")
    assert read(CENSUS.replace("<Section47>", same + "<Section47>")).issues.empty


def test_prefixes_of_namespaces_change_nothing() -> None:
    """Some exports write them."""
    text = CENSUS.replace("</", "</c:").replace("<", "<c:").replace("<c:/c:", "</c:")
    text = text.replace("<c:Message>", "<c:Message xmlns:c='urn:census'>")
    assert read(text).tables["cin_details"].equals(read(CENSUS).tables["cin_details"])
    assert read(text).issues.empty


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_stands_aside_changes_nothing_and_lines_stay_lines(end: str) -> None:
    """A comment can hold tags, a value of an attribute the sign that ends one, a text both."""
    lines = [
        "<?xml version='1.0'?>",
        "<!-- <Child> > ",
        "-->",
        CENSUS.replace("<Child>", "<Child a='>' b=\"it's > 1\">")
        .replace("007", "<![CDATA[<A>]]> &amp;&#32;>")
        .replace("<Section47>", f"<?x > ?>{end}<Section47 ><CINreferalDate/>"),
    ]
    found = read(end.join(lines))
    expected = read(CENSUS.replace("007", "&lt;A> &amp; >")).tables
    for form, table in expected.items():
        assert table.reset_index(drop=True).equals(found.tables[form].reset_index(drop=True))
    assert found.tables["cin_section_47"]["LAchildID"].tolist() == ["<A> & >"]
    assert found.tables["cin_children"].index.tolist() == [4]
    assert found.tables["cin_section_47"].index.tolist() == [5]
    assert found.issues[["row", "column"]].to_numpy().tolist() == [[5, "CINreferalDate"]]


def test_an_upload_of_the_903_is_known_by_its_elements() -> None:
    """PL is PLACE, empty tags are blanks, a flag in the header is a row of the unaccompanied."""
    header = "<HEADER><CHILDID>{}</CHILDID><DOB>01/02/2010</DOB><UASC>{}</UASC><MOTHER /></HEADER>"
    episode = "<EPISODE><DECOM>01/04/2021</DECOM><PL>U1</PL><DEC /></EPISODE>"
    children = [f"<CHILD>{header.format(*of)}{episode}</CHILD>" for of in [(1, 1), (2, 0), (3, "")]]
    found = read(f"<EXPSSDA903>{''.join(children)}</EXPSSDA903>")
    assert found.collection == "SSDA903"
    episodes = found.tables["episodes"]
    assert episodes[["CHILD", "PLACE", "DEC"]].to_numpy().tolist() == [
        [child, "U1", ""] for child in "123"
    ]
    assert found.tables["uasc"][["CHILD", "DOB"]].to_numpy().tolist() == [["1", "01/02/2010"]]
    assert found.issues["rule"].tolist() == ["header_without_year"]
