-- What administrators have set for the whole system: one row at most. The audit stream has who did it, and when.
create table system_settings (
    id         int                      not null primary key default 1 check (id = 1),
    body       text                     not null, -- JSON
    changed_at timestamp with time zone not null
);
