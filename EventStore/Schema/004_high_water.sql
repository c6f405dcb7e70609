-- With a cast that is immutable itself PostgreSQL puts the body in the place of the call, which costs a fraction.
create or replace function bus_progress_name(projection text, generation int) returns text
    language sql immutable as
$$
select projection || case generation when 1 then '' else ':V' || generation::text end || ':All'
$$;

-- What is known of the end of the log. Whoever has drawn a sequence number holds a lock on the sequence until its transaction
-- ends; it took the lock before it drew. So the number drawn last is read first, and then who else holds the lock: when nobody
-- does, every event up to that number is there or never will be. `contiguous` is where the first gap after `mark` begins; while
-- there is none, nobody needs to be asked for, and counting tells that there is none.
--
-- The number is not selected from the sequence: every 32nd `nextval` writes the number that it reserves in the WAL, 32 ahead,
-- into the row for a moment, and a select sees it. The function reads between the two, and takes the lock that writers take.
create or replace function bus_high_water(mark bigint, out drawn bigint, out writers text[], out contiguous bigint)
    language plpgsql volatile as
$$
begin
    drawn := coalesce(pg_sequence_last_value('mt_events_sequence'), 0);
    writers := '{}';
    if drawn - mark between 0 and 1000 and drawn - mark = (select count(*) from mt_events where seq_id > mark and seq_id <= drawn) then
        contiguous := drawn;
        return;
    end if;
    select coalesce(max(seq_id), mark) into contiguous
    from (select seq_id, row_number() over (order by seq_id) as number
          from (select seq_id from mt_events where seq_id > mark order by seq_id limit 1000) as next) as numbered
    where seq_id = mark + number;
    if contiguous < drawn then
        select coalesce(array_agg(virtualtransaction), '{}') into writers from pg_locks
        where locktype = 'relation' and relation = 'mt_events_sequence'::regclass and mode = 'RowExclusiveLock' and granted
          and pid is distinct from pg_backend_pid() and database = (select oid from pg_database where datname = current_database());
    end if;
end
$$;
