-- One group commit: the head, then events, the streams' new ends, receipts, messages and, if asked for, one wake-up call.
-- The head first, and everything else from it: if it is no longer where the plan began, nothing is written. Nor if it is there
-- again by another way, after the log has lost its end.
-- Columns are unnested side by side in the select list, because a table of them in `from` would be written out first.
with head as (
    update es.head
    set position = $2::bigint, recorded_at = $3::timestamptz
    where position = $1::bigint and recorded_at = $42::timestamptz
    returning position
),
events as (
    insert into es.event (
        position, stream_id, version, event_id, event_type, schema_version, payload, metadata, recorded_at, hash
    )
    select
        $1::bigint + generate_series(1, cardinality($4::text[])), unnest($4::text[]), unnest($5::bigint[]),
        unnest($6::uuid[]), unnest($7::text[]), unnest($8::smallint[]), unnest($9::text[])::json,
        unnest($10::text[])::json, unnest($11::timestamptz[]), unnest($12::bytea[])
    from head
),
-- Streams that begin apart from those that go on: what is inserted or else updated is locked and logged twice.
begun as (
    insert into es.stream (stream_id, category, version, last_position, tip, published, published_at)
    select
        unnest($13::text[]), unnest($14::text[]), unnest($15::bigint[]), unnest($16::bigint[]),
        unnest($17::bytea[]), unnest($18::bigint[]), unnest($19::timestamptz[])
    from head
),
continued as (
    update es.stream
    set version = ends.version,
        last_position = ends.last_position,
        tip = ends.tip,
        published = ends.published,
        published_at = ends.published_at
    from (
        select
            unnest($35::text[]) as stream_id, unnest($36::bigint[]) as version,
            unnest($37::bigint[]) as last_position, unnest($38::bytea[]) as tip,
            unnest($39::bigint[]) as published, unnest($40::timestamptz[]) as published_at
        from head
    ) ends
    where stream.stream_id = ends.stream_id
),
commands as (
    insert into es.command (command_id, request_hash, first_position, last_position, recorded_at)
    select
        unnest($20::uuid[]), unnest($21::bytea[]), unnest($22::bigint[]), unnest($23::bigint[]),
        unnest($24::timestamptz[])
    from head
),
messages as (
    insert into es.outbox (
        position, ordinal, message_key, event_type, body, stream_id, event_id, sequence, occurred_at, recorded_at
    )
    select
        unnest($25::bigint[]), unnest($26::smallint[]), unnest($27::text[]), unnest($28::text[]), unnest($29::text[]),
        unnest($30::text[]), unnest($31::uuid[]), unnest($32::bigint[]), unnest($33::timestamptz[]),
        unnest($34::timestamptz[])
    from head
)
select clock_timestamp(), case when $41 then pg_notify('es', position::text) end from head
