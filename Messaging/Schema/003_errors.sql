-- The queues that processes consume; their error queues are found by these names (RabbitMQ tells nobody without a plugin).
create table bus_queues (
    name text not null primary key
);

-- Messages that are handled alone because the broker took them back again and again: how often that began and did not end.
create table bus_suspects (
    queue      text                     not null,
    message_id text                     not null,
    begun      int                      not null default 1,
    begun_at   timestamp with time zone not null default now(),
    primary key (queue, message_id)
);
