-- Who owns the event of a sighting, so that what one organisation sees of all sightings is found by an index: its own,
-- and those on its events.
alter table sightings add column event_owner_id bigint not null default 0;
update sightings s set event_owner_id = e.org_id from events e where e.id = s.event_id;

create function keep_sighting_owner() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  new.event_owner_id := coalesce((select org_id from events where id = new.event_id), 0);
  return new;
end $$;
create trigger sighting_owner before insert or update of event_id on sightings
  for each row execute function keep_sighting_owner();

create function pass_event_owner_on() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  update sightings set event_owner_id = new.org_id where event_id = new.id;
  return null;
end $$;
create trigger event_owner_of_sightings after update of org_id on events
  for each row when (old.org_id <> new.org_id) execute function pass_event_owner_on();

create index sightings_owner on sightings (event_owner_id, id);
create index sightings_organisation on sightings (org_id, id);

-- As in 0081, with the owner at hand.
create or replace view reported_sightings as
  select * from sightings s where case when audience_id < 8 * length((select decode(current_setting('magpie.viewer'), 'base64')))
    then get_bit((select decode(current_setting('magpie.viewer'), 'base64')), audience_id) <> 0 else false end
  and (
    org_id = (select current_setting('magpie.organisation'))::bigint
    or case coalesce((select value #>> '{}' from settings where name = 'Plugin.Sightings_policy'), '0')
      when '2' then true
      when '1' then exists (select from sightings o
        where o.event_id = s.event_id and o.org_id = (select current_setting('magpie.organisation'))::bigint)
      when '3' then org_id::text = (select value #>> '{}' from settings where name = 'MISP.host_org_id')
        or event_owner_id = (select current_setting('magpie.organisation'))::bigint
      else event_owner_id = (select current_setting('magpie.organisation'))::bigint
    end);

create or replace view visible_sightings as
  select * from sightings s where case when audience_id < 8 * length((select decode(current_setting('magpie.viewer'), 'base64')))
    then get_bit((select decode(current_setting('magpie.viewer'), 'base64')), audience_id) <> 0 else false end
  and (
    (select current_setting('magpie.site_admin')) = 'yes'
    or org_id = (select current_setting('magpie.organisation'))::bigint
    or case coalesce((select value #>> '{}' from settings where name = 'Plugin.Sightings_policy'), '0')
      when '2' then true
      when '1' then exists (select from sightings o
        where o.event_id = s.event_id and o.org_id = (select current_setting('magpie.organisation'))::bigint)
      when '3' then org_id::text = (select value #>> '{}' from settings where name = 'MISP.host_org_id')
        or event_owner_id = (select current_setting('magpie.organisation'))::bigint
      else event_owner_id = (select current_setting('magpie.organisation'))::bigint
    end);
