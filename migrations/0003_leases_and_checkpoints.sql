-- Who works on what, and how far readers have come.

-- Work that one process at a time does. Expiry is by the database's clock, never by a service's, and `fence` grows with
-- every new owner: a write that states an old fence is refused, so an owner that lost its lease unawares does no harm.
create table es.lease (
    name text collate "C" primary key,
    owner uuid not null,
    fence bigint not null,
    until timestamptz not null
) with (fillfactor = 50);

-- How far each read model has folded the log. The row is written in the transaction that writes the read model's rows,
-- under the condition `position = old and fence = mine`: that is what makes folding exactly-once.
-- Versions of one name stand side by side while the next is built.
-- fillfactor 50: rewritten with every batch; nothing but the key is indexed, so updates stay heap-only.
create table es.projection (
    name text collate "C" not null,
    version integer not null,
    shard integer not null default 0,
    shards integer not null default 1 check (shards > 0),
    position bigint not null default 0 check (position >= 0),
    status text not null default 'building' check (status in ('building', 'live', 'previous', 'stopped')),
    owner uuid,
    fence bigint not null default 0,
    lease_until timestamptz,
    error jsonb,
    updated_at timestamptz not null default clock_timestamp(),
    primary key (name, version, shard),
    check (shard >= 0 and shard < shards)
) with (fillfactor = 50);
