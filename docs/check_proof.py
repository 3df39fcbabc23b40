"""Checks what `scrapy verify --proof` printed: python3 check_proof.py PROOF.json CERTIFICATES.pem [FILE...]"""
import base64, calendar, hashlib, json, re, subprocess, sys, tempfile, time

def must(fits, otherwise):
    return fits or sys.exit(f"NOT PROVED: {otherwise}")

def root_of(leaf, index, size, path):  # RFC 9162, 2.1.3.2
    node, last = hashlib.sha256(b"\0" + leaf.encode()).digest(), size - 1
    must(0 <= index < size, "no such leaf")
    for sibling in map(bytes.fromhex, path):
        must(last, "a path too long")
        if index % 2 or index == last:
            node = hashlib.sha256(b"\1" + sibling + node).digest()
            while index and index % 2 == 0:
                index, last = index // 2, last // 2
        else:
            node = hashlib.sha256(b"\1" + node + sibling).digest()
        index, last = index // 2, last // 2
    return must(last == 0, "a path too short") and node.hex()

def stamped_at(token, statement, certificates):
    digest = hashlib.sha256(statement.encode()).hexdigest()
    with tempfile.NamedTemporaryFile() as file:
        file.write(base64.b64decode(token)), file.flush()
        def openssl(*words):
            done = subprocess.run(["openssl", "ts", *words, "-in", file.name, "-token_in"], capture_output=True, text=True)
            return must(done.returncode == 0 and done.stdout, f"openssl ts {words[0]}: {done.stderr}")
        said = re.search(r"^Time stamp: (\w+ +\d+ [\d:]+)[\d.]* (\d+) GMT$", openssl("-reply", "-text"), re.MULTILINE)
        at = calendar.timegm(time.strptime(f"{said[1]} {said[2]}", "%b %d %H:%M:%S %Y"))
        openssl("-verify", "-digest", digest, "-CAfile", certificates, "-attime", str(at))
    return at

proof, roots, before = json.load(open(sys.argv[1], encoding="utf-8")), {}, None
for day in proof["days"]:
    head = f"# day {day['day']} after "
    must(day["head"] == head + before if before else day["head"].startswith(head), f"{day['day']} is not after {before}")
    roots[day["day"]] = root_of(day["head"], 0, day["size"], day["path"])
    before = f"{day['day']} {roots[day['day']]}"
stamps = {s["day"]: stamped_at(s["token"], f"{s['day']} {roots[s['day']]}\n", sys.argv[2]) for s in proof["stamps"]}
known = {}
for file in proof["files"]:
    fits = file["index"] and root_of(file["line"], file["index"], file["size"], file["path"]) == roots[file["day"]]
    must(fits, f"{file['line']} is not in the manifest of {file['day']}")
    at = min((at for day, at in stamps.items() if day >= file["day"]), default=None)
    must(at, f"{file['line']} is under no time stamp")
    known[file["line"][:64]] = f"{file['line'][66:]} stood in the archive at {time.strftime('%F %T', time.gmtime(at))} UTC"
print(*(f"{sha256}  {what}" for sha256, what in known.items()), sep="\n")
for name in sys.argv[3:]:
    sha256 = hashlib.sha256(open(name, "rb").read()).hexdigest()
    print(f"{name}:", must(known.get(sha256), f"{name} is none of these files"))
