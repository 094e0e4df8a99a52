"""Feeds, communities and blocklists."""

import json
import uuid

import pymisp
from caller import skip, check, same, unique
from pymisp import MISPCorrelationExclusion, MISPEventBlocklist, MISPFeed, MISPOrganisationBlocklist


def sharing(api):
    """Feeds and communities."""
    feed = MISPFeed()
    feed.from_dict(
        name=unique('walk'),
        provider='walk',
        url='https://walk.example.org/feed',
        source_format='misp',
        enabled=False,
        input_source='network',
        distribution=0,
    )
    made = api.filled('add_feed', MISPFeed, feed)
    check(same(made, feed, 'name', 'provider', 'url', 'source_format'), 'add_feed keeps the fields', made)
    check(api.filled('get_feed', MISPFeed, made).name == feed.name, 'get_feed answers it')
    check(made.id in [one.id for one in api.listed('feeds', MISPFeed)], 'feeds lists it')
    made.name = unique('walked')
    check(api.filled('update_feed', MISPFeed, made).name == made.name, 'update_feed changes')
    api.filled('update_feed', MISPFeed, made, feed_id=made.id)
    for given in (made, made.id):
        check(api.filled('enable_feed', MISPFeed, given).enabled, 'enable_feed')
        check(not api.filled('disable_feed', MISPFeed, given).enabled, 'disable_feed')
        check(api.filled('enable_feed_cache', MISPFeed, given).caching_enabled, 'enable_feed_cache')
        check(not api.filled('disable_feed_cache', MISPFeed, given).caching_enabled, 'disable_feed_cache')
    check(api.filled('get_feed', MISPFeed, made).name == made.name, 'switching keeps the rest')
    check('not enabled' in json.dumps(api.good('fetch_feed', made)), 'a feed that is off is not fetched')
    for method in ('cache_all_feeds', 'cache_freetext_feeds', 'cache_misp_feeds', 'compare_feeds'):
        api.good(method)
    if api.has('fetch_all_feeds'):
        api.good('fetch_all_feeds')
    api.good('cache_feed', made)
    skip('load_default_feeds')
    api.good('search_feeds', 'walk.example.org')
    if api.has('search_feeds'):
        api.listed('search_feeds', MISPFeed, 'walk.example.org', empty=True)
    api.good('delete_feed', made)
    api.bad('get_feed', made)
    found = api.listed('communities', pymisp.mispevent.MISPCommunity, empty=True)
    if found:
        check(
            api.filled('get_community', pymisp.mispevent.MISPCommunity, found[0]).name == found[0].name, 'get_community'
        )
        api.call(
            'request_community_access',
            found[0],
            requestor_email_address='walk@example.test',
            message='please',
            mock=True,
        )
    else:
        api.bad('get_community', 1)
        api.bad('request_community_access', 1, requestor_email_address='walk@example.test', message='please', mock=True)


def blocklists(api):
    for name, kind, field in (
        ('event', MISPEventBlocklist, 'event_uuid'),
        ('organisation', MISPOrganisationBlocklist, 'org_uuid'),
    ):
        one, other = str(uuid.uuid4()), str(uuid.uuid4())
        answer = api.good(f'add_{name}_blocklist', one, comment='walk')
        check(one in json.dumps(answer), f'add_{name}_blocklist names it', answer)
        api.good(f'add_{name}_blocklist', [one, other], comment='walk')
        found = {getattr(item, field): item for item in api.listed(f'{name}_blocklists', kind)}
        check(one in found and other in found, f'{name}_blocklists lists them')
        item = found.get(one)
        if item:
            item.comment = 'walked'
            changed = api.filled(f'update_{name}_blocklist', kind, item)
            check(changed and changed.comment == 'walked', f'update_{name}_blocklist changes', changed)
            api.good(f'delete_{name}_blocklist', item)
        api.good(f'delete_{name}_blocklist', other)
        left = [getattr(item, field) for item in api.filled(f'{name}_blocklists', list)]
        check(one not in left and other not in left, f'{name}_blocklists lists them no more')
        api.bad(f'delete_{name}_blocklist', other)
    exclusion = MISPCorrelationExclusion()
    exclusion.value = unique('walk')
    exclusion.comment = 'walk'
    made = api.filled('add_correlation_exclusion', MISPCorrelationExclusion, exclusion)
    check(same(made, exclusion, 'value', 'comment'), 'add_correlation_exclusion keeps the fields', made)
    check(
        api.filled('get_correlation_exclusion', MISPCorrelationExclusion, made).value == exclusion.value,
        'exclusion by id',
    )
    check(made.id in [one.id for one in api.listed('correlation_exclusions', MISPCorrelationExclusion)], 'exclusions')
    api.good('clean_correlation_exclusions')
    api.good('delete_correlation_exclusion', made)
    api.bad('get_correlation_exclusion', made)
