-- Calls whose process did not live to tell what they took.
do $$
declare
    generation text;
begin
    for generation in select tablename from pg_tables where schemaname = current_schema() and tablename ~ '^usage_[0-9]+$' loop
        execute format('alter table %I add column earlier_runs int not null default 0', generation);
    end loop;
end
$$;

create or replace function bus_show_usage(generation int) returns void language plpgsql as
$show$
begin
    execute format($view$
        create or replace view llm_usage as
        select id, session_id, conversation_id, turn_id, attempt_id, provider, model, outcome, input_tokens, output_tokens,
               cached_tokens, reasoning_tokens, is_estimated, cost, started_at, ended_at as created_at,
               (extract(epoch from ended_at - started_at) * 1000)::bigint as latency_ms, earlier_runs
        from usage_%1$s
        $view$, generation);
end
$show$;

select bus_show_usage(generation) from bus_projections where name = 'Usage';
