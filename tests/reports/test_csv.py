"""CSV: the contract's columns, one row a device, numbers as numbers."""

import csv
import io
from dataclasses import replace

from reports import view
from reports.formats import csv as csv_format
from scanner.model import Inventory


def rows(inventory: Inventory) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_format.render(inventory)), strict=True))


def test_header_and_line_ends(sample: Inventory, empty: Inventory) -> None:
    header = ",".join(f'"{column}"' for column in (*view.COLUMNS, "waivers")) + "\r\n"
    assert csv_format.render(empty) == header
    assert csv_format.render(sample).startswith(header)
    assert csv_format.render(sample).count("\r\n") == csv_format.render(sample).count("\n") == 1 + len(sample.devices)


def test_a_row_says_what_the_view_says(sample: Inventory) -> None:
    shown = rows(sample)
    assert [row["device_id"] for row in shown] == [device.id for device in view.ordered(sample.devices)]
    for row, device in zip(shown, view.ordered(sample.devices), strict=True):
        assert row == {
            "waivers": view.waived(device),
            **{column: "" if cell is None else str(cell) for column, cell in view.row(device).items()},
        }


def test_numbers_are_not_quoted_and_text_is(sample: Inventory) -> None:
    first = csv_format.render(sample).split("\r\n")[2]
    assert '"flagged",5,0.991,' in first
    assert first.endswith(',18204,3895656,""')


def test_quotes_commas_and_formulas_in_names(sample: Inventory) -> None:
    odd = replace(sample.devices[0], names=('=1+1,"x"',))
    assert rows(replace(sample, devices=(odd,)))[0]["hostname"] == '\'=1+1,"x"'
