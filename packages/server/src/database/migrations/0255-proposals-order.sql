-- Lists of proposals begin with the newest event, and of one event go by type.
drop index proposals_event;
create index proposals_event on proposals (event_id desc, type, id);
