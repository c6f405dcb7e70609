-- What a conversation has taken is asked for by its people (/usage).
do $$
declare
    generation text;
begin
    for generation in select tablename from pg_tables where schemaname = current_schema() and tablename ~ '^usage_[0-9]+$' loop
        execute format('create index on %I (conversation_id)', generation);
    end loop;
end
$$;
