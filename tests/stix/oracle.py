"""Asks the Python tools that consume and produce STIX 2: one JSON request a line in, one JSON answer a line out."""

import json
import logging
import sys

import stix2
from misp_stix_converter import (
    ExternalSTIX2toMISPParser,
    InternalSTIX2toMISPParser,
    MISPtoSTIX20Parser,
    MISPtoSTIX21Parser,
)
from stix2validator import ValidationOptions, validate_instance

logging.disable(logging.CRITICAL)


def messages(parser):
    return {
        name: sorted({text for texts in getattr(parser, name).values() for text in texts})
        for name in ("errors", "warnings")
        if getattr(parser, name, None)
    }


def export(request):
    """The STIX bundle that misp-stix makes of a MISP event."""
    parser = (MISPtoSTIX20Parser if request["version"] == "2.0" else MISPtoSTIX21Parser)()
    parser.parse_misp_event(request["event"])
    return {"bundle": json.loads(parser.bundle.serialize()), **messages(parser)}


def read(request):
    """The MISP event that misp-stix makes of a STIX bundle."""
    parser = (ExternalSTIX2toMISPParser if request.get("external") else InternalSTIX2toMISPParser)()
    parser.load_stix_bundle(stix2.parse(request["bundle"], allow_custom=True))
    parser.parse_stix_bundle(single_event=True)
    return {"event": json.loads(parser.misp_event.to_json()), **messages(parser)}


def validate(request):
    """What the OASIS validator and the stix2 library say about a bundle."""
    version = request["version"]
    stix2.parse(request["bundle"], allow_custom=True, version=version)
    result = validate_instance(request["bundle"], ValidationOptions(version=version))
    problems = [str(error.message if hasattr(error, "message") else error) for error in result.errors or []]
    return {"valid": result.is_valid, "problems": problems}


actions = {"export": export, "read": read, "validate": validate}

for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = actions[request["action"]](request)
    except Exception as error:  # whatever a library raises is the answer
        answer = {"raised": f"{type(error).__name__}: {error}"[:2000]}
    sys.stdout.write(json.dumps({"id": request["id"], **answer}) + "\n")
    sys.stdout.flush()
