-- Other prices for what is over. The corrections are events of the ledger; this remembers what was begun, so that it comes to its end.
create table llm_repricings (
    id          uuid                     not null primary key,
    model       uuid                     not null, -- the entry of the catalog
    from_at     timestamp with time zone not null,
    to_at       timestamp with time zone not null,
    price       jsonb                    not null,
    actor       text                     not null,
    created_at  timestamp with time zone not null,
    touched_at  timestamp with time zone not null, -- when somebody last went on with it
    totals      jsonb                    not null, -- what it changes, as it was when it was begun
    finished_at timestamp with time zone null
);
