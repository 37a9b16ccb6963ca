"""What the returns hold by statute: tables, fields, codes and rules, from ``data/statutory``."""

from dataclasses import dataclass

import pandas as pd

from thurrock_analysis.record import dictionary
from thurrock_analysis.record.inventory import resting_on

OPEN = 9999
"""The last year of what has not ended."""
KEYS = ["LA", "YEAR"]
PLACE = ["file", "row"]


@dataclass(frozen=True)
class Field:
    """A column of a table: a row of ``fields.csv``."""

    form: str
    column: str
    kind: str
    needed: str
    codes: str
    first: int
    last: int
    key: bool
    in_year: bool
    other_names: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """A table of a return: a row of ``forms.csv`` with its fields."""

    name: str
    collection: str
    identifier: str
    known_by: frozenset[str]
    fields: dict[str, Field]

    @property
    def key(self) -> list[str]:
        """Return the columns that name a row of the stacked table."""
        return ["LA", *(one.column for one in self.fields.values() if one.key)]

    @property
    def facts(self) -> list[str]:
        """Return the columns that say something: not of which year, nor which of its like it is."""
        return [name for name, one in self.fields.items() if name != "YEAR" and one.kind != "place"]

    @property
    def own(self) -> bool:
        """Say whether it is a file of the council's own, of no year, and no return."""
        return self.collection == self.name

    @property
    def yearly(self) -> bool:
        """Say whether each return has rows of its own, which no later return replaces."""
        return "YEAR" in self.key


@dataclass(frozen=True)
class Rule:
    """Something that can be wrong with a return: a row of ``rules.csv``."""

    rule: str
    form: str
    severity: str
    sentence: str
    done: str
    indicators: tuple[str, ...]


@resting_on("forms", "fields")
def forms() -> dict[str, Form]:
    """Return the tables by name.

    >>> forms()["episodes"].key, forms()["oc2"].yearly
    (['LA', 'CHILD', 'DECOM'], True)
    """
    fields: dict[str, dict[str, Field]] = {}
    for row in dictionary.rows("fields"):
        known = Field(
            row["form"],
            row["column"],
            row["kind"],
            row["needed"],
            row["codes"],
            int(row["from_year"] or 0),
            int(row["to_year"] or OPEN),
            bool(row["key"]),
            bool(row["in_year"]),
            tuple(filter(None, row["other_names"].split("|"))),
        )
        fields.setdefault(known.form, {})[known.column] = known
    return {
        row["form"]: Form(
            row["form"],
            row["collection"],
            row["identifier"],
            frozenset(row["known_by"].split()),
            fields.get(row["form"], {}),
        )
        for row in dictionary.rows("forms")
    }


@resting_on("codes", "code_spellings")
def codes() -> dict[str, pd.DataFrame]:
    """Return the code lists: `meaning`, `group`, `first`, `last`, `read_as`, `spelled` by code.

    What is `spelled` is no code of the list, but a word that some write for one.

    >>> codes()["SEX"].loc["1", "read_as"], int(codes()["PLACE"].loc["K3", "first"])
    ('M', 2025)
    """
    words = dictionary.read("code_spellings").rename(
        columns={"code": "replaced_by", "spelling": "code"}
    )
    table = pd.concat([dictionary.read("codes"), words], ignore_index=True).fillna("")
    table["spelled"] = table.index >= len(table) - len(words)
    table["first"] = pd.to_numeric(table["from_year"].replace("", "0"))
    table["last"] = pd.to_numeric(table["to_year"].replace("", str(OPEN)))
    table["read_as"] = table["replaced_by"].where(table["replaced_by"].ne(""), table["code"])
    columns = ["meaning", "group", "first", "last", "read_as", "spelled"]
    return {name: rows.set_index("code")[columns] for name, rows in table.groupby("list")}


@resting_on("rules")
def rules() -> dict[str, Rule]:
    """Return the rules by their ids."""
    return {
        row["rule"]: Rule(
            row["rule"],
            row["form"],
            row["severity"],
            row["sentence"],
            row["done"],
            tuple(row["indicators"].split()),
        )
        for row in dictionary.rows("rules")
    }


def groups(codes_of: str, group: str) -> list[str]:
    """Return the codes of a list that one group holds.

    >>> groups("PLACE", "other")
    ['Z1', 'Z11', 'Z12', 'Z13', 'Z14']
    """
    known = codes()[codes_of]
    return list(known.index[known["group"].eq(group)])
