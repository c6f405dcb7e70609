-- The ledger is in the log: streams of type `ledger`, each of one process, with what models were asked for and what they took. Here is what
-- is needed to write it: what is not settled yet, where in the log an attempt is, and what limits count.

-- Reservations that are not settled. Settling one removes it, so that nobody settles it twice.
create table llm_open (
    attempt_id       uuid   not null primary key,
    process_id       uuid   not null,
    stream_id        uuid   not null,
    version          bigint not null, -- of the reservation in the stream
    input            int    null,     -- what a running answer has taken so far, as far as somebody said
    output           int    null,
    cached           int    null,
    reasoning        int    null,
    provider_call_id text   null
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Attempts that are settled, and where. Not found by the ids of events: the tables of the log are Marten's, which drops an index that it does not know.
create table llm_settled (
    attempt_id  uuid    not null primary key,
    stream_id   uuid    not null,
    reserved    bigint  not null, -- version of the reservation in the stream
    latest      bigint  not null, -- of the event that says what it took
    is_lost     boolean not null, -- settled by somebody else, for a process that was taken for dead
    corrections uuid[]  null
);

-- Attempts that were cut off, whose providers are to be asked what they took.
create table llm_lookups (
    attempt_id uuid                     not null primary key,
    tries      int                      not null,
    due_at     timestamp with time zone not null
);

create index llm_lookups_by_time on llm_lookups (due_at);

-- Limits that administrators have set.
create table llm_limits (
    id           uuid                     not null primary key,
    subject      text collate "C"         not null check (subject in ('user', 'chat', 'key', 'model', 'provider_key', 'all')),
    subject_id   text collate "C"         null, -- null: for each of them
    unit         text collate "C"         not null check (unit in ('requests', 'tokens', 'money')),
    time_window  text collate "C"         not null check (time_window in ('minute', 'day', 'month')),
    amount       numeric                  not null, -- of money in the base currency
    soft_percent int                      not null,
    action       text                     not null check (action in ('block', 'cheaper', 'queue')),
    fallback     text                     null,
    created_at   timestamp with time zone not null,
    updated_at   timestamp with time zone not null
);

create unique index llm_limits_by_subject on llm_limits (subject, coalesce(subject_id, ''), unit, time_window);

-- What is counted: only what some limit needs. It and the limits have one version, which grows with each change.
create table llm_counted (
    subject     text collate "C" not null,
    unit        text collate "C" not null,
    time_window text collate "C" not null,
    primary key (subject, unit, time_window)
);

create table llm_counting (
    version bigint not null
);

insert into llm_counting (version) values (1);

-- How much of it there is: what is settled, and what is put aside. Money in billionths of the base currency.
create table llm_counters (
    subject      text collate "C"         not null,
    subject_id   text collate "C"         not null,
    unit         text collate "C"         not null,
    time_window  text collate "C"         not null,
    window_start timestamp with time zone not null,
    used         bigint                   not null,
    previous     bigint                   not null, -- of the minute before, where the window is a minute
    primary key (subject, subject_id, unit, time_window)
) with (fillfactor = 50);

-- That a limit is near or reached is said once for each subject and window; of a limit in a minute once a day.
create table llm_alerts (
    limit_id     uuid                     not null,
    subject_id   text collate "C"         not null,
    window_start timestamp with time zone not null, -- or the day
    level        text                     not null check (level in ('near', 'reached')),
    used         bigint                   not null,
    is_told      boolean                  not null default false,
    primary key (limit_id, subject_id, window_start, level)
);

create index llm_alerts_to_tell on llm_alerts (limit_id) where not is_told;

-- Begins to write in the ledger: without waiting for the disk, and not while somebody counts anew. BU002: the writer knows other limits than there are.
-- Locks are taken in this order: rows of attempts, counters, streams.
create function bus_ledger_begin(known bigint) returns void
    language plpgsql as
$$
begin
    perform set_config('synchronous_commit', 'off', true);
    perform pg_advisory_xact_lock_shared(hashtextextended('bus counting', 0));
    if known <> (select version from llm_counting) then
        raise exception 'The limits have changed' using errcode = 'BU002';
    end if;
end
$$;

-- Appends events to a stream of the ledger at whatever version it has; returns the version before them.
create function bus_ledger_append(stream uuid, event_ids uuid[], bodies jsonb[], event_type varchar, dotnet_type varchar, at timestamp with time zone) returns bigint
    language plpgsql as
$$
declare
    added int := cardinality(event_ids);
    head  bigint;
begin
    update mt_streams set version = version + added, timestamp = at where id = stream returning version into head;
    if not found then
        insert into mt_streams (id, type, version, timestamp, created) values (stream, 'ledger', added, at, at)
        on conflict (id) do update set version = mt_streams.version + added returning version into head;
    end if;
    insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type)
    select nextval('mt_events_sequence'), e.id, stream, head - added + e.number, e.body, event_type, at, '*DEFAULT*', dotnet_type
    from unnest(event_ids, bodies) with ordinality as e (id, body, number);
    return head - added;
