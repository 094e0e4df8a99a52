-- Up to which attribute values were last counted (counted_values): what came since is counted when the list is read.
create table counted_up_to (attribute_id bigint not null);
create unique index counted_up_to_one on counted_up_to ((true));
