"""Checks what `scrapy verify --proof` printed: python3 check_proof.py PROOF.json CERTIFICATES.pem [FILE ...]"""

import base64
import hashlib
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path


def sha256(content):
    return hashlib.sha256(content).digest()


def root_of(node, index, size, path):
    """RFC 9162, 2.1: of the tree of so many leaves in which `node` is the leaf of that index."""
    if size == 1 and index == 0 and not path:
        return node
    left = 1 << (size - 1).bit_length() - 1  # ValueError where there is no such leaf, IndexError for a short path
    if index < left:
        return sha256(b"\1" + root_of(node, index, left, path[:-1]) + bytes.fromhex(path[-1]))
    return sha256(b"\1" + bytes.fromhex(path[-1]) + root_of(node, index - left, size - left, path[:-1]))


def stamped_at(token, statement, certificates):
    """When, by the token; its certificates had to be good then."""

    def openssl(*words):
        command = ["openssl", "ts", *words, "-in", "/dev/stdin", "-token_in"]
        return subprocess.run(command, input=token, capture_output=True, check=True).stdout.decode()

    month, day, clock, year = openssl("-reply", "-text").split("\nTime stamp: ")[1].split()[:4]
    at = datetime.strptime(f"{month} {day} {clock[:8]} {year} +0000", "%b %d %H:%M:%S %Y %z")
    trust = ["-CAfile", certificates, "-attime", str(int(at.timestamp()))]
    openssl("-verify", "-digest", sha256(statement.encode()).hex(), *trust)
    return at


def check(proof, certificates):
    """The path of each file in it, by its sha256, in which it is proved to have been at the time of a stamp."""
    roots, last = {}, ""
    for day in proof["days"]:
        name, after = day["day"], f"{last} {roots[last]}" if last else ""
        if name <= last or not day["head"].startswith(f"# day {name} after {after}"):
            raise ValueError(f"{name} is not after {last}")
        roots[name] = root_of(sha256(b"\0" + day["head"].encode()), 0, day["size"], day["path"]).hex()
        last = name
    tokens = {stamp["day"]: base64.b64decode(stamp["token"]) for stamp in proof["stamps"]}
    times = {day: stamped_at(tokens[day], f"{day} {roots[day]}\n", certificates) for day in tokens}
    for file in proof["files"]:
        node = sha256(b"\0" + file["line"].encode())
        if not file["index"] or root_of(node, file["index"], file["size"], file["path"]).hex() != roots[file["day"]]:
            raise ValueError(f"the manifest of {file['day']} does not list {file['line']}")
        print(f"{file['line']}: since {min(times[day] for day in times if day >= file['day'])}")
    return {file["line"][:64]: file["line"][66:] for file in proof["files"]}


try:
    known = check(json.loads(Path(sys.argv[1]).read_text("utf-8")), sys.argv[2])
    for name in sys.argv[3:]:
        print(f"{name} is {known[sha256(Path(name).read_bytes()).hex()]}")
except (ArithmeticError, LookupError, OSError, TypeError, ValueError, subprocess.SubprocessError) as error:
    said = (getattr(error, "stderr", None) or b"").decode()
    sys.exit(f"NOT PROVED: {type(error).__name__}: {error}\n{said}")
