-- Destroys a key that still exists, or records that there shall be none, and tells all replicas in the same commit. Messages
-- about the person go with it, parked ones and unreadable ones that name them too; those that still wait go when they are done.
with destroyed as (
    insert into es.subject_key as kept (subject_id, wrapped_key, destroyed_at, reason)
    values ($1, null, clock_timestamp(), $2)
    on conflict (subject_id) do update
    set wrapped_key = null, destroyed_at = excluded.destroyed_at, reason = excluded.reason
    where kept.destroyed_at is null
    returning destroyed_at
), forgotten as (
    delete from es.inbox_message
    where state <> 'kept' and (
        person = $1 or (person is null and state = 'parked' and position(convert_to($1, 'UTF8') in body) > 0)
    )
), released as (
    update es.work set held_by = null, due_at = clock_timestamp() where person = $1 and held_by is not null
)
select destroyed_at from destroyed, pg_notify($3, $1)
