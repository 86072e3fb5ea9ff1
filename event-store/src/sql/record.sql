-- One group commit: events, the streams' new ends, receipts, messages, the head and one wake-up call.
with events as (
    insert into es.event (
        position, stream_id, version, event_id, event_type, schema_version, payload, metadata, recorded_at, hash
    )
    select
        $1::bigint + place, stream_id, version, event_id, event_type, schema_version,
        payload::jsonb, metadata::jsonb, $3::timestamptz, hash
    from unnest(
        $4::text[], $5::bigint[], $6::uuid[], $7::text[], $8::smallint[], $9::text[], $10::text[], $11::bytea[]
    ) with ordinality event (
        stream_id, version, event_id, event_type, schema_version, payload, metadata, hash, place
    )
),
streams as (
    insert into es.stream (stream_id, category, version, last_position, tip, published, published_at)
    select *
    from unnest(
        $12::text[], $13::text[], $14::bigint[], $15::bigint[], $16::bytea[], $17::bigint[], $18::timestamptz[]
    )
    on conflict (stream_id) do update
    set version = excluded.version,
        last_position = excluded.last_position,
        tip = excluded.tip,
        published = excluded.published,
        published_at = excluded.published_at
),
commands as (
    insert into es.command (command_id, request_hash, first_position, last_position, versions, recorded_at)
    select command_id, request_hash, first_position, last_position, versions::jsonb, $3::timestamptz
    from unnest($19::uuid[], $20::bytea[], $21::bigint[], $22::bigint[], $23::text[]) command (
        command_id, request_hash, first_position, last_position, versions
    )
),
messages as (
    insert into es.outbox (
        position, ordinal, message_key, event_type, body, stream_id, event_id, sequence, occurred_at, recorded_at
    )
    select
        position, ordinal, message_key, event_type, body::json, stream_id, event_id, sequence, occurred_at,
        $3::timestamptz
    from unnest(
        $24::bigint[], $25::smallint[], $26::text[], $27::text[], $28::text[], $29::text[], $30::uuid[],
        $31::bigint[], $32::timestamptz[]
    ) message (
        position, ordinal, message_key, event_type, body, stream_id, event_id, sequence, occurred_at
    )
),
head as (
    update es.head
    set position = $2::bigint, recorded_at = $3::timestamptz
    where position = $1::bigint
    returning position
)
select pg_notify('es', position::text) from head
