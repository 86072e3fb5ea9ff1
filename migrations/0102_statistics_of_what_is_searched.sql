-- Counting a new build's rows for the planner took as long as reading the log: Postgres unpacked the fold's own columns, which
-- no query searches. They are left out of the statistics now, and of the rest a sample is enough until autovacuum comes by.

alter table rm.allocations_shape
    alter state set statistics 0;
alter table rm.cases_shape
    alter prisoner set statistics 0,
    alter information set statistics 0,
    alter roles set statistics 0,
    alter search_text set statistics 0;
alter table rm.poms_shape
    alter pom set statistics 0;

-- As before, and with the statistics targets of the shape, which `like` does not copy.
create or replace function rm.create_build(model text, build integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    unsearched name;
begin
    execute format('create table rm.%I (like rm.%I including defaults including constraints including storage)
        with (fillfactor = 70)', model || '_' || build, model || '_shape');
    for unsearched in
        select attname from pg_attribute where attrelid = format('rm.%I', model || '_shape')::regclass and attnum > 0 and not attisdropped
            and attstattarget = 0
    loop
        execute format('alter table rm.%I alter %I set statistics 0', model || '_' || build, unsearched);
    end loop;
    execute format('grant select, insert, update, delete on rm.%I to allocations_app', model || '_' || build);
end
$$;

alter function rm.index_build(text, integer) set default_statistics_target = 20;
