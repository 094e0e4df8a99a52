import { fact, type SettingFacts } from './fact.ts';
import { settingDefaults as known } from './registry.ts';

/** Settings of events, their tags and their search. */
export const eventFacts: Readonly<Record<string, SettingFacts>> = {
  'MISP.tagging': fact(known['MISP.tagging'], 1, 'Tags can be put on things and taken off.'),
  'MISP.incoming_tags_disabled_by_default': fact(
    known['MISP.incoming_tags_disabled_by_default'],
    1,
    'Tags that events bring along are hidden at first.',
  ),
  'MISP.attribute_filters_block_only': fact(
    known['MISP.attribute_filters_block_only'],
    1,
    'Type, category and object relation only exclude in searches of events.',
  ),
  'MISP.enable_clusters_mirroring_from_attributes_to_event': fact(
    known['MISP.enable_clusters_mirroring_from_attributes_to_event'],
    1,
    'Clusters that are put on an attribute are put on its event too, where mirror_on_event asks for it.',
  ),
  'MISP.event_view_filter_fields': fact(
    known['MISP.event_view_filter_fields'],
    2,
    'Where the search within an event looks: id, uuid, value, comment, type, category, Tag.name.',
  ),
  'MISP.disable_event_locks': fact(
    known['MISP.disable_event_locks'],
    1,
    'Nobody is told that somebody else edits the event.',
  ),
  'MISP.discussion_disable': fact(known['MISP.discussion_disable'], 1, 'No discussions.'),
};
