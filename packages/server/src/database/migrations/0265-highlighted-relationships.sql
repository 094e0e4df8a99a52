-- Words for relationships that are offered first.
alter table object_relationships add column highlighted boolean not null default false;
