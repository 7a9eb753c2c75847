# SPDX-License-Identifier: MIT
"""The figures of a run and the table they are printed in."""
import dataclasses
import statistics

COLUMNS = ("meridian", "nginx", "haproxy")


@dataclasses.dataclass
class Figure:
    """One line of the table. `bar` limits Meridian's ratio to `reference` (a column's name), or
    Meridian's own value when there is no reference; None: shown for comparison only."""
    row: str
    name: str
    unit: str
    values: dict
    bar: float | None = None
    reference: str | None = None
    notes: list = dataclasses.field(default_factory=list)
    failures: int = 0  # of Meridian's requests: a fast gateway that loses some has missed

    @property
    def ratio(self):
        own, other = self.values.get("meridian"), self.values.get(self.reference or "nginx")
        return own / other if own is not None and other else None

    @property
    def verdict(self):
        own = self.values.get("meridian")
        if own is None:
            return ""
        if self.failures:
            return "MISS"
        measured = self.ratio if self.reference else own
        if self.bar is None or measured is None:
            return ""
        return "ok" if measured <= self.bar else "MISS"

    def cells(self):
        def number(value):
            if value is None:
                return "-"
            return f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"
        bar = "" if self.bar is None else f"<= {self.bar:g}"
        if self.bar is not None and self.reference:
            bar += f" x {self.reference}"
        elif self.bar is not None and self.unit and self.unit != "ratio":
            bar += f" {self.unit}"
        return [f"{self.name} [{self.unit}]" if self.unit else self.name,
                *(number(self.values.get(column)) for column in COLUMNS),
                number(self.ratio), bar, self.verdict]

    def as_json(self):
        return {**dataclasses.asdict(self), "ratio": self.ratio, "verdict": self.verdict}


def print_table(figures):
    lines = [["", *COLUMNS, "m/ref", "bar", ""]] + [figure.cells() for figure in figures]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for number, line in enumerate(lines):
        cells = [cell.ljust(width) if column in (0, 5) else cell.rjust(width)
                 for column, (cell, width) in enumerate(zip(line, widths))]
        print("  ".join(cells).rstrip())
        if number == 0:
            print("-" * (sum(widths) + 2 * len(widths)))
    notes = [f"{figure.name}: {note}" for figure in figures for note in figure.notes]
    if notes:
        print("\nNotes:\n  " + "\n  ".join(notes))


def medians(samples):
    """{column: [values]} to {column: median}."""
    return {column: statistics.median(values) for column, values in samples.items() if values}
