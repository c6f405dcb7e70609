-- The first generation of each projection, and what lets people read one generation or another. The views carry the names and
-- columns of the systems before (contract: T-09, T-10, C-20, C-21, A-34).

create table sessions_1 (
    session_id             uuid                     not null primary key,
    number                 bigint                   not null,
    conversation_id        uuid                     not null,
    platform               text                     not null,
    bot                    text                     not null,
    chat_id                text                     not null,
    thread                 text                     null,
    user_id                text                     null,
    title                  text                     not null,
    is_active              boolean                  not null,
    created_at             timestamp with time zone not null,
    updated_at             timestamp with time zone not null,
    closed_at              timestamp with time zone null,
    message_count          int                      not null,
    messages_since_summary int                      not null
) with (fillfactor = 70); -- room for the next state of a row beside it

create index on sessions_1 (updated_at desc, number desc);

create table transcript_1 (
    id         bigint                   not null primary key,
    session_id uuid                     not null,
    turn_id    uuid                     not null,
    version    bigint                   not null,
    role       text                     not null,
    content    text                     not null,
    tokens     int                      not null,
    created_at timestamp with time zone not null
);

create index on transcript_1 (session_id, id);

create table turn_traces_1 (
    turn_id         uuid                     not null primary key,
    number          bigint                   not null,
    session_id      uuid                     not null,
    conversation_id uuid                     not null,
    trace_id        text                     null,
    user_id         text                     not null,
    platform        text                     not null,
    status          text                     not null,
    error           text                     null,
    provider        text                     null,
    model           text                     null,
    first_version   bigint                   not null,
    last_version    bigint                   not null,
    received_at     timestamp with time zone not null,
    started_at      timestamp with time zone null,
    context_at      timestamp with time zone null,
    generated_at    timestamp with time zone null,
    ended_at        timestamp with time zone null
) with (fillfactor = 70);

create index on turn_traces_1 (session_id);
create index on turn_traces_1 (trace_id);

create table usage_1 (
    id               bigint                   not null primary key,
    session_id       uuid                     not null,
    conversation_id  uuid                     not null,
    turn_id          uuid                     not null,
    attempt_id       uuid                     not null,
    provider         text                     not null,
    model            text                     not null,
    outcome          text                     not null,
    input_tokens     int                      not null,
    output_tokens    int                      not null,
    cached_tokens    int                      not null,
    reasoning_tokens int                      not null,
    is_estimated     boolean                  not null,
    cost             numeric                  null,
    started_at       timestamp with time zone not null,
    ended_at         timestamp with time zone not null
);

create index on usage_1 (session_id);
create index on usage_1 (ended_at);

-- Up to where a policy of retention (docs/projections.md) hides what is older.
create table bus_retention (
    policy text                     not null primary key,
    cutoff timestamp with time zone not null
);

create function bus_show_sessions(generation int) returns void language plpgsql as
$show$
begin
    execute format('create or replace view bus_sessions as select * from sessions_%1$s', generation);
end
$show$;

-- One journal for both column sets named `messages` (X-8).
create function bus_show_transcript(generation int) returns void language plpgsql as
$show$
begin
    execute format($view$
        create or replace view messages as
        select m.id, m.session_id, s.number as conversation_id, m.role, m.content, m.tokens, m.created_at, m.turn_id
        from transcript_%1$s m left join bus_sessions s on s.session_id = m.session_id
        $view$, generation);
end
$show$;

-- The events of a trace are those of the log itself.
create function bus_show_turn_traces(generation int) returns void language plpgsql as
$show$
begin
    execute format($view$
        create or replace view task_traces as
        select turn_id as id, trace_id, session_id, conversation_id, user_id, platform, status, error, provider, model,
               received_at as created_at, started_at, ended_at,
               (extract(epoch from ended_at - received_at) * 1000)::bigint as duration_ms
        from turn_traces_%1$s
        $view$, generation);
    execute format($view$
        create or replace view task_trace_events as
        select e.seq_id as id, t.turn_id as trace_id, e.version as sequence, e.type, e.data as payload, e.timestamp as created_at
        from turn_traces_%1$s t
        join mt_events e on e.stream_id = t.session_id and e.version between t.first_version and t.last_version
                        and coalesce(e.data ->> 'TurnId', e.data ->> 'MessageId') = t.turn_id::text
        $view$, generation);
end
$show$;

create function bus_show_usage(generation int) returns void language plpgsql as
$show$
begin
    execute format($view$
        create or replace view llm_usage as
        select id, session_id, conversation_id, turn_id, attempt_id, provider, model, outcome, input_tokens, output_tokens,
               cached_tokens, reasoning_tokens, is_estimated, cost, started_at, ended_at as created_at,
               (extract(epoch from ended_at - started_at) * 1000)::bigint as latency_ms
        from usage_%1$s
        $view$, generation);
end
$show$;

insert into bus_projections (name) values ('Sessions'), ('Transcript'), ('TurnTraces'), ('Usage');

select bus_show_sessions(1);

create view chat_sessions as
select session_id as id, user_id, chat_id, is_active, created_at, closed_at, messages_since_summary from bus_sessions;

-- The list of conversations forgets the oldest (C-27); the journal does not (T-10).
create view conversations as
select number as id, session_id, title, created_at, updated_at, message_count from bus_sessions
where updated_at >= coalesce((select cutoff from bus_retention where policy = 'conversations'), '-infinity');

select bus_show_transcript(1);
select bus_show_turn_traces(1);
select bus_show_usage(1);

-- Applies the policies: so many conversations are listed, traces are kept since a time; null: all.
create function bus_retain(conversations int, traces_since timestamp with time zone) returns void language plpgsql as
$$
begin
    insert into bus_retention (policy, cutoff)
    values ('conversations', coalesce(
        (select updated_at from bus_sessions where conversations is not null order by updated_at desc, number desc offset conversations - 1 limit 1), '-infinity'))
    on conflict (policy) do update set cutoff = excluded.cutoff;
    execute (select format('delete from turn_traces_%s where coalesce(ended_at, received_at) < $1', generation) from bus_projections where name = 'TurnTraces')
    using traces_since;
end
$$;
