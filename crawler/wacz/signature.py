"""The signature of a WACZ by its owner's key: the anonymous one of https://specs.webrecorder.net/wacz-auth/0.1.0/.

The specification names ECDSA and no curve. ArchiveWeb.page signs, and ReplayWeb.page checks, with P-384 and SHA-256,
the two numbers of the signature one behind the other, as WebCrypto has them; so does this.
"""

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

from crawler.archive.files import read_regular

_CURVE = ec.SECP384R1
_MAKE = "openssl ecparam -name secp384r1 -genkey -noout -out key.pem"
_BYTES = (_CURVE.key_size + 7) // 8  # of each number
SIGNED = ("hash", "created", "software", "version", "signature", "publicKey")


class BadSignature(ValueError):
    """It does not fit, or is none."""


def load_signing_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """The owner's key. Raises OSError, and ValueError that says how one is made."""
    try:
        key = load_pem_private_key(read_regular(path), password=None)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path} is no private key without a passphrase, in PEM: {_MAKE} makes one") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, _CURVE):
        raise ValueError(f"{path} is no key on the curve P-384, which ReplayWeb.page checks: {_MAKE} makes one")
    return key


def load_public_key(path: Path) -> str:
    """The public key in a PEM file as a WACZ states it. Raises OSError and ValueError."""
    try:
        return _stated(load_pem_public_key(read_regular(path)))
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path} is no public key in PEM: openssl ec -in key.pem -pubout gives one") from error


def sign(key: ec.EllipticCurvePrivateKey, digest: str, created: str, software: tuple[str, str]) -> dict[str, str]:
    """``signedData`` for the hash of a datapackage.json; the signature of equal data is equal (RFC 6979)."""
    r, s = decode_dss_signature(key.sign(digest.encode(), ec.ECDSA(SHA256(), deterministic_signing=True)))
    signature = base64.b64encode(r.to_bytes(_BYTES) + s.to_bytes(_BYTES)).decode()
    name, version = software
    return dict(zip(SIGNED, (digest, created, name, version, signature, _stated(key.public_key())), strict=True))


def signer_of(signed: Mapping[str, Any], digest: str, created: str) -> str:
    """The public key with which the hash of a datapackage.json was signed. Raises BadSignature."""
    if signed.get("hash") != digest:
        raise BadSignature(f"the signature is of {signed.get('hash')}, datapackage.json is {digest}")
    if signed.get("created") != created:
        raise BadSignature(f"the signature is of {signed.get('created')}, datapackage.json of {created}")
    try:
        stated = str(signed["publicKey"])
        key = load_der_public_key(base64.b64decode(stated, validate=True))
        signature = base64.b64decode(str(signed["signature"]), validate=True)
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise BadSignature("it is signed with no key of ECDSA")
        half = len(signature) // 2
        r, s = int.from_bytes(signature[:half]), int.from_bytes(signature[half:])
        key.verify(encode_dss_signature(r, s), digest.encode(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        raise BadSignature("the signature does not fit") from None
    except (KeyError, binascii.Error, ValueError) as error:
        raise error if isinstance(error, BadSignature) else BadSignature(f"the signature is none: {error}") from error
    return stated


def _stated(key: Any) -> str:
    return base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
