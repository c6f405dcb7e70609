-- Whose each session is. Of those there are already: what the log tells without a look at every event; a rebuild tells the same.
do $$
declare
    generation text;
begin
    for generation in select tablename from pg_tables where schemaname = current_schema() and tablename ~ '^sessions_[0-9]+$' loop
        execute format('alter table %I add column owner text null', generation);
        execute format($fill$
            update %I set owner = case
                when platform = 'api' then 'local'
                when platform = 'telegram' and chat_id not like '-%%' then 'telegram:' || chat_id
                when platform = 'discord' and user_id is not null
                     and exists (select from mt_events e where e.stream_id = session_id and e.version = 1 and e.data -> 'Origin' ->> 'Guild' is null)
                    then 'discord:' || user_id
            end
            $fill$, generation);
        execute format('create index on %I (owner, updated_at desc, number desc)', generation);
    end loop;
end
$$;

select bus_show_sessions(generation) from bus_projections where name = 'Sessions';
