-- What the log holds of a batch. While the head is held nobody else can change it, so reading is locking; otherwise it
-- holds for as long as the head stays at this position.
-- One row without ids brings the head, and the database's clock as of after the wait for it.
select
    null::text as stream_id,
    null::uuid as command_id,
    position as number,
    0::bigint as last_position,
    ''::bytea as digest,
    0::bigint as published,
    clock_timestamp() as stamp,
    recorded_at as head_recorded_at,
    null::text as versions
from es.head
union all
select stream_id, null, version, last_position, tip, published, published_at, null, null
from es.stream
where stream_id = any($1)
union all
select null, command_id, first_position, last_position, request_hash, 0, recorded_at, null, es.versions(first_position, last_position)
from es.command
where command_id = any($2)
