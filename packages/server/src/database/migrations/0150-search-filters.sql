-- Filters of searches that had no index. Those with few values take little room, since equal keys are stored once.
create index attributes_category on attributes (category);
create index attributes_object_relation on attributes (lower(object_relation)) where object_relation is not null;
create index attributes_first_seen on attributes (first_seen) where first_seen is not null;
create index attributes_last_seen on attributes (last_seen) where last_seen is not null;
create index attributes_deleted on attributes (id) where deleted;
create index objects_first_seen on objects (first_seen) where first_seen is not null;
create index objects_last_seen on objects (last_seen) where last_seen is not null;
create index objects_deleted on objects (id) where deleted;
create index objects_template on objects (lower(template_uuid));
create index events_threat_level on events (threat_level_id);
create index events_analysis on events (analysis);
create index events_distribution on events (distribution);
create index events_user on events (user_id);
create index events_unpublished on events (id) where not published;
create index events_protected on events (id) where protected;
