-- The event log in the layout of Marten 9 (stream identity uuid, single tenant, default options), so that a Marten
-- application can read these streams and append to them.

create table mt_streams (
    id          uuid                     not null,
    type        varchar                  null,
    version     bigint                   not null,
    timestamp   timestamp with time zone not null default now(),
    created     timestamp with time zone not null default now(),
    tenant_id   varchar                  not null default '*DEFAULT*',
    is_archived boolean                  not null default false,
    constraint pkey_mt_streams_id primary key (id)
);

create sequence mt_events_sequence start with 1 cache 1;

create table mt_events (
    seq_id         bigint                   not null,
    id             uuid                     not null,
    stream_id      uuid                     null,
    version        bigint                   not null,
    data           jsonb                    not null,
    bdata          bytea                    null,
    type           varchar(500)             not null,
    timestamp      timestamp with time zone not null default now(),
    tenant_id      varchar                  not null default '*DEFAULT*',
    mt_dotnet_type varchar                  null,
    is_archived    boolean                  not null default false,
    constraint pkey_mt_events_seq_id primary key (seq_id),
    constraint fkey_mt_events_stream_id foreign key (stream_id) references mt_streams (id) on delete cascade
);

alter sequence mt_events_sequence owned by mt_events.seq_id;

create unique index pk_mt_events_stream_and_version on mt_events (stream_id, version);

-- Appends events to a stream and starts it when it does not exist. Returns the stream's new version, then the sequence
-- number of each event. The stream's row is made, then locked, first, so of two writers with the same expected version the second
-- waits and is then told the truth: MT003. An archived stream takes nothing more: MT001.
create function mt_quick_append_events(
    stream           uuid,
    stream_type      varchar,
    tenantid         varchar,
    event_ids        uuid[],
    event_types      varchar[],
    dotnet_types     varchar[],
    bodies           jsonb[],
    bdatas           bytea[],
    timestamps       timestamp with time zone[],
    expected_version bigint default null) returns bigint[]
    language plpgsql as
$$
declare
    found_stream mt_streams%rowtype;
    old_version  bigint := 0;
    new_version  bigint;
    sequences    bigint[];
begin
    insert into mt_streams (id, type, version, timestamp, tenant_id)
    select stream, stream_type, 0, now(), tenantid
    where expected_version is null or expected_version = 0
    on conflict (id) do nothing;

    select * into found_stream from mt_streams where id = stream for update;

    if found then
        if found_stream.is_archived then
            raise exception 'The stream % is archived', stream using errcode = 'MT001';
        end if;
        if found_stream.tenant_id <> tenantid then
            raise exception 'The stream % belongs to another tenant', stream using errcode = 'MT002';
        end if;
        old_version := found_stream.version;
    end if;

    if expected_version is not null and expected_version <> old_version then
        raise exception 'The stream % is at version %, not at %', stream, old_version, expected_version using errcode = 'MT003';
    end if;

    new_version := old_version + cardinality(event_ids);
    update mt_streams set version = new_version, timestamp = now() where id = stream;

    with inserted as (
        insert into mt_events (seq_id, id, stream_id, version, data, bdata, type, timestamp, tenant_id, mt_dotnet_type)
        select nextval('mt_events_sequence'), e.id, stream, old_version + e.number, e.body, e.bdata, e.type, e.at, tenantid, e.dotnet_type
        from (select *
              from unnest(event_ids, event_types, dotnet_types, bodies, bdatas, timestamps)
                  with ordinality as u (id, type, dotnet_type, body, bdata, at, number)
              order by number) as e
        returning seq_id)
    select array_agg(seq_id order by seq_id) into sequences from inserted;

    return new_version || sequences;
end
$$;
