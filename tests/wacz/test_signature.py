"""A signature is its owner's, of these bytes and this time; anything else is none."""

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from crawler.wacz.signature import SIGNED, BadSignature, load_public_key, load_signing_key, sign, signer_of
from tests.support.wacz_files import key_files

HASH, CREATED = f"sha256:{'a' * 64}", "2024-03-09T00:00:00Z"


def signed(folder: Path, name: str = "key") -> dict[str, str]:
    private, _ = key_files(folder, name)
    return sign(load_signing_key(private), HASH, CREATED, ("archive", "1"))


def test_what_is_signed_is_known_by_the_owners_public_key_and_is_the_same_every_time(tmp_path: Path) -> None:
    private, public = key_files(tmp_path)
    key = load_signing_key(private)
    data = sign(key, HASH, CREATED, ("archive", "1"))
    assert data == sign(key, HASH, CREATED, ("archive", "1"))
    assert tuple(data) == SIGNED
    assert len(base64.b64decode(data["signature"])) == 96  # two numbers of P-384, as WebCrypto wants them
    assert signer_of(data, HASH, CREATED) == load_public_key(public) == data["publicKey"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"hash": f"sha256:{'b' * 64}"}, "the signature is of sha256:bb"),
        (
            {"created": "2024-03-10T00:00:00Z"},
            "the signature is of 2024-03-10T00:00:00Z, datapackage.json of 2024-03-09",
        ),
        ({"signature": base64.b64encode(b"1" * 96).decode()}, "the signature does not fit"),
        ({"signature": ""}, "the signature does not fit"),
        ({"signature": "no base64!"}, "the signature is none"),
        ({"publicKey": "no base64!"}, "the signature is none"),
        ({"publicKey": base64.b64encode(b"no key").decode()}, "the signature is none"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_does_not_fit_is_refused(tmp_path: Path, change: dict[str, str], why: str) -> None:
    with pytest.raises(BadSignature, match=why):
        signer_of(signed(tmp_path) | change, HASH, CREATED)


def test_a_signature_by_another_key_is_refused(tmp_path: Path) -> None:
    theirs = signed(tmp_path, "theirs")["publicKey"]
    with pytest.raises(BadSignature, match="does not fit"):
        signer_of(signed(tmp_path) | {"publicKey": theirs}, HASH, CREATED)
    without = {name: value for name, value in signed(tmp_path).items() if name != "publicKey"}
    with pytest.raises(BadSignature, match="the signature is none"):
        signer_of(without, HASH, CREATED)


@pytest.mark.parametrize("key", [ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 1024)],
                         ids=["P-256", "RSA"])  # fmt: skip
def test_a_key_that_readers_do_not_check_is_refused(
    tmp_path: Path, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(ValueError, match=r"key.pem is no key on the curve P-384.*openssl ecparam"):
        load_signing_key(path)


def test_a_file_that_holds_no_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("secret")
    with pytest.raises(ValueError, match=r"key.pem is no private key without a passphrase, in PEM"):
        load_signing_key(tmp_path / "key.pem")
    with pytest.raises(ValueError, match=r"key.pem is no public key in PEM"):
        load_public_key(tmp_path / "key.pem")
