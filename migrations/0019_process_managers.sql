-- Process managers: how far each one has followed the log, and what each one has left to do.

-- The position that a follower has passed. It moves in the transaction that writes the tasks of the events it passes.
-- fillfactor 50: rewritten several times a second; only the key is indexed, so updates stay heap-only.
create table es.follower (
    name text collate "C" primary key,
    position bigint not null default 0 check (position >= 0),
    moved_at timestamptz not null default clock_timestamp()
) with (fillfactor = 50);

-- One row per reaction that a follower owes: to an event, or to a due date that it set itself.
create table es.task (
    follower text collate "C" not null,
    -- One key's tasks are done in order. The key of an event is its stream.
    key text collate "C" not null,
    -- The position of the event that the task goes back to.
    cause bigint not null,
    -- 0 for the event itself; counts the due dates that were set one after the other.
    turn integer not null default 0 check (turn >= 0),
    due_at timestamptz not null,
    -- A task that failed is not tried again earlier. Apart from `due_at`, which keeps the order of the key.
    retry_at timestamptz not null default '-infinity',
    -- How often in a row it could not be done, whatever the cause; the wait grows with it.
    failures integer not null default 0,
    -- How often it failed by a fault of its own; after ten times it is parked.
    attempts integer not null default 0,
    -- Why it failed the last time; no personal data.
    reason text,
    -- Since when it waits for an operator. The key's later tasks wait behind it.
    parked_at timestamptz,
    primary key (follower, key, cause)
) with (
    -- Rows live for milliseconds; cleaning by count keeps the table a few pages long.
    autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_scale_factor = 0
);

create index task_due on es.task (follower, due_at, cause) where parked_at is null;

grant select, insert, update, delete on es.follower, es.task to allocations_app;
