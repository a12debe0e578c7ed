import json
from pathlib import Path

import pytest

from scripts.coverage_bar import main, measure


def _report(**covered: int) -> dict[str, object]:
    """Two files of 50 branches a package; the first covers all of its own."""
    files = {}
    for package, second in covered.items():
        for name, found in (("first", 50), ("deep/second", second)):
            summary = {"num_branches": 50, "covered_branches": found}
            files[f"{package}/{name}.py"] = {"summary": summary}
    return {"files": files}


@pytest.mark.parametrize(("desk", "code"), [(40, 0), (39, 1)])
def test_each_package_must_cover_ninety_percent_of_its_branches(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], desk: int, code: int
) -> None:
    file = tmp_path / "coverage.json"
    file.write_text(json.dumps(_report(shop=50, desk=desk)), encoding="utf-8")
    assert main(file) == code
    said = capsys.readouterr().out
    assert "shop/  100.0 %" in said
    assert f"desk/   {(50 + desk):.1f} %" in said


def test_a_package_without_branches_is_a_fault_of_the_report() -> None:
    with pytest.raises(ValueError, match="desk/"):
        measure(_report(shop=50), "desk")