end
$$;

-- Locks the counters of a statement in one order, so that two processes cannot wait for each other, and makes those that are missing.
create function bus_counters_lock(
    subjects text[], subject_ids text[], units text[], windows text[],
    out starts timestamp with time zone[], out used bigint[], out previous bigint[])
    language plpgsql as
$$
begin
    loop
        select array_agg(l.window_start order by l.number), array_agg(l.used order by l.number), array_agg(l.previous order by l.number)
        into starts, used, previous
        from (select k.number, c.window_start, c.used, c.previous
              from unnest(subjects, subject_ids, units, windows) with ordinality as k (subject, subject_id, unit, time_window, number)
              join llm_counters c using (subject, subject_id, unit, time_window)
              order by c.subject, c.subject_id, c.unit, c.time_window
              for update of c) as l;
        exit when cardinality(starts) = cardinality(subjects);
        insert into llm_counters (subject, subject_id, unit, time_window, window_start, used, previous)
        select k.subject, k.subject_id, k.unit, k.time_window, '-infinity', 0, 0
        from unnest(subjects, subject_ids, units, windows) as k (subject, subject_id, unit, time_window)
        order by 1, 2, 3, 4
        on conflict do nothing;
    end loop;
end
$$;

-- Puts aside what some calls may take: checks their limits and raises their counters, one call after the other, and opens those that are admitted.
-- A call is admitted while all its counters are below their limits, so that a limit is passed by one reservation at most.
--
-- A raise is by how much a call (`r_call`, in order) raises a counter (`r_counter`), in the window that begins at `r_start`. `r_rest` is how much of the
-- minute before still counts, where the window is a minute, and -1 where it is not. `r_limit` is where the call is refused, `r_near` and `r_full`
-- where it is said, once, that the limit `r_limit_id` is near or reached; the largest number where nothing of the kind is set.
--
-- `again`: it is not known whether they were put aside before; those that were are left as they are. BU003: a statement that was on its way for so long that
-- its writer gave it up, wrote the same again and settled it; nothing of it is wanted any more.
create function bus_reserve(
    known bigint, process uuid, stream uuid, again boolean,
    ids uuid[], event_ids uuid[], bodies jsonb[], at timestamp with time zone,
    k_subject text[], k_subject_id text[], k_unit text[], k_window text[],
    r_call int[], r_counter int[], r_start timestamp with time zone[], r_rest double precision[], r_amount bigint[],
    r_limit bigint[], r_near bigint[], r_full bigint[], r_limit_id uuid[],
    out version bigint, out refused int[], out refused_by int[], out refused_used bigint[], out refused_previous bigint[])
    language plpgsql as
$$
declare
    most     constant bigint := 9223372036854775807;
    raises   constant int := cardinality(r_call);
    is_new   boolean[];
    begins   timestamp with time zone[];
    counts   bigint[];
    befores  bigint[];
    r        int := 1;
    first    int;
    k        int;
    now_used bigint;
    is_old   boolean;
    blocked  int;
