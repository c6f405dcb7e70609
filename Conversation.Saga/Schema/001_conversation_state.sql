-- One row per conversation: what it waits for, until when, and what waits for it. The row is locked while a message
-- is handled. It can be rebuilt from the log but for the messages that still wait.
create table conversation_state (
    id       uuid                     not null primary key,
    state    text                     not null,
    deadline timestamp with time zone null,
    body     json                     not null
) with (fillfactor = 70);

create index conversation_state_deadline on conversation_state (deadline) where deadline is not null;
