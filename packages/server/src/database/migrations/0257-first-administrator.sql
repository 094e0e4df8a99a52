-- The administrator of the first start has no date of creation, as in MISP.
alter table users alter column date_created drop not null;
