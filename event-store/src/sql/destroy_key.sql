-- Destroys a key that still exists, or records that there shall be none, and tells all replicas in the same commit.
with destroyed as (
    insert into es.subject_key as kept (subject_id, wrapped_key, destroyed_at, reason)
    values ($1, null, clock_timestamp(), $2)
    on conflict (subject_id) do update
    set wrapped_key = null, destroyed_at = excluded.destroyed_at, reason = excluded.reason
    where kept.destroyed_at is null
    returning destroyed_at
)
select destroyed_at from destroyed, pg_notify($3, $1)
