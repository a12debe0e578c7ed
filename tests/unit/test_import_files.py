"""Reading data files into records, and parsing single cells."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from shop.data_files.kinds import KINDS, Kind
from shop.data_files.mapping import find_mapping, list_mappings, read_mapping
from shop.data_files.parsing import parse_records
from shop.data_files.records import Record, read_records
from shop.data_files.values import (
    Moment,
    parse_chart_rows,
    parse_day,
    parse_flag,
    parse_mapping,
    parse_moment,
    parse_money,
    parse_whole,
    parse_words,
)
from shop.errors import ImportFileError

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
HERE = Moment(SHANGHAI, NOW)


def write(folder: Path, name: str, content: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(content.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_each_encoding_of_spreadsheets(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, "a.csv", "id,color\r\nS1,黑色\r\n", encoding)
    assert [(record.line, record.values) for record in read_records(path)] == [
        (2, {"id": "S1", "color": "黑色"})
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_with_each_usual_delimiter(tmp_path: Path, delimiter: str) -> None:
    path = write(tmp_path, "a.csv", delimiter.join(["id", "stock"]) + "\n" + delimiter.join(["S1", "4"]))
    assert read_records(path)[0].values == {"id": "S1", "stock": "4"}


def test_lines_are_counted_through_cells_with_line_breaks_and_blank_lines(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", 'id,note\nA,"one\ntwo"\n\n,,\nB,x\n')
    assert [(record.line, record.values["id"]) for record in read_records(path)] == [(2, "A"), (6, "B")]


def test_spreadsheet_tricks_around_long_numbers_are_taken_off(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", 'no,x\n"=""20260302100000001""",1\n\'20260302100000002,2\n')
    assert [record.values["no"] for record in read_records(path)] == [
        "20260302100000001",
        "20260302100000002",
    ]


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.csv", "", ":1: the first line must name the columns"),
        ("a.csv", "id,id\n1,2\n", ":1: id: the column is named twice"),
        ("a.csv", "id\n1,2\n", ":2: 2 cells, but 1 columns"),
        ("a.csv", 'id\n"x\n', "unexpected end of data"),
        ("a.xls", "", "only .csv"),
        ("a.xlsx", "no zip", "is no workbook that can be read"),
        ("a.yml", "id: 1\n", ":1: the file must be a list"),
        ("a.yml", "- id: 1\n- x\n", ":2: a record must be a mapping"),
        ("a.yml", "- id: 1\n- id: [\n", "a.yml:3: "),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_line(
    tmp_path: Path, name: str, content: str, fault: str
) -> None:
    with pytest.raises(ImportFileError) as error:
        read_records(write(tmp_path, name, content))
    assert fault in str(error.value)
    assert str(tmp_path / name) in str(error.value)


def test_a_missing_file_and_one_of_neither_encoding_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="No such file"):
        read_records(tmp_path / "none.csv")
    (tmp_path / "b.csv").write_bytes(b"id\n\xff\xff\xff\n")
    with pytest.raises(ImportFileError, match="neither UTF-8 nor GB18030"):
        read_records(tmp_path / "b.csv")


def test_a_workbook_is_read_with_its_dates_numbers_and_row_numbers(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["id", "stock", "restock_on", None, "color"])
    book.active.append(["S1", 4, datetime(2026, 3, 9), "ignored", " 黑色 "])  # noqa: DTZ001
    book.active.append([None, None, None, None, None])
    book.active.append(["S2", 0, None, None, "白色"])
    book.save(tmp_path / "a.xlsx")
    first, second = read_records(tmp_path / "a.xlsx")
    assert (first.line, first.values["color"], first.values["stock"]) == (2, "黑色", 4)
    assert parse_day(first.values["restock_on"], HERE) == date(2026, 3, 9)
    assert (second.line, second.values) == (4, {"id": "S2", "stock": 0, "restock_on": None, "color": "白色"})


def test_an_order_number_that_a_spreadsheet_rounded_is_refused() -> None:
    records, faults = parse_records(KINDS["orders"], [Record(2, {"no": 2.0260302100000002e17})], HERE)
    assert [fault[:2] for fault in faults] == [(2, "no")]
    assert "store it as text" in faults[0][2]
    records, faults = parse_records(KINDS["skus"], [Record(2, {"id": "S", "size": 39.0, "stock": 3.0})], HERE)
    assert (records[0].values, faults) == ({"id": "S", "size": "39", "stock": 3}, [])


