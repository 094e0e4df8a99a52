"""Calls of PyMISP that are counted and checked."""

import inspect
import json
import traceback
import uuid

import pymisp
from pymisp import MISPEvent, MISPUser, PyMISP

# Older releases have none of these.
MISPNote, MISPOpinion, MISPRelationship = (
    getattr(pymisp, name, None) for name in ('MISPNote', 'MISPOpinion', 'MISPRelationship')
)

# What asks other machines, and not the instance.
OUTSIDE = {'misp_instance_version_master', 'pymisp_version_main', 'pymisp_version_master'}


def is_callable_by_users(member):
    return inspect.isfunction(member) or isinstance(member, property) or 'cached_property' in type(member).__name__


PUBLIC = {name for name, member in inspect.getmembers(PyMISP) if name[0] != '_' and is_callable_by_users(member)}

ROLES = {3: 'user', 5: 'sync', 6: 'reader'}

failures = []
called = set()
tally = {'checks': 0, 'lacking': 0}


def check(holds, what, answer=None):
    """Counts a check, and prints it where it does not hold."""
    tally['checks'] += 1
    if not holds:
        failures.append(what)
        print(f'  does not hold: {what}' + ('' if answer is None else f': {str(answer)[:400]}'))
    return bool(holds)


def section(part, *args):
    """Runs a part of the walk; what it throws is a check that does not hold."""
    try:
        return part(*args)
    except Lacking:
        tally['lacking'] += 1
        return None
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        check(False, f'{part.__name__}, {place.filename} line {place.lineno}: {type(error).__name__}: {error}')
        return None


class Lacking(Exception):
    """An older release has no such method: what needs it is left out."""


class Caller:
    """A PyMISP whose calls are counted; an exception is a check that does not hold, and answers None."""

    def __init__(self, name, api):
        self.name = name
        self.api = api

    def call(self, method, *args, **kwargs):
        called.add(method)
        if not self.has(method):
            raise Lacking(method)
        try:
            member = getattr(self.api, method)
            return member(*args, **kwargs) if callable(member) else member
        except Exception as error:  # of any kind: none is due
            check(False, f'{self.name}: {method} raises {type(error).__name__}: {str(error)[:300]}')
            return None

    def good(self, method, *args, **kwargs):
        """The answer of a call that must succeed."""
        answer = self.call(method, *args, **kwargs)
        failed = isinstance(answer, dict) and 'errors' in answer
        check(answer is not None and not failed, f'{self.name}: {method} succeeds', answer)
        return answer

    def filled(self, method, kind, *args, **kwargs):
        """The object of a call that must succeed, asked for with pythonify."""
        answer = self.good(method, *args, pythonify=True, **kwargs)
        check(isinstance(answer, kind), f'{self.name}: {method} answers {kind.__name__}', answer)
        return answer

    def listed(self, method, kind, *args, empty=False, **kwargs):
        """The list of a call that must succeed, with pythonify and without."""
        plain = self.good(method, *args, **kwargs)
        check(isinstance(plain, list), f'{self.name}: {method} answers a list', plain)
        answer = self.good(method, *args, pythonify=True, **kwargs)
        right = isinstance(answer, list) and all(isinstance(item, kind) for item in answer) and (answer or empty)
        check(right, f'{self.name}: {method} answers {kind.__name__}s', answer)
        check(len(plain or []) == len(answer or []), f'{self.name}: {method} answers as many either way')
        return answer or []

    def bad(self, method, *args, status=(403, 404, 405), text=None, **kwargs):
        """A call that must be refused with one of these statuses."""
        answer = self.call(method, *args, **kwargs)
        errors = answer.get('errors') if isinstance(answer, dict) else None
        refused = isinstance(errors, tuple) and errors[0] in status
        check(refused, f'{self.name}: {method} is refused with {status}', answer)
        if refused and text is not None:
            check(text in json.dumps(errors[1]), f'{self.name}: {method} is refused with "{text}"', errors)

    def has(self, method):
        return method in PUBLIC


def skip(*methods):
    """Counts methods as called that are not worth their time here; PyMISP's own suite calls them."""
    called.update(methods)


def unique(word):
    return f'{word} {uuid.uuid4()}'


def same(one, other, *names):
    return all(str(getattr(one, name, None)) == str(getattr(other, name, None)) for name in names)


def new_event(info='walk', **fields):
    event = MISPEvent()
    event.info = unique(info)
    for name, value in {'distribution': 0, 'threat_level_id': 2, 'analysis': 1, **fields}.items():
        setattr(event, name, value)
    return event


def with_user(api, organisation, role):
    """A new user of the organisation with the role, and a caller for his key."""
    user = MISPUser()
    user.from_dict(
        email=f'{uuid.uuid4()}@example.test', org_id=organisation, role_id=role, change_pw=False, termsaccepted=True
    )
    made = api.filled('add_user', MISPUser, user)
    key = api.good('get_new_authkey', made)
    return Caller(ROLES[role], PyMISP(api.api.root_url, key, False)), made