begin
    perform bus_ledger_begin(known);
    refused := '{}'; refused_by := '{}'; refused_used := '{}'; refused_previous := '{}';
    if again then
        select array_agg(not exists (select from llm_open where attempt_id = i.id) and not exists (select from llm_settled where attempt_id = i.id) order by i.number)
        into is_new from unnest(ids) with ordinality as i (id, number);
    elsif exists (select from llm_settled where attempt_id = any (ids)) then
        raise exception 'One of the attempts is settled already' using errcode = 'BU003';
    end if;

    if raises > 0 then
        select l.starts, l.used, l.previous into begins, counts, befores from bus_counters_lock(k_subject, k_subject_id, k_unit, k_window) as l;
        while r <= raises loop
            first := r;
            blocked := 0;
            is_old := again and not is_new[r_call[r]];
            while r <= raises and r_call[r] = r_call[first] loop
                k := r_counter[r];
                if begins[k] < r_start[r] then
                    befores[k] := case when r_rest[r] >= 0 and begins[k] + interval '1 minute' = r_start[r] then counts[k] else 0 end;
                    counts[k] := 0;
                    begins[k] := r_start[r];
                end if;
                if blocked = 0 and r_limit[r] < most and counts[k] + ceil(befores[k] * greatest(r_rest[r], 0)) >= r_limit[r] then
                    blocked := r;
                end if;
                r := r + 1;
            end loop;

            if blocked > 0 and not is_old then
                k := r_counter[blocked];
                refused := refused || r_call[first];
                refused_by := refused_by || blocked;
                refused_used := refused_used || counts[k];
                refused_previous := refused_previous || befores[k];
            elsif not is_old then
                for q in first .. r - 1 loop
                    k := r_counter[q];
                    if begins[k] = r_start[q] then
                        counts[k] := counts[k] + r_amount[q];
                    elsif r_rest[q] >= 0 and begins[k] = r_start[q] + interval '1 minute' then
                        befores[k] := befores[k] + r_amount[q];
                    end if;
                    if r_near[q] < most then
                        now_used := counts[k] + ceil(befores[k] * greatest(r_rest[q], 0));
                        if now_used >= r_near[q] then
                            insert into llm_alerts (limit_id, subject_id, window_start, level, used)
                            select r_limit_id[q], k_subject_id[k], case when r_rest[q] >= 0 then date_trunc('day', begins[k], 'UTC') else begins[k] end, l.level, now_used
                            from (values ('near', r_near[q]), ('reached', r_full[q])) as l (level, threshold)
                            where now_used >= l.threshold
                            on conflict do nothing;
                        end if;
                    end if;
                end loop;
            end if;
        end loop;

        update llm_counters c set window_start = n.window_start, used = n.used, previous = n.previous
        from unnest(k_subject, k_subject_id, k_unit, k_window, begins, counts, befores) as n (subject, subject_id, unit, time_window, window_start, used, previous)
        where c.subject = n.subject and c.subject_id = n.subject_id and c.unit = n.unit and c.time_window = n.time_window
          and (c.window_start, c.used, c.previous) is distinct from (n.window_start, n.used, n.previous);
    end if;

    if again or cardinality(refused) > 0 then
        select array_agg(i.id order by i.number), array_agg(i.event_id order by i.number), array_agg(i.body order by i.number)
        into ids, event_ids, bodies
        from unnest(ids, event_ids, bodies) with ordinality as i (id, event_id, body, number)
        where (not again or is_new[i.number]) and i.number <> all (refused);
    end if;
    if ids is null then
        version := 0; -- none is left
        return;
    end if;

    version := bus_ledger_append(stream, event_ids, bodies, 'usage_reserved', 'Bus.Contracts.UsageReserved, Bus.Contracts', at);
    insert into llm_open (attempt_id, process_id, stream_id, version)
    select i.id, process, stream, version + i.number from unnest(ids) with ordinality as i (id, number);
    version := version + cardinality(ids);
end
$$;

-- Adds to counters what some of the calls took more, or less, than was counted for them: in the window of the reservation, while that lasts.
create function bus_counters_correct(
    calls int[], k_subject text[], k_subject_id text[], k_unit text[], k_window text[],
    r_call int[], r_counter int[], r_start timestamp with time zone[], r_amount bigint[]) returns void
    language plpgsql as
$$
begin
    if cardinality(r_call) = 0 then
        return;
    end if;
    perform bus_counters_lock(k_subject, k_subject_id, k_unit, k_window);
    update llm_counters c set used = c.used + d.used, previous = c.previous + d.previous
    from (select o.subject, o.subject_id, o.unit, o.time_window,
                 coalesce(sum(r.amount) filter (where o.window_start = r.start), 0)::bigint as used,
                 coalesce(sum(r.amount) filter (where o.time_window = 'minute' and o.window_start = r.start + interval '1 minute'), 0)::bigint as previous
          from unnest(r_call, r_counter, r_start, r_amount) as r (call, counter, start, amount)
          join unnest(k_subject, k_subject_id, k_unit, k_window) with ordinality as k (subject, subject_id, unit, time_window, number) on k.number = r.counter
          join llm_counters o using (subject, subject_id, unit, time_window)
          where r.call = any (calls)
          group by 1, 2, 3, 4) as d
    where c.subject = d.subject and c.subject_id = d.subject_id and c.unit = d.unit and c.time_window = d.time_window
      and (d.used <> 0 or d.previous <> 0);
end
$$;

