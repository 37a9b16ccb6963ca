"""Indicators of children in care worked out slowly, child by child and day by day, without pandas.

Written from ``data/statutory/indicators.csv``, to be compared with the package.
"""

import calendar
from datetime import date, timedelta

from hypothesis import strategies as st

Episode = dict[str, str]
DAY = timedelta(days=1)
FAR = date(9000, 1, 1)
FIRST = date(2017, 1, 2)


def day(text: str) -> date:
    """Read a date, the end of time where it is blank."""
    return date.fromisoformat(text) if text else FAR


def months_after(when: date, months: int) -> date:
    """Return the same day some calendar months later, or the last of a shorter month."""
    year, month = divmod(when.year * 12 + when.month - 1 + months, 12)
    return date(year, month + 1, min(when.day, calendar.monthrange(year, month + 1)[1]))


def of_child(rows: list[Episode], child: str) -> list[Episode]:
    """Return a child's episodes in order, without short breaks."""
    own = [row for row in rows if row["CHILD"] == child and row["LS"] not in ("V3", "V4")]
    return sorted(own, key=lambda row: row["DECOM"])


def periods_of_care(own: list[Episode]) -> list[list[Episode]]:
    """Split episodes into periods of care."""
    found: list[list[Episode]] = []
    end = date(1900, 1, 1)
    for row in own:
        if not found or row["RNE"] == "S" or day(row["DECOM"]) > end:
            found.append([])
            if len(found) > 1 and row["RNE"] != "S":
                assert day(row["DECOM"]) > end
        found[-1].append(row)
        end = max(end, day(row["DEC"]))
    return found


def placements(period: list[Episode]) -> list[list[Episode]]:
    """Split a period of care into placements."""
    found: list[list[Episode]] = []
    for row in period:
        if not found or row["RNE"] in ("S", "P", "B"):
            found.append([])
        found[-1].append(row)
    return found


def open_on(own: list[Episode], when: date) -> Episode | None:
    """Return the latest episode that is open at the end of a day."""
    held = [row for row in own if day(row["DECOM"]) <= when < day(row["DEC"])]
    return held[-1] if held else None


def in_care(own: list[Episode], when: date) -> tuple[list[Episode], list[Episode], Episode] | None:
    """Return the period of care, the placements before and with the open one, and its episode."""
    now = open_on(own, when)
    if now is None:
        return None
    (period,) = [found for found in periods_of_care(own) if now in found]
    return period, [row for row in period if row["DECOM"] <= now["DECOM"]], now


def placements_in_year(own: list[Episode], when: date) -> int:
    """Count the placements of the year to a day, temporary and momentary ones left out."""
    first, count = months_after(when, -12) + DAY, 0
    for period in periods_of_care(own):
        for placement in placements(period):
            begun, ended = day(placement[0]["DECOM"]), day(placement[-1]["DEC"])
            if placement[0]["PLACE"].startswith("T") or ended <= begun:
                continue
            count += begun <= when and ended >= first
    return count


def long_term(own: list[Episode], when: date, born: date) -> bool | None:
    """Return whether a child who is long in care is settled, nothing where not long in care."""
    held = in_care(own, when)
    if held is None or when >= months_after(born, 16 * 12):
        return None
    period, until, now = held
    if day(period[0]["DECOM"]) > months_after(when, -30):
        return None
    had = placements(until)
    since = months_after(when, -24)
    if day(had[-1][0]["DECOM"]) <= since:
        return True
    adoptive = now["PLACE"] in ("A3", "A4", "A5", "A6")
    return adoptive and len(had) > 1 and day(had[-2][0]["DECOM"]) <= since


def last_ceasing(own: list[Episode], first: date, last: date) -> Episode | None:
    """Return the last episode by which a child ceases to be looked after in a period."""
    left = [
        row
        for row in own
        if row["DEC"] and row["REC"] not in ("", "X1") and first <= day(row["DEC"]) <= last
    ]
    return max(left, key=lambda row: row["DEC"]) if left else None


