-- What became of each command, and what other services are still to be told.

-- One row per command: a second delivery gets the first receipt. The log does not need them to be complete, so old rows
-- may be pruned once nobody retries any more.
create table es.command (
    command_id uuid primary key,
    -- Tells a retry from another request under the same id.
    request_hash bytea not null check (octet_length(request_hash) = 32),
    first_position bigint not null,
    last_position bigint not null check (last_position >= first_position),
    -- {stream id: version it reached}
    versions jsonb not null,
    recorded_at timestamptz not null
);

-- Pruning is by age, and rows lie in that order on disk: block ranges suffice.
create index command_recorded_at on es.command using brin (recorded_at);

-- Messages to other services, written by the statement that writes their events, deleted when they were accepted.
-- `body` is json and not jsonb: it is frozen at commit, letter by letter.
-- The primary key is also the order of sending: by position, then by the order in which one event's messages were asked for.
create table es.outbox (
    position bigint not null,
    ordinal smallint not null,
    -- Messages with the same key leave in order, one at a time.
    message_key text collate "C" not null,
    event_type text collate "C" not null,
    body json not null,
    stream_id text collate "C" not null,
    event_id uuid not null,
    -- The number of this message among those of its stream, from 1, without gaps.
    sequence bigint not null,
    -- Strictly later than that of the stream's previous message.
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    primary key (position, ordinal)
) with (
    -- Rows live for milliseconds; cleaning by count keeps the table a few pages long.
    autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_scale_factor = 0
);

-- For 'what waits behind this key' when a key is parked or retried.
create index outbox_key on es.outbox (message_key, position);

-- Keys whose next message could not be sent: theirs wait, all others go on.
create table es.parked_key (
    message_key text collate "C" primary key,
    since_position bigint not null,
    attempts integer not null,
    error jsonb not null,
    parked_at timestamptz not null default clock_timestamp()
);
