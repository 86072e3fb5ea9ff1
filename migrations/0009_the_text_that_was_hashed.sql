-- The log keeps each payload and its metadata as the text that was hashed: whoever verifies it hashes what is there, nothing is
-- parsed and put together again on the way in and out. `json` and not `text`, so that it is certainly JSON and `->>` works.
--
-- This rewrites es.event, which no later migration may do: before the first release there are only logs of trials. Replicas of
-- the version before have to be stopped first, because they would write other letters than those they hashed.

drop view es.cqrs_events;

alter table es.event
    alter column payload type json using es.canonical(payload)::json,
    alter column metadata type json using es.canonical(metadata)::json;

-- The key of a stream is what follows its category. As a column it was computed with every event; an index computes it once.
alter table es.stream drop column key;
create index stream_category_key on es.stream (category, substr(stream_id, length(category) + 2));

create view es.cqrs_events as
select
    stream.category as aggregate_type,
    substr(stream.stream_id, length(stream.category) + 2) as aggregate_id,
    event.version as sequence,
    event.event_type::text as event_type,
    event.schema_version::text as event_version,
    event.payload as payload,
    es.flat_metadata(event.metadata::jsonb) as metadata
from es.stream stream
join es.event event on event.stream_id = stream.stream_id;

grant select on es.cqrs_events to allocations_app;

create trigger cqrs_insert instead of insert on es.cqrs_events
    for each row execute function es.refuse_cqrs_insert();

-- The link of the hash chain, as the service computes it.
create or replace function es.link(previous bytea, event es.event) returns bytea language sql immutable parallel safe as $$
    select sha256('\x616c6c6f636174696f6e732e6c696e6b2e763100'::bytea  -- 'allocations.link.v1', 0
        || previous
        || int8send(event.position)
        || int8send(event.version)
        || int8send((extract(epoch from event.recorded_at) * 1000000)::bigint)
        || sha256('\x616c6c6f636174696f6e732e6576656e742e763100'::bytea  -- 'allocations.event.v1', 0
            || es.measured(event.stream_id)
            || uuid_send(event.event_id)
            || es.measured(event.event_type)
            || int2send(event.schema_version)
            || es.measured(event.payload::text)
            || es.measured(event.metadata::text)))
$$;

-- As before, but that the text written is the canonical one.
create or replace function es.append_cqrs_event() returns trigger language plpgsql as $$
declare
    head es.head;
    stream es.stream;
    event es.event;
begin
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
    event.metadata := es.canonical(es.full_metadata(new.metadata::jsonb))::json;
    event.recorded_at := greatest(clock_timestamp(), head.recorded_at);
    event.hash := es.link(coalesce(stream.tip, decode(repeat('00', 32), 'hex')), event);

    insert into es.event select event.*;
    insert into es.stream (stream_id, category, version, last_position, tip)
    values (event.stream_id, new.aggregate_type, event.version, event.position, event.hash)
    on conflict (stream_id) do update
    set version = excluded.version, last_position = excluded.last_position, tip = excluded.tip;
    update es.head set position = event.position, recorded_at = event.recorded_at;
    perform pg_notify('es', event.position::text);
    return new;
end
$$;
