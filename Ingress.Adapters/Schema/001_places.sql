-- What administrators have set for places, each on its own; the log (settings_changed) has who did it and when.
create table place_settings (
    scope      text                     not null primary key,
    body       jsonb                    not null,
    changed_at timestamp with time zone not null
);

-- Answers on their way to a platform: what was done, so that nothing is done twice, and by whom, so that it is done by one.
create table deliveries (
    turn_id    uuid                     not null primary key,
    revision   bigint                   not null,
    body       json                     not null,
    changed_at timestamp with time zone not null
);
create index deliveries_by_time on deliveries (changed_at);

-- What is known of chats on Telegram.
create table telegram_chats (
    bot         bigint                   not null,
    chat        bigint                   not null,
    wait_until  timestamp with time zone, -- no call before
    blocked     text,                     -- why nothing can be sent
    migrated_to bigint,                   -- the chat has this id now
    primary key (bot, chat)
);
create index telegram_chats_by_target on telegram_chats (bot, migrated_to) where migrated_to is not null;

-- Which chain of replies a message belongs to, where each is a conversation of its own.
create table telegram_chains (
    bot     bigint                   not null,
    chat    bigint                   not null,
    message bigint                   not null,
    root    bigint                   not null,
    kept_at timestamp with time zone not null,
    primary key (bot, chat, message)
);
create index telegram_chains_by_time on telegram_chains (kept_at);
