-- Look-ups of many values ask for the networks around an address, whether or not they correlate.
drop index attributes_networks;
create index attributes_networks on attributes using spgist (address_of(value1))
  where type in ('ip-src', 'ip-dst') and value1 like '%/%';
