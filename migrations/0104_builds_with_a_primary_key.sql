-- A build has the primary key of its shape, and not only the unique index of it. Like the other indexes it is made when the rows are
-- in: a build in the making, which nobody reads, has none yet.

create or replace function rm.index_build(model text, build integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set default_statistics_target = 20 as $$
declare
    index record;
    name text;
begin
    for index in
        select relname, pg_get_indexdef(indexrelid) as definition, indisprimary
        from pg_index
        join pg_class on pg_class.oid = indexrelid
        where indrelid = format('rm.%I', model || '_shape')::regclass
        order by relname
    loop
        execute replace(index.definition, model || '_shape', model || '_' || build);
        if index.indisprimary then
            name := replace(index.relname, model || '_shape', model || '_' || build);
            execute format('alter table rm.%I add primary key using index %I', model || '_' || build, name);
        end if;
    end loop;
    execute format('analyze rm.%I', model || '_' || build);
end
$$;

-- The builds that are there: what was made as a unique index of the shape's key becomes the key. Nothing is read or rewritten.
do $$
declare
    build record;
begin
    for build in
        select made.relname as name, index.relname as key
        from pg_class made
        join pg_index on pg_index.indrelid = made.oid and indisunique
        join pg_class index on index.oid = indexrelid
        where made.relnamespace = 'rm'::regnamespace and made.relname ~ '^[a-z]+_[0-9]+$' and made.relkind = 'r'
            and index.relname = made.relname || '_pkey'
            and not exists (select from pg_constraint where conrelid = made.oid and contype = 'p')
    loop
        execute format('alter table rm.%I add primary key using index %I', build.name, build.key);
    end loop;
end
$$;
