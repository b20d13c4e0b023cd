"""Distinguished names."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.logs.zeek_names import distinguished


def test_of_several_values_the_first_of_the_certificate() -> None:
    """Zeek turns the order round: the certificate says O=Acme, then OU=outer, then OU=inner."""
    assert distinguished(rb"CN=a\3Db\C3\A9,OU=inner+OU=outer,O=Acme\, Inc.") == {
        b"CN": b"a=b\xc3\xa9",
        b"OU": b"outer",
        b"O": b"Acme, Inc.",
    }


@settings(max_examples=100)
@given(st.binary(max_size=200) | st.lists(st.sampled_from([b"CN=", b"\\", b",", b"+", b"=", b"a", b"\\0"])).map(b"".join))
def test_anything_goes(name: bytes) -> None:
    assert all(kind == kind.upper() for kind in distinguished(name))
