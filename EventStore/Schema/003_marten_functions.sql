-- What else the default store of Marten 9 expects to find: names, signatures and effects are Marten's. So a Marten application
-- that may not change the schema runs its daemon here, and one that may finds nothing to add.

-- The gaps that the mark has passed over, because nobody could fill them any more.
create table mt_high_water_skips (
    ending_sequence   bigint                   not null,
    starting_sequence bigint                   not null,
    timestamp         timestamp with time zone null default transaction_timestamp(),
    constraint pkey_mt_high_water_skips_ending_sequence primary key (ending_sequence)
);

-- Sets the progress of a projection, whatever it was.
create function mt_mark_event_progression(name varchar, last_encountered bigint) returns void
    language plpgsql as
$$
begin
    insert into mt_event_progression (name, last_seq_id, last_updated)
    values ($1, $2, transaction_timestamp())
    on conflict on constraint pk_mt_event_progression
        do update set last_seq_id = excluded.last_seq_id, last_updated = excluded.last_updated;
end
$$;

-- Moves a mark over a gap and notes the gap; only where the mark stands before it, or nowhere yet. Returns where the mark stands now.
create function mt_mark_progression_with_skip(shard_name varchar, ending_sequence bigint, starting_sequence bigint) returns bigint
    language plpgsql as
$$
declare
    mark bigint := (select p.last_seq_id from mt_event_progression p where p.name = shard_name);
begin
    if mark <> $3 then
        return mark;
    end if;

    perform mt_mark_event_progression(shard_name, $2);
    if mark = $3 or $2 > $3 then
        insert into mt_high_water_skips (ending_sequence, starting_sequence)
        values ($2, $3)
        on conflict on constraint pkey_mt_high_water_skips_ending_sequence do nothing;
    end if;
    return $2;
end
$$;

-- Archives a stream: it is left out of every read, and takes nothing more. The stream's row comes first: an append in progress is
-- waited for, and its events are archived as well.
create function mt_archive_stream(streamid uuid) returns void
    language plpgsql as
$$
begin
    update mt_streams set is_archived = true where id = streamid;
    update mt_events set is_archived = true where stream_id = streamid;
end
$$;

-- Ours: ends an append to an archived stream with the error that mt_quick_append_events gives.
create function bus_stream_is_archived(stream uuid) returns bigint
    language plpgsql as
$$
begin
    raise exception 'The stream % is archived', stream using errcode = 'MT001';
end
$$;
