-- What is known of bots on Discord: how many connections share the guilds of each, and how long to call nothing.
create table discord_bots (
    bot        bigint                   not null primary key,
    shards     integer                  not null,
    wait_until timestamp with time zone
);

-- Sessions at Discord's gateway, as whoever has the shard can go on with them: all up to this number was taken in.
create table discord_sessions (
    bot        bigint  not null,
    shard      integer not null,
    shards     integer not null,
    session_id text    not null,
    resume_url text    not null,
    number     bigint  not null,
    primary key (bot, shard)
);

-- What is known of channels, threads and private chats on Discord.
create table discord_channels (
    bot        bigint                   not null,
    channel    bigint                   not null,
    kind       integer                  not null,
    guild      bigint,
    parent     bigint,                   -- of a thread the channel, of a channel the category
    last_seen  bigint                   not null, -- all messages up to this one were taken in
    wait_until timestamp with time zone, -- no call before
    blocked    text,                     -- why nothing can be sent
    primary key (bot, channel)
);
create index discord_channels_by_guild on discord_channels (bot, guild);

-- To which of several conversations of a channel a message belongs, and which turn a message of the bot is the answer of.
create table discord_messages (
    bot     bigint                   not null,
    message bigint                   not null,
    part    text,
    turn_id uuid,
    kept_at timestamp with time zone not null,
    primary key (bot, message)
);
create index discord_messages_by_time on discord_messages (kept_at);

-- By what interactions can be answered, for a quarter of an hour.
create table discord_interactions (
    message_id uuid                     not null primary key,
    token      text                     not null,
    is_private boolean                  not null,
    expires_at timestamp with time zone not null
);
create index discord_interactions_by_time on discord_interactions (expires_at);
