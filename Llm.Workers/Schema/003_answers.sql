-- Answers that are kept for those who ask the same again. Losing them loses nothing: unlogged.
create unlogged table llm_answers (
    key bytea primary key,
    pieces bytea[] not null,
    expires_at timestamptz not null);

create index llm_answers_by_expiry on llm_answers (expires_at);
