-- One group commit: the head, then events, the streams' new ends, receipts, messages and one wake-up call.
-- The head first, and everything else from it: if it is no longer where the plan began, nothing is written.
with head as (
    update es.head
    set position = $2::bigint, recorded_at = $3::timestamptz
    where position = $1::bigint
    returning position
),
events as (
    insert into es.event (
        position, stream_id, version, event_id, event_type, schema_version, payload, metadata, recorded_at, hash
    )
    select
        $1::bigint + place, stream_id, version, event_id, event_type, schema_version,
        payload::jsonb, metadata::jsonb, recorded_at, hash
    from head, unnest(
        $4::text[], $5::bigint[], $6::uuid[], $7::text[], $8::smallint[], $9::text[], $10::text[],
        $11::timestamptz[], $12::bytea[]
    ) with ordinality event (
        stream_id, version, event_id, event_type, schema_version, payload, metadata, recorded_at, hash, place
    )
),
streams as (
    insert into es.stream (stream_id, category, version, last_position, tip, published, published_at)
    select stream.*
    from head, unnest(
        $13::text[], $14::text[], $15::bigint[], $16::bigint[], $17::bytea[], $18::bigint[], $19::timestamptz[]
    ) stream
    on conflict (stream_id) do update
    set version = excluded.version,
        last_position = excluded.last_position,
        tip = excluded.tip,
        published = excluded.published,
        published_at = excluded.published_at
),
commands as (
    insert into es.command (command_id, request_hash, first_position, last_position, recorded_at)
    select command.*
    from head, unnest($20::uuid[], $21::bytea[], $22::bigint[], $23::bigint[], $24::timestamptz[]) command
),
messages as (
    insert into es.outbox (
        position, ordinal, message_key, event_type, body, stream_id, event_id, sequence, occurred_at, recorded_at
    )
    select message.*
    from head, unnest(
        $25::bigint[], $26::smallint[], $27::text[], $28::text[], $29::text[], $30::text[], $31::uuid[],
        $32::bigint[], $33::timestamptz[], $34::timestamptz[]
    ) message
)
select clock_timestamp(), pg_notify('es', position::text) from head
