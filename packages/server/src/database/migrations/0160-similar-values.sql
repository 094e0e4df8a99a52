-- What correlates without being equal: addresses and networks, and ssdeep hashes. Both are indexes on expressions over
-- the attributes: nothing to keep in step, no table that grows, and the view's visibility holds by itself.

-- The address or network that a text is; null for other texts. inet's input does not depend on settings.
do $migration$
begin
  if current_setting('server_version_num')::integer >= 160000 then
    create function address_of(value text) returns inet language plpgsql immutable strict parallel safe cost 5 as $$
    begin
      if pg_input_is_valid(value, 'inet') then return value::inet; end if;
      return null;
    end $$;
  else
    -- A block that catches errors may not run in parallel workers.
    create function address_of(value text) returns inet language plpgsql immutable strict parallel unsafe cost 5 as $$
    begin
      return value::inet;
    exception when others then
      return null;
    end $$;
  end if;
end $migration$;

create index attributes_addresses on attributes (address_of(value1))
  where type in ('ip-src', 'ip-dst', 'ip-src|port', 'ip-dst|port') and correlates > 0 and value1 not like '%/%';
create index attributes_networks on attributes using spgist (address_of(value1))
  where type in ('ip-src', 'ip-dst') and correlates > 0 and value1 like '%/%';

-- What two ssdeep hashes must share to be alike at all: seven characters in a row at one block size, each as a number.
-- The same as ssdeepGrams of the model; a wrong candidate by equal numbers is found out when it is scored.
create function ssdeep_grams(value text) returns integer[] language plpgsql immutable strict parallel safe cost 200 as $$
declare
  parts text[] := regexp_match(value, '^\s*(\d{1,10}):([A-Za-z0-9+/]{0,64}):([A-Za-z0-9+/]{0,64})(?:,.*)?$');
  size bigint;
  one text;
  two text;
begin
  if parts is null then return '{}'; end if;
  size := parts[1]::bigint;
  one := regexp_replace(parts[2], '(.)\1{3,}', '\1\1\1', 'g');
  two := regexp_replace(parts[3], '(.)\1{3,}', '\1\1\1', 'g');
  return array(
    select hashtext(size || ':' || substr(one, place, 7)) from generate_series(1, length(one) - 6) place
    union
    select hashtext(size * 2 || ':' || substr(two, place, 7)) from generate_series(1, length(two) - 6) place
  );
end $$;

create index attributes_ssdeep on attributes using gin (ssdeep_grams(value1)) where type = 'ssdeep' and correlates > 0;
