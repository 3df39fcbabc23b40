"""A time-stamping authority: OpenSSL's own, with certificates of ours, alone or behind a server on loopback."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.support.programs import needed

_CONFIGURATION = """
[tsa]
default_tsa = ours
[ours]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
"""
_DAY = timedelta(days=1)
# What is done with a request: the query, and where the answer goes.
Behaviour = Callable[[bytes, BaseHTTPRequestHandler], None]


class Authority:
    """In an empty folder. ``roots`` is a PEM file of the certificate that its own goes back to.

    ``signer``: ``good``, or ``expired``, whose certificate ended yesterday.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self.signer = "good"
        self.roots = folder / "roots.pem"
        root_key, own_key = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
        own = own_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "key.pem").write_bytes(own)
        now = datetime.now(UTC)
        self._certify(self.roots, "Root", root_key, root_key, now + 10 * _DAY)
        self._certify(folder / "good.pem", "Authority", own_key, root_key, now + 10 * _DAY)
        self._certify(folder / "expired.pem", "Authority", own_key, root_key, now - _DAY)
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(_CONFIGURATION)

    def answer(self, query: bytes) -> bytes:
        """To this query, which may be one that it refuses. It sends its whole chain, in the order OpenSSL has it in."""
        (self._folder / "query").write_bytes(query)
        given = ["-config", "tsa.cnf", "-queryfile", "query", "-inkey", "key.pem", "-chain", "roots.pem"]
        words = [needed("openssl", "openssl"), "ts", "-reply", *given, "-signer", f"{self.signer}.pem"]
        done = subprocess.run([*words, "-out", "answer"], cwd=self._folder, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return (self._folder / "answer").read_bytes()

    def _certify(
        self, path: Path, name: str, key: EllipticCurvePrivateKey, by: EllipticCurvePrivateKey, until: datetime
    ) -> None:
        subject, issuer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, of)]) for of in (name, "Root"))
        builder = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(until - 20 * _DAY).not_valid_after(until)
        builder = builder.add_extension(x509.BasicConstraints(name == "Root", None), critical=True)
        if name != "Root":
            usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(usage, critical=True)
        path.write_bytes(builder.sign(by, hashes.SHA256()).public_bytes(Encoding.PEM))


def answering(authority: Authority) -> Behaviour:
    """As it should."""
    return lambda query, to: send(to, authority.answer(query))


def send(to: BaseHTTPRequestHandler, body: bytes, status: int = 200) -> None:
    """A whole response."""
    to.send_response(status)
    to.send_header("Content-Type", "application/timestamp-reply")
    to.send_header("Content-Length", str(len(body)))
    to.end_headers()
    to.wfile.write(body)


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[tuple[str, list[bytes]]]:
    """Its URL, and the queries that came, on loopback while the block runs."""
    queries: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            queries.append(self.rfile.read(int(self.headers["Content-Length"])))
            behaviour(queries[-1], self)

        def log_message(self, *_arguments: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_arguments: object) -> None:
            """A client that hangs up is no error."""

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/tsr", queries
        finally:
            server.shutdown()
            thread.join()
