-- A second factor: the secret is stored encrypted (totp_secret), and no code of an authenticator counts twice.
alter table users add column totp_last_step bigint not null default 0;

-- A session of somebody who has given his password and not yet the code.
alter table sessions add column awaits_code text check (awaits_code in ('totp', 'email'));
-- A code that was mailed, as a digest, and until when it counts (epoch seconds).
alter table sessions add column mailed_code bytea, add column mailed_code_until bigint;
