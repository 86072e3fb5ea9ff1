-- The way out through es.cqrs_events keeps the rules of the log, for as long as it is open.
--
-- Nothing personal in clear: only the service can seal it, and what is recorded once is there for ever. And every event has the
-- receipt of its command, so that an event whose receipt is gone is known for what it is. For that receipts stay: the service,
-- which never removed one, may not any more.

revoke delete on es.command from allocations_app;

-- As before, but for these two rules. Rows of one transaction that name the same command share a receipt; its request hash is
-- that of the transaction, so that nothing else ever passes for a retry of it.
create or replace function es.append_cqrs_event() returns trigger language plpgsql as $$
declare
    head es.head;
    stream es.stream;
    event es.event;
    command uuid := coalesce((new.metadata ->> 'commandId')::uuid, gen_random_uuid());
begin
    if new.payload::jsonb @? '$.** ? (exists (@."$personal") || exists (@."$sealed"))' then
        raise exception 'the payload has a member $personal or $sealed: record personal values through the service, which seals them'
            using errcode = '22023';
    end if;

    select * into strict head from es.head for update;
    event.stream_id := new.aggregate_type || '-' || new.aggregate_id;
    select * into stream from es.stream where stream_id = event.stream_id;
    if new.sequence <> coalesce(stream.version, 0) + 1 then
        raise exception 'stream % is at version %', event.stream_id, coalesce(stream.version, 0) using errcode = '23505';
    end if;

    event.position := head.position + 1;
    event.version := new.sequence;
    event.event_id := gen_random_uuid();
    event.event_type := new.event_type;
    event.schema_version := split_part(new.event_version, '.', 1)::smallint;
    event.payload := es.canonical(new.payload::jsonb)::json;
    event.metadata := es.canonical(
        es.full_metadata(coalesce(new.metadata::jsonb, '{}') || jsonb_build_object('commandId', command)))::json;
    event.recorded_at := greatest(clock_timestamp(), head.recorded_at);
    event.hash := es.link(coalesce(stream.tip, decode(repeat('00', 32), 'hex')), event);

    insert into es.event select event.*;
    insert into es.stream (stream_id, category, version, last_position, tip)
    values (event.stream_id, new.aggregate_type, event.version, event.position, event.hash)
    on conflict (stream_id) do update
    set version = excluded.version, last_position = excluded.last_position, tip = excluded.tip;
    insert into es.command as receipt (command_id, request_hash, first_position, last_position, recorded_at)
    values (command, sha256(convert_to('es.cqrs_events ' || pg_current_xact_id(), 'UTF8')), event.position, event.position,
        event.recorded_at)
    on conflict (command_id) do update
    set last_position = excluded.last_position
    where receipt.request_hash = excluded.request_hash and receipt.last_position = excluded.last_position - 1;
    if not found then
        raise exception 'command % was recorded before', command using errcode = '23505';
    end if;
    update es.head set position = event.position, recorded_at = event.recorded_at;
    perform pg_notify('es', event.position::text);
    return new;
end
$$;
