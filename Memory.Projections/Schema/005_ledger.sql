-- What models took, attempt by attempt, as the ledger has it; and what replies of sessions tell of calls before there was a ledger.
create table ledger_1 (
    attempt_id             uuid                     not null primary key,
    id                     bigint                   not null, -- the place of its first event in the log
    stream_id              uuid                     not null,
    call_id                uuid                     not null,
    number                 int                      not null,
    owner                  text                     not null,
    via                    text                     not null,
    place                  text                     null,
    session_id             uuid                     null,
    turn_id                uuid                     null,
    purpose                text                     not null,
    asked                  text                     not null,
    provider               text                     not null,
    model                  text                     not null,
    catalog_id             uuid                     null,
    provider_key_id        uuid                     null,
    reserved_input_tokens  int                      not null,
    reserved_output_tokens int                      not null,
    reserved_cost          numeric                  null,
    outcome                text                     not null, -- open until it is settled
    basis                  text                     null,
    input_tokens           int                      not null,
    output_tokens          int                      not null,
    cached_tokens          int                      not null,
    reasoning_tokens       int                      not null,
    cost                   numeric                  null,
    price                  jsonb                    null,
    failure                text                     null,
    provider_call_id       text                     null,
    reserved_at            timestamp with time zone not null,
    first_piece_at         timestamp with time zone null,
    settled_at             timestamp with time zone null,
    corrections            uuid[]                   not null
) with (fillfactor = 70); -- room for the next state of a row beside it

create index on ledger_1 (id);
create index on ledger_1 (settled_at);
create index on ledger_1 (owner, settled_at);
create index on ledger_1 (call_id);
create index on ledger_1 (session_id) where session_id is not null;

insert into bus_projections (name) values ('Ledger');

create function bus_show_ledger(generation int) returns void language plpgsql as
$show$
begin
    execute format('create or replace view bus_ledger as select * from ledger_%1$s', generation);
end
$show$;

create or replace function bus_show_usage(generation int) returns void language plpgsql as
$show$
begin
    execute format('create or replace view bus_reply_usage as select * from usage_%1$s', generation);
end
$show$;

select bus_show_ledger(1);
select bus_show_usage(generation) from bus_projections where name = 'Usage';

-- Every attempt. What was spent stays when a session is erased; that it was spent in that session does not.
create view llm_calls as
select l.id, l.attempt_id, l.call_id, l.number, l.owner, l.via, l.place, s.session_id, s.conversation_id,
       case when s.session_id is not null then l.turn_id end as turn_id,
       l.purpose, l.asked, l.provider, l.model, l.catalog_id, l.provider_key_id, l.reserved_input_tokens, l.reserved_output_tokens, l.reserved_cost,
       l.outcome, l.basis, l.input_tokens, l.output_tokens, l.cached_tokens, l.reasoning_tokens, l.cost, l.price, l.failure, l.provider_call_id,
       l.reserved_at, l.first_piece_at, l.settled_at, cardinality(l.corrections) as corrections
from bus_ledger l left join bus_sessions s on s.session_id = l.session_id;

-- What the models took: one truth of two sources. A reply whose figures are in the ledger has no row among those of replies.
create or replace view llm_usage as
select u.id, u.session_id, u.conversation_id, u.turn_id, u.attempt_id, u.provider, u.model, u.outcome, u.input_tokens, u.output_tokens,
       u.cached_tokens, u.reasoning_tokens, u.is_estimated, u.cost, u.started_at, u.ended_at as created_at,
       (extract(epoch from u.ended_at - u.started_at) * 1000)::bigint as latency_ms, u.earlier_runs,
       s.owner, 'turn' as purpose, case when not u.is_estimated then 'measured' when u.outcome = 'replied' then 'estimated' else 'aborted' end as basis,
       u.attempt_id as call_id, concat_ws('/', s.platform, s.bot, s.chat_id) as place, '' as via, null::uuid as provider_key_id
from bus_reply_usage u left join bus_sessions s on s.session_id = u.session_id
union all
select c.id, c.session_id, c.conversation_id, c.turn_id, c.attempt_id, c.provider, c.model,
       case c.outcome when 'answered' then 'replied' else c.outcome end, c.input_tokens, c.output_tokens,
       c.cached_tokens, c.reasoning_tokens, c.basis is distinct from 'measured', c.cost, c.reserved_at, c.settled_at,
       (extract(epoch from c.settled_at - c.reserved_at) * 1000)::bigint, 0,
       c.owner, c.purpose, c.basis, c.call_id, c.place, c.via, c.provider_key_id
from llm_calls c where c.outcome <> 'open';

-- What a conversation has taken is asked for by its people (/usage).
do $$
declare
    generation text;
begin
    for generation in select tablename from pg_tables where schemaname = current_schema() and tablename ~ '^sessions_[0-9]+$' loop
        execute format('create index on %I (conversation_id)', generation);
    end loop;
end
$$;