def comes_back(own: list[Episode], left: Episode) -> bool:
    """Return whether a child starts again within 12 months of a ceasing."""
    ended = day(left["DEC"])
    latest = months_after(ended, 12)
    return any(row["RNE"] == "S" and ended < day(row["DECOM"]) <= latest for row in own)


def adoption(own: list[Episode], adopted: Episode) -> dict[str, date | None]:
    """Return the dates of an adoption, from the period of care that ended with it."""
    (period,) = [found for found in periods_of_care(own) if adopted in found]
    until = period[: period.index(adopted) + 1]
    at = len(until) - 1
    while at >= 0 and not until[at]["PLACE"].startswith("A"):
        at -= 1
    start = day(period[0]["DECOM"]) if period[0]["RNE"] == "S" else None
    moved: dict[str, date | None] = {"start": start, "moved": None}
    ordered = [day(row["DECOM"]) for row in until if row["LS"] in ("E1", "D1")]
    moved["ordered"] = min(ordered, default=None)
    moved["carer"] = None
    if at < 0:
        return moved
    while at > 0 and until[at - 1]["PLACE"].startswith("A"):
        at -= 1
    moved["moved"] = moved["carer"] = day(until[at]["DECOM"])
    moved["by carers"] = until[at]["PLACE"] in ("A3", "A5")  # type: ignore[assignment]
    back = at
    while back > 0 and until[back - 1]["PLACE"][0] in "UQ" and same(until[back - 1], until[back]):
        back -= 1
    moved["carer"] = day(until[back]["DECOM"])
    return moved


def same(before: Episode, after: Episode) -> bool:
    """Return whether two episodes that follow one another are with one carer, as far as known."""
    if after["RNE"] in ("T", "U", "L"):
        return True
    place = before["PL_POST"], before["URN"]
    return bool(before["PL_POST"]) and place == (after["PL_POST"], after["URN"])


def due_days(
    start: date, end: date, held: list[date], first: date
) -> list[tuple[date, date | None]]:
    """Return when each review of a period of care fell due, and when it was held."""
    told: list[tuple[date, date | None]] = []
    due = first
    for number, review in enumerate(held):
        told.append((due, review))
        due = review + timedelta(days=91 if number == 0 else 183)
    return [*told, (due, None)] if due < end else told


@st.composite
def histories(draw: st.DrawFn, places: str = "U4 U6 U5 K2 T1 A3 A6 P1") -> list[Episode]:
    """Return the episodes of some children, with gaps, breaks and forgotten ends."""
    rows: list[Episode] = []
    for child in range(draw(st.integers(1, 9))):
        begun = FIRST + timedelta(days=draw(st.integers(0, 500)))
        own, again = len(rows), True
        for _ in range(draw(st.integers(1, 7))):
            length = draw(st.sampled_from([0, 1, 12, 60, 183, 365, 366, 730, 900]))
            gap = 0 if length and draw(st.booleans()) else draw(st.sampled_from([1, 30, 365, 370]))
            reason = draw(st.sampled_from("SSSL" if again else "LTUPPBS"))
            leaves = draw(st.sampled_from(["E4A", "E12", "E45", "E8"]))
            ended = begun + timedelta(days=length)
            rows.append(
                {
                    "CHILD": str(child),
                    "DECOM": begun.isoformat(),
                    "RNE": reason,
                    "LS": draw(st.sampled_from(["C2", "E1", "V2", "V4"])),
                    "PLACE": draw(st.sampled_from(places.split())),
                    "DEC": ended.isoformat(),
                    "REC": leaves if gap else "X1",
                    "PL_POST": draw(st.sampled_from(["A1 1AA", "B2 2BB", ""])),
                    "URN": draw(st.sampled_from(["", "7"])),
                }
            )
            begun, again = ended + timedelta(days=gap), gap > 0
        if draw(st.booleans()):
            rows[-1] |= {"DEC": "", "REC": ""}
        elif draw(st.integers(0, 4)) == 0:
            draw(st.sampled_from(rows[own:]))["DEC"] = ""
    return rows
