-- Messages of other services: stored before they are acknowledged, so that trouble of ours costs the queue nothing.

-- What was received. `message_id` is the publisher's, so that a delivery can be told from a repetition within one queue.
-- `body` is bytea: json and text refuse U+0000, and a body that cannot be parsed has to be stored too.
create table es.inbox_message (
    message bigint generated always as identity primary key,
    queue text collate "C" not null,
    message_id text collate "C" not null,
    received_at timestamptz not null default clock_timestamp(),
    event_type text collate "C",
    -- Whom it is about, by NOMS number: one person's messages take effect in order, and an erasure finds them.
    person text collate "C",
    -- When it happened, by the publisher's clock.
    occurred_at timestamptz,
    state text collate "C" not null check (state in ('kept', 'effective', 'ignored', 'parked', 'discarded')),
    -- Why it is ignored, parked or discarded; no text of the message.
    reason text,
    -- Absent when nobody will read it again.
    body bytea,
    settled_at timestamptz,
    -- The operator who retried or discarded it last.
    decided_by text,
    unique (queue, message_id)
);

create index inbox_message_kept on es.inbox_message (person, occurred_at, message) where state = 'kept';
create index inbox_message_parked on es.inbox_message (message) where state = 'parked';
create index inbox_message_person on es.inbox_message (person);
create index inbox_message_received_at on es.inbox_message using brin (received_at);

-- One row per person with kept messages. Whoever works on them holds the row by a claim that ends by itself, so a person's
-- work never runs twice at once; a person in trouble waits until `due_at` and delays nobody else.
create table es.work (
    person text collate "C" primary key,
    due_at timestamptz not null default clock_timestamp(),
    -- How often the first message failed by a fault of its own; after ten times it is parked.
    attempts integer not null default 0,
    -- How often in a row it could not be done, whatever the cause; the wait grows with it.
    failures integer not null default 0,
    -- Why not, the last time.
    trouble text,
    claim_id uuid,
    lease_until timestamptz,
    -- The parked message, waiting for an operator, behind which this person's later ones wait.
    held_by bigint
) with (
    -- Rows live for milliseconds; cleaning by count keeps the table a few pages long.
    autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_scale_factor = 0
);

create index work_due on es.work (due_at, person) where held_by is null;

grant select, insert, update, delete on es.inbox_message, es.work to allocations_app;
