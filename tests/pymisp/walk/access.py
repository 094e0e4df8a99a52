"""What an ordinary user and a read-only role may, and may not."""

import uuid

from caller import MISPNote, check, new_event, unique
from pymisp import (
    MISPAttribute,
    MISPCorrelationExclusion,
    MISPEvent,
    MISPEventReport,
    MISPFeed,
    MISPObject,
    MISPOrganisation,
    MISPRole,
    MISPServer,
    MISPTag,
    MISPUser,
)

READS = (
    'events',
    'attributes',
    'tags',
    'taxonomies',
    'warninglists',
    'noticelists',
    'galaxies',
    'object_templates',
    'roles',
    'organisations',
    'sharing_groups',
    'decaying_models',
    'get_user',
    'user_settings',
    'sightings',
    'attribute_proposals',
    'tags_statistics',
    'attributes_statistics',
    'users_statistics',
    'describe_types_remote',
    'feeds',
)


def as_user(user, mine, foreign):
    """What an ordinary user may, and may not."""
    user.filled('get_event', MISPEvent, mine)
    for method in READS:
        user.good(method)
    user.good('search_logs', limit=5)
    user.bad('get_event', foreign.uuid, status=(404,), text='Invalid event')
    check(user.good('event_exists', foreign.uuid) is False, 'a hidden event does not exist')
    check(user.good('attribute_exists', foreign.attributes[0].uuid) is False, 'a hidden attribute does not exist')
    user.bad('update_event', foreign, status=(403, 404))
    user.bad('delete_event', foreign.uuid)
    user.bad('tag', foreign.uuid, 'tlp:red')
    user.bad('add_attribute', foreign.uuid, {'type': 'domain', 'value': 'x.example.org'})
    refused(user)
    user.bad('publish', mine)


def refused(caller):
    """What only administrators may: each call must be refused by the words that clients know."""
    words = 'You do not have permission to use this functionality.'
    tag, organisation, role, server, feed = MISPTag(), MISPOrganisation(), MISPRole(), MISPServer(), MISPFeed()
    tag.name = organisation.name = role.name = server.name = feed.name = unique('no')
    user = MISPUser()
    user.email = f'{uuid.uuid4()}@example.test'
    exclusion = MISPCorrelationExclusion()
    exclusion.value = unique('no')
    calls = [
        ('add_tag', tag),
        ('delete_tag', 1),
        ('add_organisation', organisation),
        ('delete_organisation', 1),
        ('add_role', role),
        ('delete_role', 1),
        ('set_default_role', 1),
        ('add_server', server),
        ('delete_server', 1),
        ('servers',),
        ('add_feed', feed),
        ('delete_feed', 1),
        ('add_user', user),
        ('delete_user', 1),
        ('users',),
        ('server_settings',),
        ('get_server_setting', 'MISP.org'),
        ('set_server_setting', 'MISP.org', 'x'),
        ('get_workers',),
        ('kill_all_workers',),
        ('db_schema_diagnostic',),
        ('update_misp',),
        ('add_correlation_exclusion', exclusion),
        ('correlation_exclusions',),
        ('delete_correlation_exclusion', 1),
        ('event_blocklists',),
        ('organisation_blocklists',),
        ('add_event_blocklist', str(uuid.uuid4())),
        ('user_registrations',),
        ('discard_user_registration', 1),
        ('update_galaxies',),
        ('update_taxonomies',),
        ('update_warninglists',),
        ('update_noticelists',),
        ('update_object_templates',),
        ('update_decaying_models',),
        ('enable_taxonomy', 1),
        ('set_taxonomy_required', 1),
        ('enable_warninglist', 1),
        ('enable_noticelist', 1),
        ('load_default_feeds',),
        ('cache_all_feeds',),
        ('fetch_all_feeds',),
        ('communities',),
        ('push_event_to_ZMQ', 1),
    ]
    for method, *args in calls:
        if caller.has(method):
            caller.bad(method, *args, status=(403,), text=words)


def as_reader(reader, event):
    """A read-only role reads everything that it sees, and writes nothing."""
    for method in READS:
        reader.good(method)
    reader.good('search_logs', limit=5)
    reader.filled('get_event', MISPEvent, event)
    check(reader.good('search', eventid=event.id), 'a reader searches')
    reader.good('search_sightings', context='event', context_id=event.id)
    attribute = MISPAttribute()
    attribute.from_dict(type='domain', value='no.example.org')
    report, note, item = MISPEventReport(), None, MISPObject('url')
    report.from_dict(name='no', content='no')
    item.add_attribute('url', 'https://no.example.org')
    words = 'You do not have permission to use this functionality.'
    calls = [
        ('add_event', new_event()),
        ('update_event', event),
        ('delete_event', event),
        ('publish', event),
        ('unpublish', event),
        ('add_attribute', event, attribute),
        ('update_attribute', event.attributes[0]),
        ('delete_attribute', event.attributes[0]),
        ('add_attribute_proposal', event, attribute),
        ('add_object', event, item),
        ('add_event_report', event, report),
        ('tag', event, 'walk:no'),
        ('untag', event, 'walk:no'),
        ('add_sighting', {'type': 0}, event.attributes[0]),
        ('delete_sighting', 1),
        ('freetext', event, 'no.example.org'),
    ]
    if reader.has('add_note'):
        note = MISPNote()
        note.from_dict(object_uuid=event.uuid, object_type='Event', note='no')
        calls.append(('add_note', note))
    for method, *args in calls:
        reader.bad(method, *args, status=(403,), text=words)
    refused(reader)
