-- How far each projection has come, as Marten keeps it: 'Sessions:All', and 'Sessions:V2:All' for generation 2.
create table mt_event_progression (
    name         varchar                  not null,
    last_seq_id  bigint                   null,
    last_updated timestamp with time zone null default transaction_timestamp(),
    constraint pk_mt_event_progression primary key (name)
);

-- Which generation of a projection people read. The revision changes with everything that its daemon must notice: a switch of
-- generations, a stream taken up again.
create table bus_projections (
    name       text   not null primary key,
    generation int    not null default 1,
    previous   int    null,
    revision   bigint not null default 0,
    stopped    text   null -- why it stands still until it is rebuilt
);

-- Streams that a projection goes on without, since the event named here cannot be projected.
create table bus_set_aside (
    projection   text                     not null,
    generation   int                      not null,
    stream_id    uuid                     not null,
    seq_id       bigint                   not null,
    version      bigint                   not null,
    type         text                     not null,
    error        text                     not null,
    set_aside_at timestamp with time zone not null default now(),
    primary key (projection, generation, stream_id)
);

-- A generation that is being built: the streams in parts, and how far each part has come.
create table bus_rebuild_parts (
    projection  text    not null,
    generation  int     not null,
    part        int     not null,
    from_stream uuid    not null,
    to_stream   uuid    not null,
    up_to       bigint  not null,
    last_stream uuid    null,
    last_version bigint not null default 0,
    events      bigint  not null default 0,
    is_done     boolean not null default false,
    primary key (projection, generation, part)
);

create function bus_progress_name(projection text, generation int) returns text
    language sql immutable as
$$
select projection || case generation when 1 then '' else ':V' || generation end || ':All'
$$;

create view bus_projection_progress as
select p.name, p.generation, coalesce(g.last_seq_id, 0) as last_seq_id, g.last_updated
from bus_projections p
left join mt_event_progression g on g.name = bus_progress_name(p.name, p.generation);

-- What is known of the end of the log. Whoever has drawn a sequence number holds a lock on the sequence until its transaction
-- ends; it took the lock before it drew. So the number drawn last is read first, and then who holds the lock: when nobody
-- does, every event up to that number is there or never will be. `contiguous` is where the first gap after `mark` begins; while
-- there is none, nobody needs to be asked for.
create function bus_high_water(mark bigint, out drawn bigint, out writers text[], out contiguous bigint)
    language plpgsql volatile as
$$
begin
    select case when is_called then last_value else 0 end into drawn from mt_events_sequence;
    select coalesce(max(seq_id), mark) into contiguous
    from (select seq_id, row_number() over (order by seq_id) as number
          from (select seq_id from mt_events where seq_id > mark order by seq_id limit 1000) as next) as numbered
    where seq_id = mark + number;
    writers := '{}';
    if contiguous < drawn then
        select coalesce(array_agg(virtualtransaction), '{}') into writers from pg_locks
        where locktype = 'relation' and relation = 'mt_events_sequence'::regclass and mode = 'RowExclusiveLock' and granted
          and database = (select oid from pg_database where datname = current_database());
    end if;
end
$$;

-- Moves projections forward, in the transaction that writes their rows. BU001: somebody else moved one, or changed what it is.
create function bus_move_progress(projections text[], generations int[], revisions bigint[], from_seq bigint, to_seq bigint) returns void
    language plpgsql as
$$
declare
    found_rows int;
begin
    perform from unnest(projections, revisions) as known (name, revision)
    join bus_projections p on p.name = known.name and p.revision = known.revision for share of p;
    get diagnostics found_rows = row_count;
    if found_rows <> cardinality(projections) then
        raise exception 'A projection of % has changed', projections using errcode = 'BU001';
    end if;
    update mt_event_progression g set last_seq_id = to_seq, last_updated = transaction_timestamp()
    from unnest(projections, generations) as moved (name, generation)
    where g.name = bus_progress_name(moved.name, moved.generation) and coalesce(g.last_seq_id, 0) = from_seq;
    get diagnostics found_rows = row_count;
    if found_rows <> cardinality(projections) then
        raise exception 'A projection of % is not at %', projections, from_seq using errcode = 'BU001';
    end if;
end
$$;

-- Notes that a projection is changed by somebody else than its daemon, which then looks anew before it goes on.
create function bus_change_projection(projection text, of_generation int, known_revision bigint, known_progress bigint) returns void
    language plpgsql as
$$
begin
    update bus_projections set revision = revision + 1 where name = projection and revision = known_revision;
    if not found then
        raise exception 'The projection % has changed', projection using errcode = 'BU001';
    end if;
    perform from mt_event_progression where name = bus_progress_name(projection, of_generation) and coalesce(last_seq_id, 0) = known_progress for update;
    if not found then
        raise exception 'The projection % is not at %', projection, known_progress using errcode = 'BU001';
    end if;
end
$$;

-- Makes the table of a projection's next generation and divides the streams into parts of about equal numbers.
create function bus_begin_rebuild(of_projection text, of_table text, last_event bigint, streams int, most int) returns int
    language plpgsql as
$$
declare
    active int;
    built   int;
    parts  int;
begin
    select generation, greatest(generation, previous) + 1 into active, built from bus_projections where name = of_projection;
    select least(most, greatest(1, count(*) / streams)) into parts from mt_streams;
    execute format('create table %I (like %I including all)', of_table || '_' || built, of_table || '_' || active);
    execute format('alter table %I set (fillfactor = 70)', of_table || '_' || built); -- room for the next state of a row beside it
    insert into mt_event_progression (name, last_seq_id) values (bus_progress_name(of_projection, built), last_event);
    insert into bus_rebuild_parts (projection, generation, part, from_stream, to_stream, up_to)
    select of_projection, built, row_number() over (order by from_stream), from_stream,
           coalesce(lead(from_stream) over (order by from_stream), 'ffffffff-ffff-ffff-ffff-ffffffffffff'), last_event
    from (select case tile when 1 then '00000000-0000-0000-0000-000000000000' else (array_agg(id order by id))[1] end as from_stream
          from (select id, ntile(parts) over (order by id) as tile from mt_streams) as tiled group by tile) as begins;
    if not found then -- an empty log
        insert into bus_rebuild_parts (projection, generation, part, from_stream, to_stream, up_to)
        values (of_projection, built, 1, '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', last_event);
    end if;
    return built;
end
$$;

-- Lets people read another generation. The one they read so far is kept, the one before it goes.
create function bus_switch_projection(of_projection text, of_table text, built int, known_revision bigint) returns void
    language plpgsql as
$$
declare
    old bus_projections%rowtype;
begin
    select * into old from bus_projections where name = of_projection and revision = known_revision for update;
    if not found then
        raise exception 'The projection % has changed', of_projection using errcode = 'BU001';
    end if;
    if old.previous <> built then
        execute format('drop table if exists %I', of_table || '_' || old.previous);
        delete from mt_event_progression where name = bus_progress_name(of_projection, old.previous);
        delete from bus_set_aside where projection = of_projection and generation = old.previous;
    end if;
    update bus_projections set generation = built, previous = old.generation, revision = revision + 1, stopped = null where name = of_projection;
    delete from bus_rebuild_parts where projection = of_projection;
    execute format('select %I($1)', 'bus_show_' || of_table) using built;
end
$$;
