"""CSV: one device a row with the columns of the `inventory` view and after them `waivers`, safe to open in a spreadsheet.

RFC 4180: commas, CRLF, a header line, every text quoted. A cell that a spreadsheet would take for a formula begins with
an apostrophe (see `reports.guard.for_csv`), which changes the value: machines read the JSON or the database instead.
"""

import csv
import io

from reports import guard, view
from scanner.model import Inventory

NAME = "csv"
SUFFIX = ".csv"


def render(inventory: Inventory) -> str:
    """The header and one row a device; absent values are empty cells."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow((*view.COLUMNS, "waivers"))
    for device in view.ordered(inventory.devices):
        cells = (*view.row(device).values(), view.waived(device))
        writer.writerow(guard.for_csv(cell or "") if isinstance(cell, str | None) else cell for cell in cells)
    return out.getvalue()
