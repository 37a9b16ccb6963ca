"""What a notebook calls: a report on one area at one date, its answers, its key figures."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from IPython.display import HTML, Markdown, display

from thurrock_analysis import charts, paths, words
from thurrock_analysis.charts import Drawing
from thurrock_analysis.errors import ThurrockError
from thurrock_analysis.findings import tables
from thurrock_analysis.metrics import change, comparators, movement
from thurrock_analysis.record import areas, dictionary, measures, provenance, releases, store, tidy
from thurrock_analysis.record.areas import Area

MIME = "application/vnd.thurrock.report+json"


NEWS = pd.Timedelta(days=2 * 366)
"""An annual figure older than this at the date is no news."""
SAID = ("yes", "no")


class NotHeldError(ThurrockError):
    """The figures that a question needs are not held for the area at the date."""


@dataclass(frozen=True)
class Answer:
    """What one question comes to.

    Attributes
    ----------
    anchor : str
        Where in the page the answer stands.
    headline : str
        The answer in a line, computed: the title of its chart.
    sentence : str
        The answer in full, computed.
    doubt : str
        How sure it is, computed.
    figures : DataFrame
        The tidy rows it rests on; those of the area are key figures.
    table : DataFrame
        The numbers as a reader sees them, text in every cell.
    caption : str
        What the table shows.
    chart : Drawing or None
        The chart, if there is one to draw.
    rest : DataFrame
        More rows, which a reader unfolds.
    rest_caption : str
        What they are.
    """

    anchor: str
    headline: str
    sentence: str
    figures: pd.DataFrame
    table: pd.DataFrame
    caption: str
    doubt: str = ""
    chart: Drawing | None = None
    rest: pd.DataFrame = field(default_factory=pd.DataFrame)
    rest_caption: str = ""


@dataclass
class Report:
    """One area at one date: the figures known then, and what the notebook has shown of them."""

    notebook: str
    title: str
    area: Area
    as_at: str
    neighbours: pd.DataFrame
    known: dict[str, pd.DataFrame]
    printed: pd.DataFrame
    asked: dict[str, dict[str, pd.DataFrame]] = field(default_factory=dict)
    key: list[pd.DataFrame] = field(default_factory=list)
    anchors: dict[str, str] = field(default_factory=dict)
    gaps: set[str] = field(default_factory=set)

    def figures(self, *names: str, breakdown: str = tidy.ALL) -> pd.DataFrame:
        """Return the figures of some measures for every area, as known at the date."""
        held = [self.groups(name).get(breakdown) for name in names if name in self.known]
        found = [rows for rows in held if rows is not None]
        return pd.concat(found, ignore_index=True) if found else tidy.conform(pd.DataFrame())

    def groups(self, name: str) -> dict[str, pd.DataFrame]:
        """Return the figures of one measure by breakdown, kept for the next time."""
        if name not in self.asked:
            rows = tidy.conform(self.known[name])
            self.asked[name] = {str(key): part for key, part in rows.groupby("breakdown")}
        return self.asked[name]

    def own(self, *names: str, breakdown: str = tidy.ALL) -> pd.DataFrame:
        """Return the figures of some measures for the report's area while it existed."""
        rows = self.figures(*names, breakdown=breakdown)
        rows = rows[rows["area"] == self.area.code]
        existed = rows["period_end"].dt.year.map(self.area.existed).astype(bool)
        return rows[existed | rows["value"].notna()]

    def years(self, name: str) -> list[int]:
        """Return the closing years in which the area has a number for a measure, oldest first."""
        rows = self.own(name).dropna(subset=["value"])
        return sorted(int(year) for year in rows["period_end"].dt.year.unique())

    def broken(self, name: str) -> int:
        """Return the closing year of the first period after the newest break of a series; or 0."""
        rows = dictionary.read("breaks")
        rows = rows[
            rows["measure"].eq(name)
            & rows["breakdown"].eq(tidy.ALL)
            & rows["area"].isin(["", self.area.code])
        ]
        return max((int(end[:4]) for end in rows["period_end"]), default=0)

    def held(self, names: Iterable[str]) -> list[str]:
        """Return those measures for which the area has a number in two years or more.

        Raises
        ------
        NotHeldError
            It has for none.
        """
        found = [name for name in names if len(self.years(name)) > 1]
        if not found:
            raise NotHeldError(
                f"The record holds too few figures of {self.area.name} to answer this."
            )
        return found

    @property
    def peers(self) -> list[str]:
        """Return who the area is ranked among: its neighbours, else its like in its region."""
        if len(self.neighbours):
            return list(self.neighbours["neighbour"])
        return [
            area.code
            for area in areas.table().values()
            if area.level == self.area.level
            and area.region == self.area.region
            and area.code != self.area.code
        ]

    def comparison(self, name: str) -> pd.DataFrame:
        """Return a measure for the area, its neighbours under both rules, region and England."""
        rows = self.figures(name)
        places = [self.area.code, self.area.region, areas.ENGLAND]
        nearby = comparators.neighbours(rows, self.neighbours, measures.get(name).decimals)
        return tidy.conform(pd.concat([rows[rows["area"].isin(places)], nearby]))

    def lines(self, *names: str) -> pd.DataFrame:
        """Return the comparison of some measures without the median: at most four lines each."""
        rows = pd.concat([self.comparison(name) for name in names], ignore_index=True)
        return rows[rows["area"] != comparators.neighbour_code("median")]

    @property
    def labels(self) -> dict[str, str]:
        """Return what to call areas and measures in charts and tables."""
        known = {code: area.name for code, area in areas.table().items()}
        short = {name: str(text) for name, text in measures.table()["short"].items()}
        near = {
            comparators.neighbour_code("mean"): "Neighbours",
            comparators.neighbour_code("median"): "Neighbours (median)",
        }
        return known | short | near

    @property
    def model(self) -> str:
        """Say which neighbour model is used, and whether it is later than the date."""
        if self.neighbours.empty:
            return f"{self.area.name} has no statistical neighbours in any model held"
        name = self.neighbours["model"].iloc[0]
        later = " (a later model: none was in force at this date)"
        return f"{name} model" + later * bool(self.neighbours["later"].iloc[0])

    def breaks(self, *names: str, breakdown: str = tidy.ALL) -> list[tuple[pd.Timestamp, str]]:
        """Return the breaks in series of some measures that concern the area."""
        rows = dictionary.read("breaks")
        rows = rows[
            rows["measure"].isin(names)
            & rows["breakdown"].eq(breakdown)
            & rows["area"].isin(["", self.area.code])
        ].drop_duplicates(["period_end", "label"])
        return [(pd.Timestamp(row.period_end), row.label) for row in rows.itertuples()]

    def events(self) -> list[tuple[pd.Timestamp, str]]:
        """Return the dated events of the area that the record marks, up to the date."""
        rows = dictionary.read("events")
        rows = rows[rows["area"].eq(self.area.code) & rows["date"].le(self.as_at)]
        return [(pd.Timestamp(row.date), row.label) for row in rows.itertuples()]

    def notes(self, *names: str, breakdown: str = tidy.ALL) -> str:
        """Return what the breaks in series of some measures mean, in sentences."""
        rows = dictionary.read("breaks")
        rows = rows[
            rows["measure"].isin(names)
            & rows["breakdown"].eq(breakdown)
            & rows["area"].isin(["", self.area.code])
        ]
        return " ".join(rows["note"].unique())

    def source(self, figures: pd.DataFrame) -> str:
        """Name the publisher, titles and releases of some figures, for the line below a chart."""
        return words.source(figures)

    def ask(self, question: Callable[..., Answer], *arguments: Any) -> None:
        """Ask a question and display its answer, or, once, why nothing held can answer it."""
        try:
            answer = question(self, *arguments)
        except NotHeldError as gap:
            said = str(gap)
            display(Markdown("As above: nothing is held." if said in self.gaps else f"**{said}**"))
            self.gaps.add(said)
        else:
            self.show(answer)

    def show(self, answer: Answer) -> None:
        """Display an answer: sentence, chart, table, doubt; keep its key figures."""
        display(Markdown(f"**{answer.sentence}**"))
        if answer.chart is not None:
            display(answer.chart)
        if len(answer.table):
            display(HTML(tables.html(answer.table, answer.caption)))
        if len(answer.rest):
            display(HTML(tables.folded(answer.rest, answer.rest_caption)))
        names = list(answer.figures["measure"].unique())
        doubt = " ".join(part for part in (answer.doubt, self.revised(names)) if part)
        if doubt:
            display(Markdown(f"*How sure?* {doubt}"))
        rows = answer.figures[answer.figures["area"] == self.area.code]
        self.key.append(rows)
        for name in rows["measure"].unique():
            self.anchors.setdefault(name, answer.anchor)

    def revised(self, names: list[str]) -> str:
        """Say of whom the figures of some measures are later revisions than the date."""
        rows = self.figures(*names)
        rows = rows[
            rows["area"].isin([self.area.code, self.area.region, areas.ENGLAND, *self.peers])
        ]
        late = rows[rows["method"].str.startswith("later revision")]
        if late.empty:
            return ""
        whose = words.listed(sorted({areas.get(code).name for code in late["area"]}))
        which = words.listed(sorted(late["release"].unique()))
        return (
            f"No release of the time is held with every figure above of {whose}: where it is not, "
            f"the later revision of {which} is shown."
        )

    def key_figures(self) -> pd.DataFrame:
        """Return the newest figure of each measure and group shown, once each."""
        rows = pd.concat(self.key, ignore_index=True) if self.key else tidy.conform(pd.DataFrame())
        newest = rows.sort_values("period_end").drop_duplicates(
            ["measure", "breakdown", "group"], keep="last"
        )
        return newest.sort_values(["measure", "breakdown", "group"], ignore_index=True)

    def print_key_figures(self) -> None:
        """Print the key figures as plain text: the cell that a regression test compares."""
        for row in self.key_figures().query("breakdown == 'all'").itertuples():
            measure = measures.get(row.measure)
            shown = words.figure(row.value, measure) if not row.status else row.status
            print(f"{row.measure:48} {row.period_end:%Y-%m-%d} {shown:>12}  {row.release}")

    def movements(self) -> list[dict[str, Any]]:
        """Say of each measure shown what moved since the period before, and where England is.

        Returns
        -------
        list of dict
            One a measure whose newest figure is a number: sentence, anchor and weight for the
            index, and the cells of its table. The weight is the change over what chance alone
            does; 0 where that cannot be told or the figure is no news.
        """
        lines = []
        for name, anchor in self.anchors.items():
            measure = measures.get(name)
            figures = self.own(name)
            row = movement.latest(figures, measure)
            if row is None or row["period_end"] < figures["period_end"].max():
                continue
            fresh = pd.Timestamp(self.as_at) - row["period_end"] <= NEWS
            same = self.figures(name)
            same = same[same["area"].eq(areas.ENGLAND) & same["period_end"].eq(row["period_end"])]
            england = same["value"].iloc[0] if len(same) and measure.is_ratio else float("nan")
            verdict = change.verdict(row)
            lines.append(
                {
                    "sentence": words.movement(row, measure),
                    "anchor": anchor,
                    "weight": round(abs(row["z"]), 3) if fresh and verdict in SAID else 0.0,
                    "measure": name,
                    "label": measure.label,
                    "period": words.period(row["period_end"], measure),
                    "value": words.figure(row["value_last"], measure),
                    "before": words.figure(row["value_first"], measure),
                    "change": words.signed(row, measure),
                    "direction": movement.direction(row, measure),
                    "verdict": verdict,
                    "england": "" if pd.isna(england) else words.figure(england, measure),
                }
            )
        return lines

    def finish(self) -> None:
        """Hand the key figures and what moved to whatever runs the notebook."""
        rows = self.key_figures()
        for column in tidy.DATES:
            rows[column] = rows[column].dt.strftime("%Y-%m-%d")
        handed = {
            "notebook": self.notebook,
            "title": self.title,
            "key_figures": rows.astype("object").where(rows.notna(), None).to_dict("records"),
            "headlines": self.movements(),
            "read": {"data/" + paths.record().name: provenance.read(paths.record())["sha256"]},
        }
        line = f"{self.title}: {len(rows)} key figures."
        display({MIME: handed, "text/plain": line}, raw=True)


