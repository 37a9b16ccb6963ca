"""A report on one area at one date: its verbs, what it has shown, and what it hands on."""

import datetime
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from IPython.display import Markdown, display

from thurrock_analysis import paths, words
from thurrock_analysis.charts import style
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings import carried, handing, verbs
from thurrock_analysis.findings.finding import Finding
from thurrock_analysis.findings.own_returns import NOT_GIVEN, OwnReturns
from thurrock_analysis.findings.view import View
from thurrock_analysis.record import areas, releases, store, tidy

MIME = "application/vnd.thurrock.report+json"


@dataclass(eq=False, repr=False)
class Report(View):
    """One area at one date: ask it, and it answers with findings.

    The verbs are `trend`, `rank`, `split`, `balance`, `bridge`, `expected`, `decompose`, `after`,
    `scenario`, `outlook`, `signals`, `year_end`, `staffing`, `durations`, `change_of_worker`,
    `projection`, `coverage` and `revisions`; each returns a `Finding`. The rows behind them are in
    `figures`, `own`, `compare` and `history`.

    Examples
    --------
    >>> from thurrock_analysis import open_report
    >>> report = open_report("Medway")
    >>> report.rank("re_referral_percent").sentence[:56]
    'Medway: 1,243 of 5,015 referrals came within 12 months o'
    """

    taken: list[Finding] = field(default_factory=list, repr=False)
    """What the notebook has shown, in its order."""
    returns: OwnReturns | None = field(default=None, repr=False)
    """The council's own returns, where they were given."""

    trend = verbs.trend
    rank = verbs.rank
    split = verbs.split
    balance = verbs.balance
    bridge = verbs.bridge
    expected = verbs.expected
    decompose = verbs.decompose
    after = verbs.after
    scenario = verbs.scenario
    coverage = verbs.coverage
    revisions = verbs.revisions
    outlook = verbs.outlook
    projection = verbs.projection
    returned = verbs.returned
    signals = verbs.signals
    year_end = verbs.year_end
    staffing = verbs.staffing
    data_quality = verbs.data_quality
    durations = verbs.durations
    change_of_worker = verbs.change_of_worker

    def cases(self, measure: str, period_end: str = "") -> pd.DataFrame:
        """Return the children or workers behind a figure of the council's own returns.

        A row a case: who, with the dates and codes that explain it. Never to be published.

        Parameters
        ----------
        measure : str
            An indicator, such as ``"looked_after_three_placements"``.
        period_end : str
            Day on which the year closes; the newest year without it.
        """
        if self.returns is None:
            raise ThurrockError(f"{NOT_GIVEN}the cases behind a figure.")
        return self.returns.cases(measure, period_end)

    @property
    def gaps(self) -> set[str]:
        """The sentences of gaps that were shown."""
        return {one.sentence for one in self.taken if not one.held}

    def take(self, finding: Finding) -> None:
        """Note that a finding was shown: its figures of the area become key figures."""
        self.taken.append(finding)

    def key_figures(self) -> pd.DataFrame:
        """Return the newest figure of each measure and group shown, once each."""
        shown = [one.figures for one in self.taken if one.key and len(one.figures)]
        rows = pd.concat(shown, ignore_index=True) if shown else tidy.conform(pd.DataFrame())
        rows = rows[rows["area"] == self.area.code]
        newest = rows.sort_values("period_end", kind="stable").drop_duplicates(
            ["measure", "breakdown", "group"], keep="last"
        )
        return newest.sort_values(["measure", "breakdown", "group"], ignore_index=True)

    def print_findings(self) -> None:
        """Print sentences, then values, ranks and verdicts: what a regression test compares."""
        for line in handing.printed(self):
            print(line)

    def finish(self) -> None:
        """Say what figures leave open; hand them and every finding to what runs the notebook."""
        handed = self.handed()
        if left_open := handing.left_open(handed["headlines"]):
            display(Markdown(left_open))
        told = f"{len(handed['key_figures'])} key figures."
        display({MIME: handed, "text/plain": told}, raw=True)

    def handed(self) -> dict[str, Any]:
        """Return what `finish` hands on: pages, workbook and paper are made of it."""
        rows = self.key_figures()
        for column in tidy.DATES:
            rows[column] = rows[column].dt.strftime("%Y-%m-%d")
        return {
            "key_figures": rows.astype("object").where(rows.notna(), None).to_dict("records"),
            "headlines": handing.headlines(self),
            "beside": carried.beside(self),
            "findings": carried.findings(self),
            "read": {paths.place(paths.record()): self.record.checksum},
        }

    def __repr__(self) -> str:
        """Return what the report is about, as a terminal shows it."""
        return "\n\n".join(self._about()).replace("**", "")

    def _repr_markdown_(self) -> str:
        """Say what the report is about: area, date, comparators, and what is not held."""
        return "\n\n".join([*self._about(), *self._not_held()])

    def _about(self) -> list[str]:
        day, around = pd.Timestamp(self.as_at), self._compared_with()
        lines = [
            f"**{areas.titles()[self.area.code]}** · figures as they stood on {words.day(day)}"
            + f" · compared with {words.listed(around)}" * bool(around)
            + "."
        ]
        if self.area.note:
            lines.append(self.area.note)
        if not self.neighbours.empty:
            names = [areas.get(code).name for code in self.neighbours["neighbour"]]
            lines.append(f"Statistical neighbours, {self.model}: {words.listed(names)}.")
        return lines

    def _not_held(self) -> list[str]:
        """Say which tables of the newest releases are not held.

        A release of which no file is held is left out: its figures may be known from elsewhere.
        """
        rows = releases.not_held(self.as_at).query("table != 'all'")
        said = rows["table"] + rows["instead"].map(lambda text: " (in part)" * bool(text))
        each = [
            f"{title}: {words.listed(part['said'])}"
            for title, part in rows.assign(said=said).groupby("title", sort=False)
        ]
        said = f"{words.counted(len(rows), 'table')} of the newest releases "
        folded = f"<details><summary>{said}are not held, or in part</summary>\n\n"
        return [f"{folded}{'; '.join(each)}.\n\n</details>"] * bool(each)

    def _compared_with(self) -> list[str]:
        region = areas.get(self.area.region).name if self.area.region else ""
        names = ["its statistical neighbours"] if not self.neighbours.empty else []
        around = [region, areas.get(areas.ENGLAND).name]
        return list(
            dict.fromkeys(one for one in [*names, *around] if one not in ("", self.area.name))
        )


def open_report(
    authority: str | int = "Thurrock", as_at: str | int | datetime.date = "", returns: str = ""
) -> Report:
    """Open a report on an area: everything that had been published of it by a date.

    Parameters
    ----------
    authority : str or int
        Name, ONS code or DfE number of an authority or region.
    as_at : str, int or date
        ISO date; ``""`` for the newest release.
    returns : str
        Folder of the council's own returns, which are set beside its published figures: of an
        earlier date as they would have been then.

    Returns
    -------
    Report
        At the end of a cell it says what it is about.

    Raises
    ------
    ThurrockError
        The area or the date is not in the data; the sentence names the nearest.

    Examples
    --------
    >>> report = open_report("Medway", "2018-03-31")
    >>> report.area.name, report.as_at
    ('Medway', '2018-03-31')
    """
    area = areas.find(authority)
    date = releases.resolve_as_at(as_at)
    releases.check_existed(area, date)
    style()
    replayed = date if date < releases.resolve_as_at("") else ""
    own = OwnReturns.read(returns, area, replayed)
    return Report(area, date, areas.neighbours(area, date), store.held(), returns=own)
