"""Asks the Python tools that consume and produce STIX 1: one JSON request a line in, one JSON answer a line out."""

import importlib.util
import io
import json
import logging
import pathlib
import re
import sys
import warnings

from misp_stix_converter import InternalSTIX1toMISPParser, MISPtoSTIX1EventsParser
from stix.core import STIXPackage

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")


def export(request):
    """The package that misp-stix makes of a MISP event."""
    parser = MISPtoSTIX1EventsParser(request["organisation"], "1.1.1")
    parser.parse_misp_event(request["event"])
    return {"package": parser.stix_package.to_dict()}


def load(request):
    """The JSON form that python-stix makes of a document in XML."""
    return {"package": STIXPackage.from_xml(io.BytesIO(request["xml"].encode())).to_dict()}


def read(request):
    """The MISP event that misp-stix makes of a document in XML."""
    parser = InternalSTIX1toMISPParser()
    parser.load_stix_package(STIXPackage.from_xml(io.BytesIO(request["xml"].encode())))
    parser.parse_stix_package()
    return {"event": json.loads(parser.misp_event.to_json())}


def schema():
    """The schemas of STIX 1.1.1 that the package stix-validator brings along, as one; None without the package."""
    found = importlib.util.find_spec("sdv")
    if found is None:
        return None
    from lxml import etree

    folder = pathlib.Path(found.submodule_search_locations[0]) / "resources/xsd/stix_1.1.1"
    imports = []
    for file in sorted(folder.rglob("*.xsd")):
        if "external" in file.relative_to(folder).parts:
            continue
        namespace = re.search(r'targetNamespace="([^"]+)"', file.read_text(encoding="utf-8"))
        if namespace and ("mitre.org" in namespace.group(1)):
            imports.append((namespace.group(1), file))
    unneeded = re.compile("oval|cvrf|capec|maec|open_ioc|generic")
    text = "".join(
        f'<xs:import namespace="{name}" schemaLocation="{file.as_uri()}"/>'
        for name, file in imports
        if not unneeded.search(file.name)
    )
    root = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{text}</xs:schema>'
    return etree.XMLSchema(etree.fromstring(root))


known_schema = []


def validate(request):
    """What the schemas of STIX 1.1.1 and CybOX 2.1 say about a document."""
    if not known_schema:
        known_schema.append(schema())
    if known_schema[0] is None:
        return {"skipped": "the package stix-validator is not installed"}
    from lxml import etree

    is_valid = known_schema[0].validate(etree.fromstring(request["xml"].encode()))
    return {"valid": is_valid, "problems": [error.message for error in known_schema[0].error_log]}


actions = {"export": export, "load": load, "read": read, "validate": validate}

for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = actions[request["action"]](request)
    except Exception as error:  # whatever a library raises is the answer
        answer = {"raised": f"{type(error).__name__}: {error}"[:2000]}
    sys.stdout.write(json.dumps({"id": request["id"], **answer}) + "\n")
    sys.stdout.flush()