def start(notebook: str, title: str, *, authority: str, as_at: str) -> Report:
    """Open a report and display its masthead.

    Parameters
    ----------
    notebook, title : str
        The notebook's name and the report's title.
    authority : str
        Name, ONS code or DfE number of an authority or region.
    as_at : str
        ISO date, or ``""`` for the newest release.

    Raises
    ------
    ThurrockError
        The area or the date is not in the data.
    """
    area = areas.find(authority)
    date = releases.resolve_as_at(as_at)
    releases.check_existed(area, date)
    near = areas.neighbours(area, date)
    figures = store.as_at(store.load(), date)
    document = figures["origin"] == "document"
    known = {str(name): rows for name, rows in figures[~document].groupby("measure", observed=True)}
    printed = tidy.conform(figures[document])
    report = Report(notebook, title, area, date, near, known, printed)
    charts.style()
    display(Markdown(masthead(report)))
    return report


def masthead(report: Report) -> str:
    """Say what the report is about: area, date, comparators, and who is left out of them."""
    day = pd.Timestamp(report.as_at)
    lines = [
        f"**{report.area.name}** · figures as they stood on "
        f"{day.day} {day:%B %Y} · compared with {words.listed(compared(report))}."
    ]
    if report.area.note:
        lines.append(report.area.note)
    if not report.neighbours.empty:
        names = [areas.get(code).name for code in report.neighbours["neighbour"]]
        lines.append(f"Statistical neighbours, {report.model}: {words.listed(names)}.")
    return "\n\n".join(lines)


def compared(report: Report) -> list[str]:
    """Return the names of what the area is compared with."""
    region = areas.get(report.area.region).name if report.area.region else ""
    names = ["its statistical neighbours"] if not report.neighbours.empty else []
    return list(dict.fromkeys([*names, *([region] if region else []), "England"]))