-- Settles attempts that are open. Of the others it says which somebody has settled who took their process for dead (`was_lost`), and which nobody has
-- (`unknown`): then PostgreSQL has lost the reservation in a crash. `r_amount` is what they took beyond what was put aside.
create function bus_settle(
    known bigint, are_lost boolean, ids uuid[], event_ids uuid[], bodies jsonb[], at timestamp with time zone,
    k_subject text[], k_subject_id text[], k_unit text[], k_window text[],
    r_call int[], r_counter int[], r_start timestamp with time zone[], r_amount bigint[],
    out was_lost int[], out unknown int[])
    language plpgsql as
$$
declare
    calls    int[];
    streams  uuid[];
    reserved bigint[];
    mine     record;
    head     bigint;
begin
    perform bus_ledger_begin(known);
    was_lost := '{}'; unknown := '{}';
    with opened as (
        delete from llm_open o using unnest(ids) with ordinality as i (id, number) where o.attempt_id = i.id
        returning i.number::int as number, o.stream_id, o.version)
    select array_agg(number order by number), array_agg(stream_id order by number), array_agg(version order by number) into calls, streams, reserved from opened;

    if calls is null or cardinality(calls) < cardinality(ids) then
        select coalesce(array_agg(i.number::int) filter (where s.is_lost and not are_lost), '{}'), coalesce(array_agg(i.number::int) filter (where s.attempt_id is null), '{}')
        into was_lost, unknown
        from unnest(ids) with ordinality as i (id, number) left join llm_settled s on s.attempt_id = i.id
        where calls is null or i.number <> all (calls);
    end if;
    if calls is null then
        return;
    end if;

    perform bus_counters_correct(calls, k_subject, k_subject_id, k_unit, k_window, r_call, r_counter, r_start, r_amount);
    for mine in
        select o.stream_id, array_agg(i.id order by i.number) as ids, array_agg(i.event_id order by i.number) as event_ids,
               array_agg(i.body order by i.number) as bodies, array_agg(o.version order by i.number) as reserved
        from unnest(calls, streams, reserved) as o (number, stream_id, version)
        join unnest(ids, event_ids, bodies) with ordinality as i (id, event_id, body, number) using (number)
        group by 1 order by 1
    loop
        head := bus_ledger_append(mine.stream_id, mine.event_ids, mine.bodies, 'usage_settled', 'Bus.Contracts.UsageSettled, Bus.Contracts', at);
        insert into llm_settled (attempt_id, stream_id, reserved, latest, is_lost)
        select i.id, mine.stream_id, i.version, head + i.number, are_lost
        from unnest(mine.ids, mine.reserved) with ordinality as i (id, version, number);
        -- Of what was cut off the provider may know more.
        insert into llm_lookups (attempt_id, tries, due_at)
        select i.id, 0, at from unnest(mine.ids, mine.bodies) as i (id, body)
        where i.body ->> 'Basis' = 'aborted' and exists (select from llm_models where usage_url is not null);
    end loop;
end
$$;

-- Corrects settled attempts, each correction once. `latest` is the version that it was reckoned against; where that is not the latest any more, nothing is done, and
-- it is among the `stale`.
create function bus_correct(
    known bigint, attempts uuid[], corrections uuid[], latest bigint[], event_ids uuid[], bodies jsonb[], at timestamp with time zone,
    k_subject text[], k_subject_id text[], k_unit text[], k_window text[],
    r_call int[], r_counter int[], r_start timestamp with time zone[], r_amount bigint[],
    out applied int[], out stale int[])
    language plpgsql as
$$
declare
    found_row llm_settled%rowtype;
    streams   uuid[] := '{}';
    n         int;
    head      bigint;
begin
    perform bus_ledger_begin(known);
    applied := '{}'; stale := '{}';
    for n in select i.number from unnest(attempts) with ordinality as i (id, number) order by i.id, i.number loop
        select * into found_row from llm_settled where attempt_id = attempts[n] for update;
        if not found or corrections[n] = any (found_row.corrections) then
            continue;
        elsif found_row.latest <> latest[n] or attempts[n] = any (attempts[1:n - 1]) then
            stale := stale || n;
        else
            applied := applied || n;
            streams := streams || found_row.stream_id;
        end if;
    end loop;
    if cardinality(applied) = 0 then
        return;
    end if;

    perform bus_counters_correct(applied, k_subject, k_subject_id, k_unit, k_window, r_call, r_counter, r_start, r_amount);
    for n in select o.number from unnest(applied, streams) as o (number, stream_id) order by o.stream_id, o.number loop
        select s.stream_id into found_row.stream_id from llm_settled s where s.attempt_id = attempts[n];
        head := bus_ledger_append(found_row.stream_id, event_ids[n:n], bodies[n:n], 'usage_corrected', 'Bus.Contracts.UsageCorrected, Bus.Contracts', at);
        update llm_settled s set latest = head + 1, corrections = array_append(s.corrections, bus_correct.corrections[n]) where s.attempt_id = attempts[n];
    end loop;
