-- What every command pays for and hardly anybody reads is not written any more.

-- The versions that a command reached stand in its events, and a receipt is asked for only after a lost answer. The column
-- stays for replicas of the version before, which read it: to them a receipt of ours names no versions.
alter table es.command alter column versions set default '{}';

-- Operators count what waits behind a key; the table is short whenever that must be quick.
drop index es.outbox_key;

-- Still frozen letter by letter; text, because the service that composed it need not have it parsed again.
alter table es.outbox alter column body type text;

-- {stream id: version it reached} of the command that wrote these positions.
create function es.versions(first_position bigint, last_position bigint) returns text language sql stable as $$
    select json_object_agg(stream_id, version)::text
    from (
        select stream_id, max(version) as version
        from es.event
        where position between first_position and last_position
        group by stream_id
    ) reached
$$;
