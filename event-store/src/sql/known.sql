-- What the log holds of a batch, read while the head is held: nobody else can change it, so reading is locking.
-- One row without ids brings the database's clock, read after the wait for the head.
select
    null::text as stream_id,
    null::uuid as command_id,
    0::bigint as number,
    0::bigint as last_position,
    ''::bytea as digest,
    0::bigint as published,
    clock_timestamp() as stamp,
    null::text as versions
union all
select stream_id, null, version, last_position, tip, published, published_at, null
from es.stream
where stream_id = any($1)
union all
select null, command_id, first_position, last_position, request_hash, 0, recorded_at, versions::text
from es.command
where command_id = any($2)
