-- The log: one order over everything that happened, without gaps.

create schema es;

-- The head is the one row that hands out positions. It is locked before a position is given and released by the commit
-- that makes the events visible, so whoever sees head = p sees every event up to p, and a rollback leaves no hole.
-- fillfactor 10: the row is rewritten with every group commit; room on its page keeps those updates heap-only and in place.
create table es.head (
    one boolean primary key default true check (one),
    position bigint not null check (position >= 0),
    -- Never runs backwards, so 'as of a time' is exactly one position, even after a failover to a slower clock.
    recorded_at timestamptz not null,
    -- Raised when a backup is restored: whoever remembers positions of the lost time line can tell.
    epoch bigint not null
) with (
    fillfactor = 10,
    autovacuum_vacuum_threshold = 200,
    autovacuum_vacuum_scale_factor = 0
);

insert into es.head (position, recorded_at, epoch) values (0, 'epoch', 1);

-- One row per stream: the guard of expected versions (a unique index over (stream_id, version) cannot span partitions)
-- and the end of the stream's hash chain. Collation C: ids are compared byte by byte, and nobody sorts them for people.
-- fillfactor 80: version and tip change with every event of the stream; none of them is indexed, so updates stay heap-only.
create table es.stream (
    stream_id text collate "C" primary key,
    category text collate "C" not null,
    key text collate "C" not null generated always as (substr(stream_id, length(category) + 2)) stored,
    version bigint not null check (version > 0),
    last_position bigint not null,
    tip bytea not null check (octet_length(tip) = 32),
    -- How many messages to other services told of this stream, and the time the last one claims.
    published bigint not null default 0,
    published_at timestamptz
) with (fillfactor = 80);

-- For listing one category, and for postgres-es, which asks by category and key.
create index stream_category_key on es.stream (category, key);

-- Partitioned from the first day, because a table cannot be turned into a partitioned one later. By position, so that
-- tailing reads touch one partition and an old range can be detached with its Merkle root.
create table es.event (
    position bigint not null,
    stream_id text collate "C" not null,
    version bigint not null check (version > 0),
    event_id uuid not null,
    event_type text collate "C" not null,
    schema_version smallint not null,
    payload jsonb not null,
    metadata jsonb not null,
    recorded_at timestamptz not null,
    hash bytea not null check (octet_length(hash) = 32),
    primary key (position)
) partition by range (position);

-- Refuses every change of what is recorded. 23001 is restrict_violation.
create function es.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% on %.% is refused: the log is append-only', tg_op, tg_table_schema, tg_table_name
        using errcode = '23001';
end
$$;

create trigger append_only before update or delete or truncate on es.event
    for each statement execute function es.refuse_change();

-- Makes the partition that the next event goes to and the four after it; 20 million events each. Called by every
-- migration run. A partition is made beside the table and then attached, which does not stop writers; creating it in place would.
create function es.ensure_partitions() returns void language plpgsql as $$
declare
    events_each constant bigint := 20000000;
    current_partition bigint;
    partition text;
begin
    select position / events_each into current_partition from es.head;
    for n in current_partition .. current_partition + 4 loop
        partition := 'event_' || lpad((n + 1)::text, 4, '0');
        continue when to_regclass('es.' || partition) is not null;

        execute format('create table es.%I (like es.event including constraints)', partition);
        execute format('alter table es.%I add primary key (position)', partition);
        -- The stream first: one index serves both the net under expected versions and reading a stream in order.
        execute format('create unique index %I on es.%I (stream_id, version)', partition || '_stream_version', partition);
        execute format('create unique index %I on es.%I (event_id)', partition || '_event_id', partition);
        -- Time follows position, so a few kilobytes of block ranges do what a B-tree would need gigabytes for.
        execute format('create index %I on es.%I using brin (recorded_at)', partition || '_recorded_at', partition);
        -- Statement triggers are not inherited, so each partition refuses for itself.
        execute format('create trigger append_only before update or delete or truncate on es.%I
            for each statement execute function es.refuse_change()', partition);
        execute format('alter table es.event attach partition es.%I for values from (%s) to (%s)',
            partition, n * events_each + 1, (n + 1) * events_each + 1);
    end loop;
end
$$;

select es.ensure_partitions();