end
$$;

-- What the ledger says of attempts that were begun since a time: what they took, or what is put aside for those that are not settled.
create function bus_ledger_usage(since timestamp with time zone)
    returns table (reserved_at timestamp with time zone, owner text, place text, via text, model text, provider_key text, tokens bigint, money bigint)
    language sql stable as
$$
with events as (
    select e.data ->> 'AttemptId' as attempt, e.type, e.version, e.data
    from mt_streams s join mt_events e on e.stream_id = s.id
    where s.type = 'ledger' and s.timestamp >= since and e.type in ('usage_reserved', 'usage_settled', 'usage_corrected')),
took as (
    select distinct on (attempt) attempt, (data #>> '{Tokens,Input}')::bigint + (data #>> '{Tokens,Output}')::bigint as tokens, coalesce(data ->> 'Cost', '0') as cost
    from events where type <> 'usage_reserved' order by attempt, version desc),
reserved as (
    select attempt, (data ->> 'ReservedAt')::timestamp with time zone as reserved_at, data,
           (data ->> 'InputTokens')::bigint + (data ->> 'OutputTokens')::bigint as tokens, coalesce(data ->> 'Cost', '0') as cost
    from events where type = 'usage_reserved')
select r.reserved_at, r.data ->> 'Owner', r.data ->> 'Place', r.data ->> 'Via', r.data ->> 'CatalogId', r.data ->> 'ProviderKeyId',
       coalesce(t.tokens, r.tokens), least(round(coalesce(t.cost, r.cost)::numeric * 1000000000), 9000000000000000000)::bigint
from reserved r left join took t using (attempt)
where r.reserved_at >= since
$$;

-- The limits have changed. Counts anew what is named, from the ledger, and from now on. Nobody writes in the ledger meanwhile.
create function bus_count(subjects text[], units text[], windows text[], at timestamp with time zone) returns void
    language plpgsql as
$$
begin
    perform pg_advisory_xact_lock(hashtextextended('bus counting', 0));
    update llm_counting set version = version + 1;
    if cardinality(subjects) = 0 then
        return;
    end if;
    insert into llm_counted (subject, unit, time_window) select * from unnest(subjects, units, windows) on conflict do nothing;
    delete from llm_counters c using unnest(subjects, units, windows) as n (subject, unit, time_window)
    where c.subject = n.subject and c.unit = n.unit and c.time_window = n.time_window;

    insert into llm_counters (subject, subject_id, unit, time_window, window_start, used, previous)
    select n.subject, s.id, n.unit, n.time_window, n.start,
           least(coalesce(sum(a.amount) filter (where u.reserved_at >= n.start), 0), 9000000000000000000)::bigint,
           least(coalesce(sum(a.amount) filter (where u.reserved_at < n.start), 0), 9000000000000000000)::bigint
    from bus_ledger_usage(least(date_trunc('month', at, 'UTC'), date_trunc('minute', at, 'UTC') - interval '1 minute')) as u
    cross join (select subject, unit, time_window, date_trunc(time_window, at, 'UTC') as start from unnest(subjects, units, windows) as w (subject, unit, time_window)) as n
    cross join lateral (select case n.subject when 'user' then u.owner when 'chat' then u.place when 'model' then u.model when 'provider_key' then u.provider_key when 'all' then ''
                               when 'key' then substr(u.via, 5) end as id
                        where n.subject <> 'key' or u.via like 'key:%') as s
    cross join lateral (select case n.unit when 'requests' then 1 when 'tokens' then u.tokens else u.money end as amount) as a
    where s.id is not null and u.reserved_at >= n.start - case n.time_window when 'minute' then interval '1 minute' else interval '0' end
    group by n.subject, s.id, n.unit, n.time_window, n.start;
end
$$;

-- The limits have changed. What none of them needs any more is not counted from now on; what models and keys take in a minute is needed for their own limits.
create function bus_uncount() returns void
    language plpgsql as
$$
begin
    perform bus_count('{}', '{}', '{}', now());
    delete from llm_counted c
    where not exists (select from llm_limits l where l.subject = c.subject and l.unit = c.unit and l.time_window = c.time_window)
      and not (c.subject in ('model', 'provider_key') and c.time_window = 'minute');
    delete from llm_counters c
    where not exists (select from llm_counted k where k.subject = c.subject and k.unit = c.unit and k.time_window = c.time_window);
end
$$;
