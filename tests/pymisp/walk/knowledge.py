"""Tags, galaxies and the public libraries."""

import uuid

import pymisp
from caller import check, same, skip, unique
from pymisp import MISPEvent, MISPGalaxyCluster, MISPGalaxyClusterRelation, MISPTag


def libraries(api):
    """What the public libraries bring, as far as the instance has them."""
    skip(
        'update_object_templates',
        'update_taxonomies',
        'update_warninglists',
        'update_noticelists',
        'update_galaxies',
        'update_decaying_models',
    )
    templates = api.listed('object_templates', pymisp.MISPObjectTemplate)
    if templates:
        one = api.filled('get_object_template', pymisp.MISPObjectTemplate, templates[0].uuid)
        check(same(one, templates[0], 'uuid', 'name', 'version'), 'get_object_template answers the one asked for')
        api.good('get_object_template', templates[0].id)
        raw = api.good('get_raw_object_template', 'domain-ip')
        check((raw or {}).get('name') == 'domain-ip', 'get_raw_object_template answers by name', raw)
    taxonomies = api.listed('taxonomies', pymisp.MISPTaxonomy)
    tlp = next((one for one in taxonomies if one.namespace == 'tlp'), None)
    if check(tlp, 'there is the taxonomy tlp'):
        for given in (tlp, tlp.id, 'tlp'):
            one = api.filled('get_taxonomy', pymisp.MISPTaxonomy, given)
            check(one and one.namespace == 'tlp', 'get_taxonomy answers tlp')
        for _ in range(2):
            api.good('enable_taxonomy', tlp)
        api.good('enable_taxonomy_tags', tlp)
        api.good('set_taxonomy_required', tlp, True)
        check(api.filled('get_taxonomy', pymisp.MISPTaxonomy, tlp).required, 'tlp is required')
        api.good('set_taxonomy_required', tlp, False)
        api.good('disable_taxonomy_tags', tlp)
        for _ in range(2):
            api.good('disable_taxonomy', tlp)
        check(not api.filled('get_taxonomy', pymisp.MISPTaxonomy, tlp).enabled, 'tlp is off')
    lists = api.listed('warninglists', pymisp.MISPWarninglist)
    if lists:
        one = next((item for item in lists if 'RFC 1918' in item.name), lists[0])
        whole = api.filled('get_warninglist', pymisp.MISPWarninglist, one)
        check(same(whole, one, 'id', 'name') and getattr(whole, 'WarninglistEntry', None), 'a warninglist has entries')
        api.good('enable_warninglist', one)
        check(api.filled('get_warninglist', pymisp.MISPWarninglist, one.id).enabled, 'the warninglist is on')
        hits = api.good('values_in_warninglist', ['10.0.0.1', 'nothing.example'])
        check('10.0.0.1' in (hits or {}), 'values_in_warninglist finds 10.0.0.1', hits)
        api.good('toggle_warninglist', warninglist_name='%RFC 1918%', force_enable=True)
        api.good('toggle_warninglist', warninglist_id=[one.id])
        check(not api.filled('get_warninglist', pymisp.MISPWarninglist, one).enabled, 'the warninglist is off again')
        api.good('disable_warninglist', one.id)
    notices = api.listed('noticelists', pymisp.MISPNoticelist)
    if notices:
        check(api.filled('get_noticelist', pymisp.MISPNoticelist, notices[0]).name == notices[0].name, 'notice by id')
        api.good('enable_noticelist', notices[0])
        check(api.filled('get_noticelist', pymisp.MISPNoticelist, notices[0].id).enabled, 'the noticelist is on')
        api.good('disable_noticelist', notices[0].id)
    models = api.listed('decaying_models', pymisp.MISPDecayingModel)
    if models:
        api.good('enable_decaying_model', models[0])
        again = next(one for one in api.filled('decaying_models', list) if one.id == models[0].id)
        check(again.enabled, 'the decaying model is on')
        api.good('disable_decaying_model', models[0].id)


def tags(api, event):
    tag = MISPTag()
    tag.from_dict(name=unique('walk:tag'), colour='#123456')
    made = api.filled('add_tag', MISPTag, tag)
    check(same(made, tag, 'name', 'colour'), 'add_tag keeps the fields', made)
    again = api.good('add_tag', tag, pythonify=True)
    check(again and str(again.id) == str(made.id), 'add_tag twice answers the same tag', again)
    check(api.filled('get_tag', MISPTag, made.id).name == tag.name, 'get_tag answers it')
    check(tag.name in [one.name for one in api.listed('tags', MISPTag)], 'tags lists it')
    made.colour = '#654321'
    check(api.filled('update_tag', MISPTag, made).colour == '#654321', 'update_tag changes')
    api.filled('update_tag', MISPTag, made, tag_id=made.id)
    check(api.filled('disable_tag', MISPTag, made).hide_tag, 'disable_tag hides')
    check(not api.filled('enable_tag', MISPTag, made).hide_tag, 'enable_tag shows')
    check(len(api.listed('search_tags', MISPTag, tag.name, strict_tagname=True)) == 1, 'search_tags, strict')
    check(len(api.listed('search_tags', MISPTag, 'walk:tag%')) >= 1, 'search_tags by pattern')
    check(api.good('search_tags', tag.name[:-3], strict_tagname=True) == [], 'search_tags, strict, finds nothing else')
    for target in (event, event.attributes[0], event.uuid):
        for _ in range(2):
            api.good('tag', target, made)
        api.good('untag', target, made)
    api.good('tag', event, tag.name, local=True)
    api.good('tag', event.attributes[0], tag.name, relationship_type='related-to')
    whole = api.filled('get_event', MISPEvent, event)
    check([one.local for one in whole.tags if one.name == tag.name] == [True], 'the tag is local')
    check(
        'related-to' in [getattr(one, 'relationship_type', None) for one in whole.attributes[0].tags],
        'the tag has its relation',
    )
    api.good('untag', event, tag.name)
    for percentage in (False, True):
        for name_sort in (False, True):
            check('tags' in (api.good('tags_statistics', percentage, name_sort) or {}), 'tags_statistics has tags')
    api.bad('tag', uuid.uuid4(), tag.name)
    api.good('delete_tag', made)
    api.bad('get_tag', made.id)
    api.bad('delete_tag', made)


