-- Messages that an operator gave up: they left the outbox without ever being sent, and somebody has to answer for that.

create table es.discarded_message (
    position bigint not null,
    ordinal smallint not null,
    message_key text collate "C" not null,
    event_type text collate "C" not null,
    event_id uuid not null,
    sequence bigint not null,
    -- Why it could not be sent.
    code text,
    -- Why it need not be.
    reason text not null check (reason <> ''),
    discarded_by text not null check (discarded_by <> ''),
    discarded_at timestamptz not null default clock_timestamp(),
    -- Not a primary key: a replayed message can be discarded again.
    check (sequence > 0)
);

create index discarded_message_key on es.discarded_message (message_key, position);

-- Insert and read: what was decided is not taken back.
grant select, insert on es.discarded_message to allocations_app;
