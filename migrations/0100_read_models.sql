-- Read models: what people look at, folded from the log, and thrown away and built again whenever that is easier.
--
-- A model has three things. Its shape, rm.<model>_shape, is an empty table that says which columns and indexes it has. Its
-- builds, rm.<model>_1, _2, …, are copies of the shape that hold rows; the next one grows beside the one in use. Its view,
-- read.<model>, shows one build, so that readers need not know which. es.projection says how far each build has come.

create schema rm;
create schema read;

-- Tables are rewritten row by row with every event, so a third of each page is left for the next version of its rows
-- (fillfactor 70): as long as no indexed column changes, the update touches no index.

-- One row per prisoner who was ever allocated. `state` and `terms` are what the fold goes on from; the rest is for queries.
create table rm.allocations_shape (
    noms text collate "C" primary key,
    -- The version of the stream allocation-{noms}, which the next command has to name.
    version bigint not null,
    position bigint not null,
    -- How many changes of the primary POM other services were told of, and the command that made the last.
    announced bigint not null,
    announced_by uuid,
    state jsonb not null,
    terms jsonb not null
) with (fillfactor = 70);

-- One row per prisoner: what a list shows, ready to be sorted and filtered. `prisoner`, `information` and `roles` are
-- what the fold goes on from; the rest is derived from them, and holds on any day:
-- a bucket is shown from `adult_on`, and the earliest release is chosen from `release_dates` by the day asked about.
create table rm.cases_shape (
    noms text collate "C" primary key,
    position bigint not null,
    prisoner jsonb not null,
    information jsonb not null,
    roles jsonb not null,
    -- Where the prisoner is counted; null outside.
    prison text collate "C",
    -- The bucket under each version of the policy; null for people whom the service does not deal with.
    bucket_tier_based text collate "C",
    bucket_rosh_based text collate "C",
    -- The eighteenth birthday.
    adult_on date not null,
    -- "last, first" in lower case: the order of lists, whatever the capitals.
    name_key text collate "C" not null,
    -- Number and names in lower case, for substrings.
    search_text text collate "C" not null,
    location_key text collate "C" not null,
    release_dates date[] not null,
    tier text collate "C",
    complexity text collate "C",
    primary_staff integer,
    primary_on date,
    primary_name_key text collate "C" not null,
    coworking_staff integer,
    coworking_on date,
    -- Where the POMs have the case: the prison of the last primary allocation.
    allocated_at text collate "C",
    waiting_since date
) with (fillfactor = 70);

-- The one index of lists: it serves their first order as it is, and for every other order it finds a prison's rows (some
-- thousand at most), which are then sorted. An index per order would cost each event more than it saves any reader.
create index cases_shape_prison_name on rm.cases_shape (prison, name_key, noms) where prison is not null;

-- One row per POM and prison. `key` is the stream's key, {prison}-{staff}.
create table rm.poms_shape (
    key text collate "C" primary key,
    prison text collate "C" not null,
    staff_id integer not null,
    version bigint not null,
    position bigint not null,
    status text collate "C",
    pom jsonb not null
) with (fillfactor = 70);

create index poms_shape_prison on rm.poms_shape (prison, staff_id);

-- The earliest release as seen on a day: the first date from that day on, else the last one before it.
create function rm.earliest_release(dates date[], today date) returns date language sql immutable parallel safe as $$
    select coalesce(min(d) filter (where d >= today), max(d)) from unnest(dates) d
$$;

-- A build's table without its indexes, which are quicker to make once the rows are in. These four functions run as the
-- owner, so that the service can rebuild a model without being allowed to create anything else.
create function rm.create_build(model text, build integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    execute format('create table rm.%I (like rm.%I including defaults including constraints including storage)
        with (fillfactor = 70)', model || '_' || build, model || '_shape');
    execute format('grant select, insert, update, delete on rm.%I to allocations_app', model || '_' || build);
end
$$;

-- Makes the indexes of the shape on a build, and counts its rows for the planner.
create function rm.index_build(model text, build integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    definition text;
begin
    for definition in
        select indexdef from pg_indexes where schemaname = 'rm' and tablename = model || '_shape' order by indexname
    loop
        execute replace(definition, model || '_shape', model || '_' || build);
    end loop;
    execute format('analyze rm.%I', model || '_' || build);
end
$$;

-- Shows a build to readers. Dropped and made again, because a newer shape may have other columns.
create function rm.show_build(model text, build integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    execute format('drop view if exists read.%I', model);
    execute format('create view read.%I as select * from rm.%I', model, model || '_' || build);
    execute format('grant select on read.%I to allocations_app', model);
end
$$;

-- Throws a build away; refused by its view while readers see it.
create function rm.drop_build(model text, build integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if model || '_' || build !~ '^[a-z]+_[1-9][0-9]*$' then
        raise exception '% has no build %', model, build using errcode = '22023';
    end if;
    execute format('drop table if exists rm.%I', model || '_' || build);
end
$$;

revoke execute on function rm.create_build(text, integer), rm.index_build(text, integer),
    rm.show_build(text, integer), rm.drop_build(text, integer) from public;
grant execute on function rm.create_build(text, integer), rm.index_build(text, integer),
    rm.show_build(text, integer), rm.drop_build(text, integer) to allocations_app;
grant usage on schema rm, read to allocations_app;

select rm.create_build(model, 1), rm.index_build(model, 1), rm.show_build(model, 1)
from unnest(array['allocations', 'cases', 'poms']) model;