def galaxies(api, event):
    found = api.listed('galaxies', pymisp.MISPGalaxy)
    if not found:
        return
    api.good('search_galaxy', value=found[0].name)
    check(api.listed('search_galaxy', pymisp.MISPGalaxy, value=found[0].name), 'search_galaxy finds by name')
    small = next(
        (one for one in found if one.type in ('stix-2.1-attack-pattern', 'cert-eu-govsector', 'preventive-measure')),
        found[0],
    )
    for given in (small, small.id, small.uuid):
        got = api.filled('get_galaxy', pymisp.MISPGalaxy, given, withCluster=True)
        check(got and got.uuid == small.uuid and got.clusters, 'get_galaxy has clusters')
    clusters = api.listed('search_galaxy_clusters', MISPGalaxyCluster, small, context='all')
    check(
        len(api.listed('search_galaxy_clusters', MISPGalaxyCluster, small.id, context='default'))
        == sum(one.default for one in clusters),
        'default',
    )
    api.listed('search_galaxy_clusters', MISPGalaxyCluster, small, searchall=clusters[0].value)
    got = api.filled('get_galaxy_cluster', MISPGalaxyCluster, clusters[0])
    check(same(got, clusters[0], 'uuid', 'value'), 'get_galaxy_cluster answers it')
    cluster = MISPGalaxyCluster()
    cluster.from_dict(value=unique('walk'), description='a cluster', authors=['walk'], distribution=1, source='walk')
    cluster.add_cluster_element('synonyms', 'walker')
    made = api.filled('add_galaxy_cluster', MISPGalaxyCluster, small, cluster)
    check(same(made, cluster, 'value', 'description', 'source') and made.cluster_elements, 'add_galaxy_cluster', made)
    made.description = 'changed'
    made.add_cluster_element('country', 'XX')
    changed = api.filled('update_galaxy_cluster', MISPGalaxyCluster, made)
    check(
        changed and changed.description == 'changed' and len(changed.cluster_elements) == 2,
        'update_galaxy_cluster',
        changed,
    )
    api.good('publish_galaxy_cluster', changed)
    check(api.filled('get_galaxy_cluster', MISPGalaxyCluster, changed).published, 'the cluster is published')
    fork = api.filled('fork_galaxy_cluster', MISPGalaxyCluster, small, got)
    check(fork and fork.extends_uuid == got.uuid, 'fork_galaxy_cluster extends', fork)
    relation = MISPGalaxyClusterRelation()
    relation.from_dict(
        galaxy_cluster_uuid=changed.uuid,
        referenced_galaxy_cluster_uuid=got.uuid,
        referenced_galaxy_cluster_type='similar-to',
        distribution=1,
    )
    api.good('add_galaxy_cluster_relation', relation)
    linked = api.filled('get_galaxy_cluster', MISPGalaxyCluster, changed)
    check(len(linked.cluster_relations) == 1, 'the cluster has its relation', linked.to_json())
    if linked.cluster_relations:
        stored = linked.cluster_relations[0]
        stored.referenced_galaxy_cluster_type = 'is-similar'
        stored.add_tag('walk:relation')
        api.good('update_galaxy_cluster_relation', stored)
        linked = api.filled('get_galaxy_cluster', MISPGalaxyCluster, changed)
        check(linked.cluster_relations[0].referenced_galaxy_cluster_type == 'is-similar', 'the relation is changed')
        api.good('delete_galaxy_cluster_relation', linked.cluster_relations[0])
        check(
            not api.filled('get_galaxy_cluster', MISPGalaxyCluster, changed).cluster_relations, 'the relation is gone'
        )
    if api.has('attach_galaxy_cluster'):
        for target in (event, event.attributes[0]):
            api.good('attach_galaxy_cluster', target, changed)
        api.good('attach_galaxy_cluster', event, got.id, local=True)
        whole = api.filled('get_event', MISPEvent, event)
        check(
            len(whole.galaxies) == 1 and len(whole.galaxies[0].clusters) == 2,
            'the event has both clusters',
            whole.galaxies,
        )
        check(len(whole.attributes[0].galaxies) == 1, 'the attribute has its cluster')
    api.good('delete_galaxy_cluster', fork)
    api.good('delete_galaxy_cluster', changed.uuid, hard=True)
    api.bad('get_galaxy_cluster', changed)