def test_yaml_gives_each_record_its_line_and_leaves_words_alone(tmp_path: Path) -> None:
    path = write(tmp_path, "a.yml", "# comment\n- id: a\n  off: no\n\n- id: b\n  on: true\n")
    assert [(record.line, record.values) for record in read_records(path)] == [
        (2, {"id": "a", "off": "no"}),
        (5, {"id": "b", "on": True}),
    ]
    assert read_records(write(tmp_path, "empty.yml", "")) == []


def test_a_mapping_translates_columns_and_values_and_drops_the_rest(tmp_path: Path) -> None:
    mapping = read_mapping(
        write(tmp_path, "m.yml", "columns: {订单编号: no, 状态: stage}\nvalues: {stage: {已发货: shipped}}\n")
    )
    path = write(tmp_path, "a.csv", "订单编号,状态,客服\n1,已发货,小王\n2,paid,\n")
    assert [record.values for record in mapping.apply(read_records(path))] == [
        {"no": "1", "stage": "shipped"},
        {"no": "2", "stage": "paid"},
    ]


def test_a_mapping_cuts_out_values_fills_gaps_and_leaves_rows_out(tmp_path: Path) -> None:
    mapping = read_mapping(
        write(
            tmp_path,
            "m.yml",
            "columns: {单号: no, 昵称: buyer_id, 会员名: buyer_id, 地址: address}\n"
            "derive: {region: {from: 地址, find: '^(..)'}}\n"
            "defaults: {sale: normal}\nneeds: [no]\n",
        )
    )
    path = write(tmp_path, "a.csv", "单号,会员名,昵称,地址\n1,,b1,浙江省杭州市\n,b2,,江苏\n3,b3,,\n")
    assert [(record.line, record.values) for record in mapping.apply(read_records(path))] == [
        (2, {"no": "1", "buyer_id": "b1", "address": "浙江省杭州市", "region": "浙江", "sale": "normal"}),
        (4, {"no": "3", "buyer_id": "b3", "address": "", "sale": "normal"}),
    ]


def test_of_rows_that_agree_the_last_counts_where_the_mapping_says_so(tmp_path: Path) -> None:
    mapping = read_mapping(write(tmp_path, "m.yml", "columns: {会员名: id, 手机: phone}\nlast_of: [id]\n"))
    path = write(tmp_path, "a.csv", "会员名,手机\nb1,1\nb2,2\nb1,3\n")
    assert [record.values for record in mapping.apply(read_records(path))] == [
        {"id": "b1", "phone": "3"},
        {"id": "b2", "phone": "2"},
    ]


@pytest.mark.parametrize("name", list_mappings())
def test_the_mappings_that_come_along_name_columns_of_their_kind(name: str) -> None:
    mapping = read_mapping(find_mapping(name))
    (kind,) = [kind for kind in KINDS.values() if name.endswith(f"_{kind.name}")] or [
        {"taobao_order_lines": KINDS["orders"], "erp_stock": KINDS["skus"]}[name]
    ]
    known = {*kind.shape.columns, *(kind.child.shape.columns if kind.child else ())}
    assert {*mapping.columns.values(), *mapping.derive, *mapping.values, *mapping.needs} <= known


def test_a_mapping_that_is_nowhere_is_told_with_those_that_are() -> None:
    with pytest.raises(ImportFileError, match=r"no mapping 'taobo': give a file, or one of erp_orders, "):
        find_mapping("taobo")


@pytest.mark.parametrize(
    "content",
    [
        "colums: {}\n",
        "columns: [a]\n",
        "- a\n",
        "derive: {region: {from: 地址, find: '('}}\n",
        "derive: {region: {from: 地址, find: '^..'}}\n",
    ],
)
def test_a_broken_mapping_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(ImportFileError):
        read_mapping(write(tmp_path, "m.yml", content))


@pytest.mark.parametrize(
    ("raw", "amount"),
    [("12", "12.00"), (12.5, "12.50"), ("¥1,299.90", "1299.90"), ("0", "0.00"), (Decimal("3.10"), "3.10")],
)
def test_money_is_read(raw: object, amount: str) -> None:
    assert str(parse_money(raw, HERE)) == amount


@pytest.mark.parametrize("raw", ["", "x", "-1", "1.005", "NaN", "Infinity", "1e9", True, "sNaN", [1]])
def test_what_is_no_money_is_refused(raw: object) -> None:
    with pytest.raises(ValueError, match=r"money|decimals|must be"):
        parse_money(raw, HERE)


@given(st.decimals(min_value=0, max_value=99_999_999, places=2))
def test_every_amount_survives_the_way_through_a_cell(amount: Decimal) -> None:
    assert parse_money(f"{amount}", HERE) == amount


