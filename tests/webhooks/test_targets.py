"""Which URLs and which addresses webhooks are sent to."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from culm.webhooks import addresses, checks, rejections, targets

PUBLIC = [
    "1.1.1.1",
    "93.184.215.14",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4001:830::200e",
    "64:ff9b::101:101",
]
NOT_PUBLIC = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:0:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:1.1.1.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:a00:1::1",
    "2002:101:101::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("text", PUBLIC)
def test_addresses_of_the_internet(text: str) -> None:
    assert addresses.is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_addresses_of_somewhere_else(text: str) -> None:
    assert not addresses.is_public(ipaddress.ip_address(text))


@given(st.ip_addresses(v=4))
def test_no_disguise_makes_an_address_public_that_is_not(address: ipaddress.IPv4Address) -> None:
    number, public = int(address), addresses.is_public(address)
    nat64 = ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) | number)
    assert addresses.is_public(nat64) == public
    for prefix, shift in (("::ffff:0:0", 0), ("::", 0), ("2002::", 80), ("2001::", 0)):
        disguised = ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) | number << shift)
        assert not addresses.is_public(disguised)


@given(st.ip_addresses())
def test_we_are_never_more_generous_than_the_standard_library(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if addresses.is_public(address) and address not in ipaddress.ip_network("64:ff9b::/96"):
        assert address.is_global
        assert not address.is_multicast


SOUND = [
    "https://hooks.example.com",
    "https://hooks.example.com/",
    "https://HOOKS.example.com:8443/a/b%20c?x=1&y=/?",
    "https://xn--bcher-kva.example/ein-haken",
    "https://1.1.1.1/",
    "https://[2606:4700:4700::1111]:443/",
    "https://1.example.com/",
]
ODD = [
    "",
    "hooks.example.com",
    "//hooks.example.com/",
    "ftp://hooks.example.com/",
    "HTTPS://hooks.example.com/",
    "https:/hooks.example.com/",
    "https://",
    "https:///path",
    "https://user@hooks.example.com/",
    "https://user:secret@hooks.example.com/",
    "https://hooks.example.com/#here",
    "https://hooks.example.com:/",
    "https://hooks.example.com:0/",
    "https://hooks.example.com:0443/",
    "https://hooks.example.com:65536/",
    "https://hooks.example.com:99999/",
    "https://hooks.example.com./",
    "https://hooks..example.com/",
    "https://.example.com/",
    "https://-a.example.com/",
    "https://a_b.example.com/",
    "https://bücher.example/",
    "https://hooks.example.com\\@evil.example/",
    "https://hooks.example.com/a b",
    "https://hooks.example.com/\r\nX: y",
    "https://hooks.example.com/%zz",
    "https://hooks.example.com/\x00",
    "https://hooks.example.com?\n",
    "https://0x7f.1/",
    "https://0x7f000001/",
    "https://2130706433/",
    "https://127.1/",
    "https://0177.0.0.1/",
    "https://127.0.0.01/",
    "https://127.0.0.1./",
    "https://1.2.3.4.5/",
    "https://example.123/",
    "https://[::1/",
    "https://[::1%25eth0]/",
    "https://[fe80::1%eth0]/",
    "https://[]/",
    "https://[1.2.3.4]/",
    "https://" + "a" * 64 + ".example.com/",
    "https://" + "a." * 127 + "example/",
    "https://hooks.example.com/" + "a" * 2_048,
    "https://hooks.example.com/\u0661",
]
INSIDE = [
    "http://hooks.example.com/",
    "https://localhost/",
    "https://intranet/",
    "https://printer.local/",
    "https://metadata.google.internal/",
    "https://hidden.onion/",
    "https://1.0.0.127.in-addr.arpa/",
    "https://127.0.0.1/",
    "https://10.0.0.1/",
    "https://169.254.169.254/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://hooks.example.com:22/",
    "https://hooks.example.com:80/",
    "https://hooks.example.com:1023/",
]


@pytest.mark.parametrize("url", SOUND)
def test_urls_to_send_to(url: str) -> None:
    targets.check(url, "public")


@pytest.mark.parametrize("url", ODD)
def test_urls_that_are_none_are_refused_whatever_is_allowed(url: str) -> None:
    with pytest.raises(rejections.UrlInvalid) as refused:
        targets.check(url, "any")
    assert refused.value.field == "url"


@pytest.mark.parametrize("url", INSIDE)
def test_urls_that_lead_inside_are_for_development(url: str) -> None:
    targets.check(url, "any")
    with pytest.raises(rejections.UrlInvalid):
        targets.check(url, "public")


@given(st.text() | st.from_regex(r"https://[!-~]{0,30}", fullmatch=True))
def test_a_url_is_taken_as_others_read_it_or_not_at_all(text: str) -> None:
    """The host that we judge is the host that the sender's own parser connects to."""
    import yarl  # noqa: PLC0415

    try:
        target = checks.url(text)
    except rejections.UrlInvalid:
        return
    read = yarl.URL(text, encoded=True)
    assert read.user is None
    assert read.raw_host is not None
    assert read.raw_host.lower() == target.host.strip("[]")
    assert read.explicit_port == target.port
