-- The models that can be asked (contract: L-09 to L-16). Its keys are sealed: no column has one that can be read.
create table llm_models (
    id                  uuid                     not null primary key,
    name                text                     not null,
    model_id            text                     not null,
    provider            text                     not null,
    type                text                     not null,
    description         text                     not null,
    status              text                     not null,
    base_url            text                     null,     -- null for the built-in model
    auth_type           text                     not null,
    key_usage_mode      text                     not null,
    api_keys            jsonb                    not null, -- [{"id", "sealed", "hint", "status", "weight", "rpm", "tpm"}]
    supports_vision     boolean                  not null,
    max_tokens          int                      null,
    context_window      int                      null,
    prices              jsonb                    not null, -- [{"from", "currency", "input", "output", "cached_input", "reasoning", "rate"}], the oldest first
    rpm                 int                      null,
    tpm                 int                      null,
    allows_other_models boolean                  not null,
    usage_url           text                     null,
    owner               uuid                     null,     -- an account's own
    position            bigint                   not null generated always as identity,
    created_at          timestamp with time zone not null,
    updated_at          timestamp with time zone not null
);

create index llm_models_by_owner on llm_models (owner) where owner is not null;

-- Our own names for models.
create table llm_routes (
    name       text                     not null primary key,
    mode       text                     not null,
    targets    jsonb                    not null, -- [{"model", "weight"}], in order
    updated_at timestamp with time zone not null
);

-- What an account has chosen for itself (contract: C-22).
create table user_configs (
    id                 bigint                   not null generated always as identity primary key,
    user_identifier    text                     not null unique,
    current_model_type text                     null,
    max_tokens         int                      null,
    custom_api_url     text                     null,
    custom_model       text                     null,
    custom_api_key     text                     null, -- sealed
    custom_key_id      uuid                     not null default gen_random_uuid(),
    custom_key_hint    text                     null,
    updated_at         timestamp with time zone not null
);

-- What was read from the environment once (contract: X-6).
create table llm_imports (
    name        text                     not null primary key,
    imported_at timestamp with time zone not null
);

-- Grows with each change of the tables above, so that processes know when to read them again.
create table llm_catalog (
    version bigint not null
);

insert into llm_catalog (version) values (1);

create function bus_catalog_changed() returns trigger language plpgsql as
$$
begin
    update llm_catalog set version = version + 1;
    return null;
end
$$;

create trigger llm_models_changed after insert or update or delete or truncate on llm_models for each statement execute function bus_catalog_changed();
create trigger llm_routes_changed after insert or update or delete or truncate on llm_routes for each statement execute function bus_catalog_changed();
create trigger user_configs_changed after insert or update or delete or truncate on user_configs for each statement execute function bus_catalog_changed();

-- How keys and models do, as all processes know it. What has no row does well.
create table llm_health (
    subject        uuid                     not null primary key, -- a key or a model
    failures       int                      not null,             -- in a row
    rests_until    timestamp with time zone null,                 -- it is left alone until then
    quarantined_at timestamp with time zone null,                 -- it was refused; only a probe brings it back
    reason         text                     null,
    probe_at       timestamp with time zone null,
    changed_at     timestamp with time zone not null
);
