from scripts.settings_page import PAGE, make_page


def test_the_settings_page_lists_every_setting_with_its_default_and_meaning() -> None:
    page = make_page()
    assert page == PAGE.read_text(encoding="utf-8"), "run: .venv/bin/python -m scripts.settings_page"
    undescribed = [line for line in page.splitlines() if line.startswith("| `") and line.endswith("|  |")]
    assert undescribed == []
