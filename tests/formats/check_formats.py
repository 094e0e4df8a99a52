"""Reads exported files with the libraries that people read them with; prints one JSON line a check."""

import csv
import hashlib
import ipaddress
import json
import shlex
import sys
import zipfile
from pathlib import Path

import defusedxml.ElementTree
import idstools.rule
import openpyxl
import suricataparser

folder = Path(sys.argv[1])
facts = json.loads((folder / "facts.json").read_text())


def check_csv():
    with open(folder / "attributes.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == facts["attributes"], len(rows)
    values = [row["value"] for row in rows]
    assert any("\n" in value for value in values)
    assert 'http://evil.example.com/path;a=1?q="x"' in values, values


def values_of(*types):
    with open(folder / "attributes.csv", newline="", encoding="utf-8") as file:
        return [row["value"] for row in csv.DictReader(file) if not types or row["type"] in types]


def lines_of(name):
    return (folder / name).read_text(encoding="utf-8").splitlines()


def check_lists():
    # A value with line breaks takes several lines.
    text = (folder / "attributes.text").read_text(encoding="utf-8")
    assert all(f"{value}\n" in text for value in values_of()), "a value is missing"
    assert (folder / "events.count").read_text() == "1"
    digests = {hashlib.md5(value.encode()).hexdigest() for value in values_of()}
    assert digests == set(lines_of("attributes.cache")), "these are not the MD5 of the values"
    hashes = lines_of("attributes.hashes")
    assert set(values_of("md5", "sha1", "imphash")) <= set(hashes), hashes
    assert all(all(letter in "0123456789abcdef" for letter in line) for line in hashes), hashes


def check_values_in_context():
    rows = [line.split("\t") for line in lines_of("attributes.values")]
    assert len(rows) == facts["attributes"] + 1 and len({len(row) for row in rows}) == 1
    cells = [dict(zip(rows[0], row)) for row in rows[1:]]
    assert {cell["value"] for cell in cells} >= set(values_of("url", "domain"))


def check_hosts(name):
    lines = [line for line in lines_of(name) if not line.startswith("#")]
    assert set(lines) == {f"0.0.0.0 {value}" for value in values_of("domain")}, lines
    assert all(line.isascii() for line in lines), lines


def check_netfilter():
    lines = lines_of("attributes.netfilter")
    assert len(lines) >= len(values_of("ip-src", "ip-dst"))
    for line in lines:
        words = shlex.split(line)
        assert words[:4] == ["iptables", "-A", "INPUT", "-s"] and words[5:] == ["-j", "DROP"], line
        ipaddress.ip_network(words[4], strict=False)


def check_sample():
    archive = zipfile.ZipFile(folder / "sample.zip")
    contents = [archive.read(name, pwd=b"infected").decode() for name in archive.namelist()]
    assert sorted(contents) == sorted([facts["sample"], 'evil "x".exe']), archive.namelist()
    try:
        archive.read(archive.namelist()[0])
    except RuntimeError:
        return
    raise AssertionError("it opens without the password")


def check_xlsx():
    book = openpyxl.load_workbook(folder / "attributes.xlsx", read_only=True)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(rows) == facts["attributes"] + 1, len(rows)
    head = rows[0]
    cells = [dict(zip(head, row)) for row in rows[1:]]
    assert "=cmd|calc" in [cell["value"] for cell in cells]
    assert all(isinstance(cell["to_ids"], bool) for cell in cells)
    assert any("威胁情报" in str(cell["value"]) for cell in cells)
    normal = openpyxl.load_workbook(folder / "attributes.xlsx")
    assert all(cell.data_type != "f" for row in normal.active.iter_rows() for cell in row)


def rules_of(name):
    lines = (folder / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def check_rules(name):
    rules = rules_of(name)
    assert len(rules) > 20, len(rules)
    sids = set()
    for line in rules:
        parsed = suricataparser.parse_rule(line)
        assert parsed is not None and parsed.sid is not None, line
        again = idstools.rule.parse(line.strip())
        assert again is not None, line
        assert again.sid == parsed.sid, line
        assert "MISP e" in again.msg, line
        assert any("/events/view/" in value for value in again.references), line
        sids.add(parsed.sid)
    assert len(sids) == len(rules), "numbers are not unique"


def check_xml(name, tag, least):
    root = defusedxml.ElementTree.parse(folder / name, forbid_dtd=True, forbid_entities=True, forbid_external=True).getroot()
    found = [element for element in root.iter() if element.tag.split("}")[-1] == tag]
    assert len(found) >= least, f"{len(found)} {tag}"


def check_xml_values(name):
    root = defusedxml.ElementTree.parse(folder / name).getroot()
    found = {element.findtext("value") for element in root.iter("Attribute")}
    # Control characters have no place in XML 1.0.
    wanted = {"".join(letter for letter in value if letter >= " " or letter in "\t\n\r") for value in values_of()}
    assert found == wanted, found ^ wanted


def check_kunai():
    entries = json.loads((folder / "attributes.kunai").read_text())
    values = {entry["value"] for entry in entries}
    assert values >= set(values_of("md5", "sha1", "domain")), values
    assert all(entry["severity"] in (5, 7, 10) and len(entry["uuid"]) == 36 for entry in entries)


def check_yara_json():
    rules = json.loads((folder / "events.yara-json").read_text())
    assert all(rule["valid"] for rule in rules["generated"])
    refused = [rule["value"] for rule in rules["as-is"] if not rule["valid"]]
    assert len(refused) == 6 and all("//" in text for text in refused), refused


def check_techniques():
    matrix = json.loads((folder / "events.attack-matrix").read_text())
    assert matrix["Galaxy"]["type"] == "mitre-attack-pattern"
    (sighting,) = json.loads((folder / "events.attack-sightings").read_text())
    assert sighting["techniques"] == [{"techniqueID": "T1566"}] and sighting["startTime"] <= sighting["endTime"]


def check_markdown():
    text = (folder / "events.context-markdown").read_text(encoding="utf-8")
    assert text.startswith("# Aggregated context data")


def check_navigator():
    layer = json.loads((folder / "events.navigator").read_text())
    # Layer file format 4.5: what it requires. There is no library, and so no technique.
    assert layer["versions"]["layer"] == "4.5" and layer["domain"] == "enterprise-attack" and layer["name"]
    assert layer["techniques"] == [] and layer["gradient"]["colors"]


def check_feed():
    feed = folder / "feed"
    manifest = json.loads((feed / "manifest.json").read_text())
    hashes = [line.split(",") for line in (feed / "hashes.csv").read_text().splitlines()]
    assert hashes and all(len(digest) == 32 and uuid in manifest for digest, uuid in hashes)
    wanted = {hashlib.md5(value.encode()).hexdigest() for value in values_of("domain", "url", "md5", "mutex")}
    assert wanted <= {digest for digest, _uuid in hashes}
    for uuid, entry in manifest.items():
        assert set(entry) == {"Orgc", "Tag", "info", "date", "analysis", "threat_level_id", "timestamp"}, entry
        event = json.loads((feed / f"{uuid}.json").read_text())["Event"]
        assert event["uuid"] == uuid and "id" not in event
        assert len(event["Attribute"]) == facts["attributes"] - 2


def check_zeek():
    lines = (folder / "all.intel").read_text().splitlines()
    fields = lines[0].split("\t")[1:]
    for line in lines[1:]:
        cells = line.split("\t")
        assert len(cells) == len(fields), line
        assert cells[1].startswith("Intel::"), line
    told = {tuple(line.split("\t")[:2]) for line in lines[1:]}
    assert {(value, "Intel::DOMAIN") for value in values_of("domain", "hostname")} <= told
    assert ("198.51.100.7/24", "Intel::SUBNET") in told or ("198.51.100.0/24", "Intel::SUBNET") in told, told


def check_empty():
    for file in (folder / "empty").iterdir():
        kind = file.suffix[1:]
        if kind == "csv":
            assert list(csv.DictReader(file.read_text().splitlines())) == [], file.name
            assert file.read_text().startswith("uuid,event_id,"), file.name
        elif kind == "xlsx":
            book = openpyxl.load_workbook(file)
            assert [len(list(sheet.iter_rows())) for sheet in book] == [1], file.name
        elif kind in ("xml", "openioc"):
            root = defusedxml.ElementTree.parse(file, forbid_dtd=True).getroot()
            assert not [one for one in root.iter() if one.tag.split("}")[-1] in ("Attribute", "IndicatorItem")], file.name
        elif kind in ("kunai", "yara-json", "attack-matrix", "attack-sightings", "navigator", "opendata"):
            json.loads(file.read_text())
        elif kind in ("suricata", "snort", "hosts"):
            assert [line for line in file.read_text().splitlines() if not line.startswith("#")] == [], file.name
        elif kind in ("text", "hashes", "netfilter", "cache", "sigma"):
            assert file.read_text().strip() == "", file.name
        elif kind == "values":
            # With context, it has a line of titles.
            assert file.read_text().startswith("value\t") and len(file.read_text().splitlines()) == 1, file.name
        elif kind == "count":
            assert file.read_text() == "0", file.name


def check_schema_order():
    root = defusedxml.ElementTree.parse(folder / "events.openioc-1.1").getroot()
    for outer in root.iter("{http://openioc.org/schemas/OpenIOC_1.1}Indicator"):
        names = [child.tag.split("}")[-1] for child in outer]
        assert names == sorted(names, key=lambda name: name == "Indicator"), names


checks = {
    "every format is itself where nothing is found": check_empty,
    "OpenIOC 1.1 has items before indicators, as its schema wants": check_schema_order,
    "CSV is read by Python's csv": check_csv,
    "xlsx is read by openpyxl, texts as texts": check_xlsx,
    "Suricata rules of attributes are parsed by suricataparser and idstools": lambda: check_rules("attributes.suricata"),
    "Suricata rules of events are parsed by suricataparser and idstools": lambda: check_rules("events.suricata"),
    "Snort rules are parsed by suricataparser and idstools": lambda: check_rules("attributes.snort"),
    "lists hold the values, or their digests": check_lists,
    "values with context have a line each": check_values_in_context,
    "hosts of attributes are the domains": lambda: check_hosts("attributes.hosts"),
    "hosts of events are the domains": lambda: check_hosts("events.hosts"),
    "netfilter's lines are commands with addresses": check_netfilter,
    "a sample's archive opens with Python's zipfile, by its password": check_sample,
    "XML of events holds every value": lambda: check_xml_values("events.xml"),
    "XML of attributes holds every value": lambda: check_xml_values("attributes.xml"),
    "XML of events is well-formed, without entities": lambda: check_xml("events.xml", "Attribute", facts["attributes"]),
    "XML of attributes is well-formed, without entities": lambda: check_xml("attributes.xml", "Attribute", facts["attributes"]),
    "OpenIOC 1.0 is well-formed": lambda: check_xml("events.openioc", "IndicatorItem", 10),
    "OpenIOC 1.1 is well-formed": lambda: check_xml("events.openioc-1.1", "IndicatorItem", 10),
    "Kunai's list has hashes and names with their severity": check_kunai,
    "rules of YARA in JSON say which are valid": check_yara_json,
    "the ATT&CK matrix is one, and sightings name the technique": check_techniques,
    "the context in Markdown has its heading": check_markdown,
    "the Navigator's layer has what its format requires": check_navigator,
    "the feed's folder is as MISP reads it": check_feed,
    "Zeek's file has its fields": check_zeek,
}
for name, check in checks.items():
    try:
        check()
        print(json.dumps({"name": name, "passed": True}))
    except Exception as error:  # every failure is told, and the next check runs
        print(json.dumps({"name": name, "passed": False, "message": f"{type(error).__name__}: {error}"[:800]}))
