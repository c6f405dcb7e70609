-- What each consumer has consumed: the same message again is dropped.
create table bus_inbox (
    message_id  uuid                     not null,
    consumer_id uuid                     not null,
    consumed_at timestamp with time zone not null default now(),
    primary key (message_id, consumer_id)
);

create index bus_inbox_consumed_at on bus_inbox using brin (consumed_at);

-- What consumers want to send: written with their work, removed once the broker has confirmed it.
create table bus_outbox (
    message_id       uuid                     not null primary key,
    number           bigint generated always as identity,
    inbox_message_id uuid                     not null,
    consumer_id      uuid                     not null,
    destination      text                     not null,
    content_type     text                     not null,
    headers          json                     not null,
    body             bytea                    not null,
    created_at       timestamp with time zone not null default now()
);

create index bus_outbox_inbox on bus_outbox (inbox_message_id, consumer_id);
