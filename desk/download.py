"""Getting a file from an address that somebody else chose, without becoming their way into our network.

Only https on its own port, only addresses that are public after the name was resolved, and the connection
goes to the very address that was looked at: a name that answers otherwise a moment later gains nothing. The
same for every redirect. Hosts of `fetch_hosts` are trusted: they may be private and plain http.
"""

import asyncio
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx

MOST_REDIRECTS = 3
REDIRECTS = (301, 302, 303, 307, 308)
AGAIN = (408, 425, 429)
HTTPS_PORT, HTTP_PORT, LOWEST_FAILURE = 443, 80, 500
NAT64 = IPv6Network("64:ff9b::/96")


class DownloadFailed(Exception):
    """The file did not come. `code`: why, in one word; `final`: another try is useless."""

    def __init__(self, code: str, detail: str, *, final: bool) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.final = final


@dataclass(frozen=True, slots=True)
class Limits:
    """What a download may take, and whom it may ask beside the public: `host` or `host:port`."""

    most_bytes: int
    timeout_s: float
    trusted: frozenset[str] = frozenset()


def is_public(address: str) -> bool:
    """Whether an address belongs to the open internet, in whatever way it is written."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        inner: list[IPv4Address] = [one for one in (found.ipv4_mapped, found.sixtofour) if one is not None]
        if found.teredo is not None:
            inner.extend(found.teredo)
        if found in NAT64:
            inner.append(IPv4Address(int(found) & 0xFFFFFFFF))
        if not all(is_public(str(one)) for one in inner):
            return False
    return found.is_global and not found.is_multicast


async def download(url: str, limits: Limits) -> bytes:
    """The content at an address. Raises DownloadFailed."""
    try:
        # The client's time-out is for each read alone; a server that drips is stopped by the one around all.
        async with (
            asyncio.timeout(limits.timeout_s),
            httpx.AsyncClient(trust_env=False, timeout=limits.timeout_s) as client,
        ):
            for _ in range(MOST_REDIRECTS + 1):
                found = await _get(client, url, limits)
                if isinstance(found, bytes):
                    return found
                url = found
    except (TimeoutError, httpx.TimeoutException):
        raise DownloadFailed("too_slow", f"more than {limits.timeout_s:g} s", final=False) from None
    except (httpx.HTTPError, OSError) as error:
        raise DownloadFailed("unreachable", type(error).__name__, final=False) from error
    raise DownloadFailed("redirects", f"more than {MOST_REDIRECTS}", final=True)


async def _get(client: httpx.AsyncClient, address: str, limits: Limits) -> bytes | str:
    """The content, or the address it is said to be at."""
    url = _parse(address)
    port = url.port or (HTTPS_PORT if url.scheme == "https" else HTTP_PORT)
    host = url.host.lower()
    if limits.trusted.isdisjoint({host, f"{host}:{port}"}):
        if url.scheme != "https" or port != HTTPS_PORT:
            raise DownloadFailed("forbidden", "only https on its own port", final=True)
        target = await _resolve(host, port)
    else:
        target = host
    asked = client.build_request(
        "GET",
        url.copy_with(host=target),
        headers={"Host": url.netloc.decode("ascii"), "Accept": "image/*", "Accept-Encoding": "identity"},
        extensions={"sni_hostname": host},
    )
    answer = await client.send(asked, stream=True)
    try:
        if answer.status_code in REDIRECTS and "location" in answer.headers:
            return _join(url, answer.headers["location"])
        return await _read(answer, limits.most_bytes)
    finally:
        await answer.aclose()


def _join(url: httpx.URL, location: str) -> str:
    try:
        return str(url.join(location))
    except (httpx.InvalidURL, ValueError) as error:
        raise DownloadFailed("forbidden", "no address", final=True) from error


def _parse(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, ValueError) as error:
        raise DownloadFailed("forbidden", "no address", final=True) from error
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise DownloadFailed("forbidden", "no plain web address", final=True)
    return url


async def _resolve(host: str, port: int) -> str:
    """The address of a host, once all it has are public."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise DownloadFailed("unreachable", "the host has no address", final=False) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(is_public(address) for address in addresses):
        raise DownloadFailed("forbidden", "the host is not in the open internet", final=True)
    return addresses[0]


async def _read(answer: httpx.Response, most_bytes: int) -> bytes:
    status = answer.status_code
    if status in AGAIN or status >= LOWEST_FAILURE:
        raise DownloadFailed("unreachable", f"status {status}", final=False)
    if not answer.is_success:
        raise DownloadFailed("gone", f"status {status}", final=True)
    said = answer.headers.get("content-length", "")
    if said.isdigit() and int(said) > most_bytes:
        raise DownloadFailed("too_large", f"more than {most_bytes} bytes", final=True)
    content = bytearray()
    async for part in answer.aiter_raw():  # raw: what is packed cannot grow in our hands
        content += part
        if len(content) > most_bytes:
            raise DownloadFailed("too_large", f"more than {most_bytes} bytes", final=True)
    return bytes(content)
