"""A statement as PDF, for people: whose it is, the balances, and a table of what happened."""

from __future__ import annotations

import bisect
import functools
import itertools
import logging
from collections.abc import Callable, Container, Iterator
from importlib import resources
from typing import TYPE_CHECKING, Final, cast

import msgspec

from culm.wallets import views
from culm.wallets.files import lettering
from culm.wallets.files import paper as paper_

if TYPE_CHECKING:
    from fpdf import FPDF
    from fpdf.fonts import TTFFont

MEDIA_TYPE: Final = "application/pdf"

MAX_LINES: Final = 2_000
"""More would be a hundred pages, and seconds of work."""

_FONT: Final = "DejaVuSans"
"""Latin, Greek, Cyrillic, Hebrew, Arabic and more; the fonts that every reader has are Latin
only."""

_NOTE: Final = (
    f"{lettering.MISSING} stands for a character that this document cannot show. "
    "The statement as CSV, camt.053 or JSON has it."
)

_MARGIN_MM: Final = 15
_WIDTHS_MM: Final = (22, 92, 33, 33)
_HEADINGS: Final = ("Date", "What", "Amount", "Balance")
_LINE_MM: Final = 4.5
_FACT_MM: Final = 40

logging.getLogger("fpdf").setLevel(logging.ERROR)
"""It warns of characters that the font lacks, and so would write names into the log."""


Measure = Callable[[str], float]
"""How wide a character is, in millimetres, in the font and size of the table."""


def write(paper: paper_.Paper) -> bytes:
    """The file. The same statement gives the same bytes: it is dated when it was known."""
    from fpdf import FPDF  # noqa: PLC0415 - half a second that only statements need

    class Sheet(FPDF):
        """Pages with the number of each at their foot."""

        def footer(self) -> None:
            self.set_y(-_MARGIN_MM)
            self.set_font(_FONT, size=7)
            known = f"{paper_.utc(paper.statement.recorded):%Y-%m-%d %H:%M:%S} UTC"
            self.cell(120, _LINE_MM, f"{paper.statement.wallet}, as known at {known}")
            self.cell(0, _LINE_MM, f"Page {self.page_no()} of {{nb}}", align="R")

    sheet = Sheet(format="A4")
    sheet.set_margin(_MARGIN_MM)
    sheet.set_auto_page_break(True, margin=_MARGIN_MM + 5)
    sheet.set_producer("Culm")
    sheet.set_title(f"Statement {paper.title}")
    sheet.set_creation_date(paper_.utc(paper.statement.recorded))
    with resources.as_file(resources.files(__package__) / "fonts" / f"{_FONT}.ttf") as font:
        sheet.add_font(_FONT, fname=font)
    paper = _lettered(paper, cast("TTFFont", sheet.fonts[_FONT.lower()]).cmap)
    sheet.add_page()
    _head(sheet, paper)
    _headings(sheet)
    measure = functools.cache(sheet.get_string_width)
    for line in paper.statement.lines:
        _line(sheet, paper, line, measure)
    _total(sheet, paper)
    return bytes(sheet.output())


def _lettered(paper: paper_.Paper, font: Container[int]) -> paper_.Paper:
    """A statement in letters that the font has."""
    lines = tuple(
        msgspec.structs.replace(
            line,
            title=lettering.written(line.title, font),
            description=lettering.written(line.description, font),
            reference=lettering.written(line.reference, font),
        )
        for line in paper.statement.lines
    )
    statement = msgspec.structs.replace(paper.statement, lines=lines)
    return paper._replace(statement=statement, holder=lettering.written(paper.holder, font))


