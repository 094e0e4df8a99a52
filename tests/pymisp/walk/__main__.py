"""Calls every public method of PyMISP as a site administrator, and what matters most as an ordinary user and with a
read-only role: answers must be filled in, updates visible, what was deleted gone, and refusals clear. Prints one line a
check that does not hold; exits with 1 if there is one, or if a method was never called.

usage: walk URL KEY
"""

import logging
import sys
import time
import warnings

import pymisp
from access import as_reader, as_user
from administration import groups, instance, people
from caller import OUTSIDE, PUBLIC, Caller, called, check, failures, new_event, section, tally, unique, with_user
from collaboration import analyst_data, delegations, proposals, sightings
from events import attributes, events, objects, reports
from knowledge import galaxies, libraries, tags
from pymisp import MISPEvent, MISPOrganisation, PyMISP
from searches import extras, others, search
from sharing import blocklists, sharing

warnings.filterwarnings('ignore')
# PyMISP tells of every refusal, and many are wanted here.
logging.getLogger('pymisp').setLevel(logging.CRITICAL)


def alone(api):
    """What the administrator does without others; answers the event of the walk."""
    section(instance, api)
    section(libraries, api)
    event = section(events, api)
    section(attributes, api, event)
    section(objects, api, event)
    section(reports, api, event)
    event = api.filled('get_event', MISPEvent, event)
    for part in (sightings, tags, galaxies, analyst_data, search, others):
        section(part, api, event)
    for part in (extras, groups, people, sharing, blocklists):
        section(part, api)
    return event


def together(api, event):
    """What the administrator does with a user and a reader of another organisation."""
    organisation = MISPOrganisation()
    organisation.from_dict(name=unique('Walkers'), local=True)
    organisation = api.filled('add_organisation', MISPOrganisation, organisation)
    user, user_row = with_user(api, organisation.id, 3)
    reader, reader_row = with_user(api, organisation.id, 6)
    shared = new_event('shared', distribution=1)
    for name in ('shared', 'other'):
        shared.add_attribute('domain', f'{name}.example.org', distribution=5)
    shared = api.filled('add_event', MISPEvent, shared)
    section(proposals, api, user, event, shared)
    section(delegations, api, user)
    own = new_event('own')
    own.add_attribute('domain', 'own.example.org')
    own = user.filled('add_event', MISPEvent, own)
    section(as_user, user, own, event)
    section(as_reader, reader, own)
    for one in (own, shared, event):
        api.good('delete_event', one)
    for one in (user_row, reader_row):
        api.good('delete_user', one)


def main():
    begin = time.monotonic()
    api = Caller('admin', PyMISP(*sys.argv[1:3], False))
    section(together, api, section(alone, api))
    never = sorted(PUBLIC - called - OUTSIDE)
    if tally['lacking'] == 0:
        check(not never, 'every method is called', never)
    print(
        f'walk: {len(called & PUBLIC)} methods of PyMISP {pymisp.__version__}, '
        f'{tally["checks"] - len(failures)} checks hold, {len(failures)} do not, {time.monotonic() - begin:.0f} s'
    )
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
