-- The accounts, as ASP.NET Core Identity keeps them. Names that look alike are the same in normalized_user_name.
create table account_users (
    id                   uuid                     not null primary key,
    user_name            text                     not null,
    normalized_user_name text                     not null,
    password_hash        text,
    security_stamp       text                     not null,
    concurrency_stamp    text                     not null,
    access_failed_count  int                      not null default 0,
    lockout_enabled      boolean                  not null default true,
    lockout_end          timestamp with time zone,
    two_factor_enabled   boolean                  not null default false,
    role                 text                     not null check (role in ('admin', 'operator', 'viewer', 'user')),
    status               text                     not null check (status in ('pending', 'active', 'disabled')),
    messages_per_minute  int, -- null: what is set for all
    messages_per_day     int,
    created_at           timestamp with time zone not null
);
create unique index account_users_by_name on account_users (normalized_user_name);

-- What Identity keeps beside them: the secret of the codes and the recovery codes, encrypted.
create table account_tokens (
    user_id        uuid not null references account_users on delete cascade,
    login_provider text not null,
    name           text not null,
    value          text,
    primary key (user_id, login_provider, name)
);

-- Codes that were used: each opens once.
create table account_used_codes (
    user_id uuid                     not null references account_users on delete cascade,
    code    text                     not null,
    used_at timestamp with time zone not null,
    primary key (user_id, code)
);

-- Who is logged in, and by which token. Only hashes are kept: whoever reads them cannot log in.
create table account_logins (
    id                uuid                     not null primary key,
    user_id           uuid                     not null references account_users on delete cascade,
    is_cookie         boolean                  not null,
    access_hash       bytea                    not null,
    access_expires_at timestamp with time zone not null,
    expires_at        timestamp with time zone not null,
    security_stamp    text                     not null, -- of the account when it began: another one ends it
    client            text                     not null, -- what the browser calls itself
    address           text                     not null,
    created_at        timestamp with time zone not null,
    seen_at           timestamp with time zone not null
);
create unique index account_logins_by_hash on account_logins (access_hash);
create index account_logins_by_user on account_logins (user_id);

-- All refresh tokens of a login: one that comes a second time has been stolen.
create table account_refresh_tokens (
    hash     bytea   not null primary key,
    login_id uuid    not null references account_logins on delete cascade,
    is_used  boolean not null default false
);
create index account_refresh_tokens_by_login on account_refresh_tokens (login_id);

-- Keys that we issue.
create table account_keys (
    id         uuid                     not null primary key,
    user_id    uuid                     not null references account_users on delete cascade,
    hash       bytea                    not null,
    hint       text                     not null, -- the last characters, to tell keys apart
    name       text                     not null,
    scopes     text[]                   not null,
    models     text[], -- null: all
    expires_at timestamp with time zone,
    created_at timestamp with time zone not null,
    used_at    timestamp with time zone
);
create unique index account_keys_by_hash on account_keys (hash);
create index account_keys_by_user on account_keys (user_id);

-- Who is who on which platform.
create table account_links (
    platform    text                     not null,
    participant text                     not null,
    user_id     uuid                     not null references account_users on delete cascade,
    name        text                     not null,
    linked_at   timestamp with time zone not null,
    primary key (platform, participant)
);
create index account_links_by_user on account_links (user_id);

create table account_link_codes (
    hash       bytea                    not null primary key,
    user_id    uuid                     not null references account_users on delete cascade,
    expires_at timestamp with time zone not null
);

-- How often something was tried, or done, in a stretch of time.
create table account_counts (
    name     text                     not null primary key,
    began_at timestamp with time zone not null,
    count    bigint                   not null,
    last     uuid                     not null -- what was counted last is not counted again
);
create index account_counts_by_time on account_counts (began_at);

-- The keys of ASP.NET Core's data protection, themselves encrypted with JWT_SECRET.
create table protection_keys (
    name text not null primary key,
    body text not null
);