def _head(sheet: FPDF, paper: paper_.Paper) -> None:
    of = paper.statement
    sheet.set_font(_FONT, size=16)
    sheet.cell(0, 10, "Statement", new_x="LMARGIN", new_y="NEXT")
    sheet.set_font(_FONT, size=9)
    came, went = (sum(a for a in paper.amounts if (a > 0) == inward) for inward in (True, False))
    facts = {
        "Holder": paper.holder,
        "Wallet": of.wallet,
        "Period": f"{of.first_day} to {of.last_day} (UTC)",
        "Currency": of.currency,
        "Opening balance": paper.grouped(of.opening),
        "Came in": paper.grouped(came),
        "Went out": paper.grouped(went),
        "Closing balance": paper.grouped(of.closing),
        "Of which available": paper.grouped(of.available),
    }
    width = sheet.epw - _FACT_MM - 2 * sheet.c_margin
    for name, value in facts.items():
        if value:
            sheet.cell(_FACT_MM, 5, name)
            rows = "\n".join(_wrapped(value, width, sheet.get_string_width))
            sheet.multi_cell(0, 5, rows, new_x="LMARGIN", new_y="NEXT", align="L")
    sheet.ln(4)


def _headings(sheet: FPDF) -> None:
    sheet.set_font(_FONT, size=8)
    sheet.set_fill_color(230)
    for width, heading in zip(_WIDTHS_MM, _HEADINGS, strict=True):
        align = "R" if heading in _HEADINGS[2:] else "L"
        sheet.cell(width, 6, heading, align=align, fill=True)
    sheet.ln(7)


def _line(
    sheet: FPDF, paper: paper_.Paper, line: views.WalletTransaction, measure: Measure
) -> None:
    """A row as high as its text; one that does not fit begins a page, under headings."""
    text = "\n".join(filter(None, (line.title, line.description, line.payment or line.reference)))
    date, what, amount, balance = _WIDTHS_MM
    rows = _wrapped(text, what - 2 * sheet.c_margin, measure)
    if sheet.will_page_break(_LINE_MM * len(rows)):
        sheet.add_page()
        _headings(sheet)
    top = sheet.get_y()
    sheet.cell(date, _LINE_MM, line.effective.date().isoformat())
    left = sheet.get_x()
    for number, row in enumerate(rows):
        sheet.set_xy(left, top + number * _LINE_MM)
        sheet.cell(what, _LINE_MM, row)
    sheet.set_xy(left + what, top)
    sheet.cell(amount, _LINE_MM, paper.grouped(line.amount), align="R")
    sheet.cell(balance, _LINE_MM, paper.grouped(line.balance), align="R")
    sheet.set_y(top + len(rows) * _LINE_MM + 1)


def _wrapped(text: str, width: float, measure: Measure) -> list[str]:
    """A text in as many rows as it takes, broken at spaces where there are any. The library's own
    way measures each character with all before it, and takes a minute for a long statement."""
    rows = list[str]()
    for paragraph in text.split("\n"):
        rest = paragraph
        while (most := _fitting(rest, width, measure)) < len(rest):
            at = rest.rfind(" ", 1, most + 1)
            row = rest[: at if at > 0 else most]
            rows.append(lettering.in_order(row, paragraph))
            rest = rest[len(row) :].lstrip(" ")
        rows.append(lettering.in_order(rest, paragraph))
    return rows


def _fitting(text: str, width: float, measure: Measure) -> int:
    """How many characters of a text fit into a width; at least one."""
    return max(1, bisect.bisect(list(itertools.accumulate(map(measure, text))), width))


def _total(sheet: FPDF, paper: paper_.Paper) -> None:
    if sheet.will_page_break(20):
        sheet.add_page()
    sheet.ln(2)
    sheet.cell(sum(_WIDTHS_MM[:3]), 6, f"Closing balance on {paper.statement.last_day}")
    sheet.cell(_WIDTHS_MM[3], 6, paper.grouped(paper.statement.closing), align="R")
    if any(lettering.MISSING in text for text in _texts(paper)):
        sheet.ln(8)
        sheet.cell(0, _LINE_MM, _NOTE)


def _texts(paper: paper_.Paper) -> Iterator[str]:
    yield paper.holder
    for line in paper.statement.lines:
        yield from (line.title, line.description, line.reference)