@pytest.mark.parametrize("raw", ["-1", "1.5", "", "九", "²", True, "99999999999", "2147483648"])
def test_what_is_no_whole_number_is_refused(raw: object) -> None:
    with pytest.raises(ValueError, match="not a whole number"):
        parse_whole(raw, HERE)
    assert parse_whole(" 07 ", HERE) == 7


def test_flags_are_read_in_both_languages() -> None:
    assert [parse_flag(word, HERE) for word in ("是", "YES", "1", True)] == [True] * 4
    assert [parse_flag(word, HERE) for word in ("否", "no", 0, False)] == [False] * 4
    with pytest.raises(ValueError, match="neither yes nor no"):
        parse_flag("maybe", HERE)


@pytest.mark.parametrize(
    "raw",
    [
        "2026-03-02 10:00:00",
        "2026/3/2 10:00",
        "2026-3-2 10:00:00",
        "2026/03/02T10:00:00.000+08:00",
        "2026-03-02T02:00:00Z",
        "2026-03-02T10:00:00+08:00",
        datetime(2026, 3, 2, 10, 0),  # noqa: DTZ001
        "now",
    ],
)
def test_a_moment_is_read_in_the_zone_of_the_file(raw: object) -> None:
    assert parse_moment(raw, HERE) == NOW


def test_a_spreadsheets_hour_of_one_digit_is_read() -> None:
    assert parse_moment("2026/3/2 9:05", HERE) == datetime(2026, 3, 2, 1, 5, tzinfo=UTC)


def test_relative_times_count_from_now_in_the_zone_of_the_file() -> None:
    late = Moment(SHANGHAI, datetime(2026, 3, 2, 20, 0, tzinfo=UTC))  # already the 3rd in Shanghai
    assert parse_moment("now-3d", late) == datetime(2026, 2, 27, 20, 0, tzinfo=UTC)
    assert parse_day("now+5d", late) == date(2026, 3, 8)
    with pytest.raises(ValueError, match="is not a time"):
        parse_moment("now-3d", Moment(SHANGHAI))


def test_a_time_without_any_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        parse_moment("2026-03-02 10:00", Moment())
    assert parse_moment("2026-03-02 10:00+08:00", Moment()) == NOW


@pytest.mark.parametrize("raw", ["", "2026-13-01", "tomorrow", 5, None, "2026/2/30"])
def test_what_is_no_day_is_refused(raw: object) -> None:
    with pytest.raises(ValueError, match="is not a time"):
        parse_day(raw, HERE)
    assert parse_day(date(2026, 3, 2), HERE) == date(2026, 3, 2)


def test_words_mappings_and_chart_rows() -> None:
    assert parse_words("轻羽|跑鞋、网面鞋；", HERE) == ["轻羽", "跑鞋", "网面鞋"]
    assert parse_mapping({"since": date(2026, 3, 2)}, HERE) == {"since": "2026-03-02"}
    assert parse_chart_rows([{"size": 39, "foot_mm": "243-247"}], HERE) == [
        {"size": "39", "foot_mm": [243, 247]}
    ]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([{"foot_mm": [1, 2]}], "each with a size"),
        ([{"size": "39"}], "needs a measure"),
        ([{"size": "39", "foot_mm": [247, 243]}], "from low to high"),
        ([{"size": "39", "foot_mm": "24.5"}], "not a range"),
        ([{"size": "39", "foot_mm": 24}], "not a range"),
        ([{"size": "39", "foot_mm": [1, 2]}, {"size": "39", "foot_mm": [1, 2]}], "a size twice"),
    ],
)
def test_faulty_chart_rows_are_refused(rows: list[dict[str, object]], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_chart_rows(rows, HERE)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@given(content=st.lists(st.lists(st.text(max_size=8), min_size=12, max_size=12), max_size=4))
def test_no_content_of_a_table_breaks_the_parser(kind: Kind, content: list[list[str]]) -> None:
    columns = [*kind.shape.columns, *(kind.child.shape.columns if kind.child else ()), "strange", "size"]
    records, faults = parse_records(
        kind,
        [Record(line, dict(zip(columns, cells, strict=False))) for line, cells in enumerate(content, 2)],
        HERE,
    )
    assert len(records) <= len(content)
    assert all(fault[0] >= 1 and fault[1] and fault[2] for fault in faults)


def test_relative_days_have_a_limit() -> None:
    with pytest.raises(ValueError, match="is not a time"):
        parse_moment("now-99999d", HERE)
    assert parse_moment("now+9999d", HERE) == NOW + timedelta(days=9999)
