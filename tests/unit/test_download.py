"""Downloads from addresses that others choose: only the open internet, whatever they turn into."""

import pytest

from desk.download import DownloadFailed, Limits, download, is_public
from tests.site import PNG, Site, answer, open_site


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),  # where clouds tell their secrets
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_only_addresses_of_the_open_internet_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


def limits(site: Site, timeout_s: float = 2.0) -> Limits:
    return Limits(1_000, timeout_s, frozenset({f"127.0.0.1:{site.port}"}))


async def fail(url: str, given: Limits) -> tuple[str, bool]:
    with pytest.raises(DownloadFailed) as caught:
        await download(url, given)
    return caught.value.code, caught.value.final


async def test_a_picture_comes_from_a_trusted_host_along_its_redirects() -> None:
    async with open_site() as site:
        site.answers["/a"] = answer(b"", "Location: /b?x=1", status="302 Found")
        site.answers["/b?x=1"] = answer(PNG)
        assert await download(f"http://127.0.0.1:{site.port}/a", limits(site)) == PNG
        assert site.asked == ["/a", "/b?x=1"]
        assert f"host: 127.0.0.1:{site.port}" in site.headers[0].lower()
        assert "cookie" not in "".join(site.headers).lower()


@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.216.34/x.png",  # not https
        "https://93.184.216.34:8443/x.png",
        "https://127.0.0.1/x.png",
        "https://localhost/x.png",
        "https://[::1]/x.png",
        "https://169.254.169.254/latest/meta-data",
        "https://2130706433/x.png",  # 127.0.0.1 as one number
        "https://me:secret@93.184.216.34/x.png",
        "ftp://93.184.216.34/x.png",
        "file:///etc/passwd",
        "https:///x.png",
        "https://[::1",
    ],
)
async def test_what_is_not_the_open_internet_by_https_is_never_asked(url: str) -> None:
    assert await fail(url, Limits(1_000, 2.0)) == ("forbidden", True)


async def test_a_redirect_leads_nowhere_that_the_first_address_might_not() -> None:
    async with open_site() as site:
        inside = f"Location: http://localhost:{site.port}/secret"
        site.answers["/a"] = answer(b"", inside, status="302 Found")
        assert await fail(f"http://127.0.0.1:{site.port}/a", limits(site)) == ("forbidden", True)
        assert site.asked == ["/a"]


async def test_redirects_in_a_ring_end() -> None:
    async with open_site() as site:
        site.answers["/a"] = answer(b"", "Location: /a", status="301 Moved Permanently")
        assert await fail(f"http://127.0.0.1:{site.port}/a", limits(site)) == ("redirects", True)
        assert len(site.asked) == 4


async def test_more_than_the_limit_is_refused_said_or_unsaid() -> None:
    async with open_site() as site:
        site.answers["/said"] = answer(b"", "Content-Length: 1001")
        site.answers["/unsaid"] = answer(bytes(1_001))
        site.answers["/exact"] = answer(bytes(1_000))
        base = f"http://127.0.0.1:{site.port}"
        assert await fail(f"{base}/said", limits(site)) == ("too_large", True)
        assert await fail(f"{base}/unsaid", limits(site)) == ("too_large", True)
        assert len(await download(f"{base}/exact", limits(site))) == 1_000


async def test_a_server_that_keeps_silent_is_left_in_time_and_may_be_asked_again() -> None:
    async with open_site() as site:
        site.answers["/a"] = None
        assert await fail(f"http://127.0.0.1:{site.port}/a", limits(site, 0.2)) == ("too_slow", False)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("404 Not Found", ("gone", True)),
        ("403 Forbidden", ("gone", True)),
        ("429 Too Many Requests", ("unreachable", False)),
        ("503 Service Unavailable", ("unreachable", False)),
    ],
)
async def test_what_may_pass_is_tried_again_and_what_is_gone_is_not(
    status: str, expected: tuple[str, bool]
) -> None:
    async with open_site() as site:
        site.answers["/a"] = answer(b"", "Content-Length: 0", status=status)
        assert await fail(f"http://127.0.0.1:{site.port}/a", limits(site)) == expected


async def test_a_host_without_an_address_may_be_asked_again() -> None:
    assert await fail("https://nowhere.invalid/x.png", Limits(1_000, 5.0)) == ("unreachable", False)
