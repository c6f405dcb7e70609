-- Instead of locking the row while a message is handled, the commit checks that nobody else has changed it meanwhile.
alter table conversation_state add column version bigint not null default 1;
