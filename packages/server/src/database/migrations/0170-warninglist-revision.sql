-- Processes keep compiled warninglists in memory. The number tells whether theirs are those of today; the notification
-- lets them follow before somebody asks.
create table warninglist_revision (revision bigint not null);
insert into warninglist_revision values (1);
grant select on warninglist_revision to magpie_viewer;

create function note_warninglist_change() returns trigger language plpgsql as $$
begin
  update warninglist_revision set revision = revision + 1;
  perform pg_notify('magpie_warninglists', '');
  return null;
end $$;
create trigger warninglists_changed after insert or update or delete on warninglists
  for each statement execute function note_warninglist_change();
