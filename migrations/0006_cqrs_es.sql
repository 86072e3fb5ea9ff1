-- The log in the table shape of postgres-es: a second, independent reader, and a way out.
--
-- Reading is always possible. Writing goes through an INSTEAD OF trigger that refuses, because it takes the head once per
-- row and leaves no receipt; the owner may open it for contract tests and in an emergency (es.enable_cqrs_inserts).

-- Our metadata as a flat map of texts: the actor's members become actorKind, actorId and so on.
create function es.flat_metadata(metadata jsonb) returns json language sql immutable parallel safe as $$
    select coalesce(json_object_agg(name, value), '{}'::json)
    from (
        select key as name, value #>> '{}' as value from jsonb_each(metadata) where key <> 'actor'
        union all
        select 'actor' || upper(left(key, 1)) || substr(key, 2), value #>> '{}'
        from jsonb_each(case when jsonb_typeof(metadata -> 'actor') = 'object' then metadata -> 'actor' else '{}' end)
    ) members
$$;

-- Joined through es.stream, so that category and key are found by index and never computed per event.
create view es.cqrs_events as
select
    stream.category as aggregate_type,
    stream.key as aggregate_id,
    event.version as sequence,
    event.event_type::text as event_type,
    event.schema_version::text as event_version,
    event.payload::json as payload,
    es.flat_metadata(event.metadata) as metadata
from es.stream stream
join es.event event on event.stream_id = stream.stream_id;

grant select on es.cqrs_events to allocations_app;

-- Canonical JSON (RFC 8785) of what the log accepts: no fractions, no integers that a double cannot hold. Names must be
-- ASCII here, where the order of bytes and the order of UTF-16 units agree.
create function es.canonical(value jsonb) returns text language plpgsql immutable parallel safe as $$
begin
    case jsonb_typeof(value)
    when 'object' then
        if exists (select from jsonb_object_keys(value) name where name ~ '[^\x01-\x7f]') then
            raise exception 'a member name is not ASCII' using errcode = '22023';
        end if;
        return '{' || coalesce((
            select string_agg(to_json(member.key)::text || ':' || es.canonical(member.value), ','
                order by member.key collate "C")
            from jsonb_each(value) member), '') || '}';
    when 'array' then
        return '[' || coalesce((
            select string_agg(es.canonical(element.value), ',' order by element.place)
            from jsonb_array_elements(value) with ordinality element (value, place)), '') || ']';
    when 'number' then
        if scale(value::text::numeric) > 0 or abs(value::text::numeric) > 9007199254740991 then
            raise exception 'a number is not a whole one between -(2^53 - 1) and 2^53 - 1' using errcode = '22023';
        end if;
        return value::text;
    else
        return value::text;
    end case;
end
$$;

-- A text as its length and its bytes, so that neighbours cannot be moved into each other before hashing.
create function es.measured(value text) returns bytea language sql immutable parallel safe as $$
    select int8send(octet_length(convert_to(value, 'UTF8'))) || convert_to(value, 'UTF8')
$$;

-- The link of the hash chain, as the service computes it.
create function es.link(previous bytea, event es.event) returns bytea language sql immutable parallel safe as $$
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
            || es.measured(es.canonical(event.payload))
            || es.measured(es.canonical(event.metadata))))
$$;

-- Our metadata from a flat map, with the system as the actor when none is named.
create function es.full_metadata(flat jsonb) returns jsonb language sql volatile as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'commandId', coalesce(flat ->> 'commandId', gen_random_uuid()::text),
        'operation', coalesce(flat ->> 'operation', 'postgresEs'),
        'correlationId', coalesce(flat ->> 'correlationId', gen_random_uuid()::text),
        'causationId', flat ->> 'causationId',
        'actor', jsonb_build_object(
            'kind', coalesce(flat ->> 'actorKind', 'system'),
            'id', coalesce(flat ->> 'actorId', 'postgres-es'),
            'displayName', flat ->> 'actorDisplayName',
            'clientId', flat ->> 'actorClientId'),
        'occurredAt', coalesce(flat ->> 'occurredAt',
            to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')),
        'prison', flat ->> 'prison',
        'policy', flat ->> 'policy'))
$$;

create function es.refuse_cqrs_insert() returns trigger language plpgsql as $$
begin
    raise exception 'es.cqrs_events is read-only: append through the service, or have the owner call es.enable_cqrs_inserts()'
        using errcode = '42501';
end
$$;

-- Takes the same head as everybody, so positions stay dense and the chain unbroken. postgres-es takes 23505 for a conflict.
create function es.append_cqrs_event() returns trigger language plpgsql as $$
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
    event.payload := new.payload;
    event.metadata := es.full_metadata(new.metadata::jsonb);
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

create trigger cqrs_insert instead of insert on es.cqrs_events
    for each row execute function es.refuse_cqrs_insert();

-- The catalogue shows which of the two is in force.
create function es.enable_cqrs_inserts() returns void language sql as $$
    create or replace trigger cqrs_insert instead of insert on es.cqrs_events
        for each row execute function es.append_cqrs_event()
$$;

create function es.disable_cqrs_inserts() returns void language sql as $$
    create or replace trigger cqrs_insert instead of insert on es.cqrs_events
        for each row execute function es.refuse_cqrs_insert()
$$;

revoke execute on function es.enable_cqrs_inserts(), es.disable_cqrs_inserts() from public;
