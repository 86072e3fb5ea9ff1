-- Names are compared by a folding that the service computes: the order of lists is a collation key, and searches look into
-- plain letters. Rows say by which folding they were written (0: by none), and the service writes those of another anew.

do $$
declare
    build record;
    shown boolean;
begin
    for build in
        select relname as name, replace(relname, 'cases_', '') as number from pg_class
        where relnamespace = 'rm'::regnamespace and relkind = 'r' and relname ~ '^cases_(shape|[0-9]+)$'
    loop
        shown := exists (
            select from pg_depend
            join pg_rewrite on pg_rewrite.oid = pg_depend.objid
            where pg_depend.refobjid = format('rm.%I', build.name)::regclass and pg_rewrite.ev_class = to_regclass('read.cases')
        );
        if shown then
            drop view read.cases;
        end if;
        execute format($sql$
            alter table rm.%I
                drop column name_key,
                drop column primary_name_key,
                add column folding smallint not null default 0,
                add column name_order bytea not null default '',
                add column primary_name_order bytea not null default ''
            $sql$, build.name);
        -- As the one it replaces: the first order of lists as it is, and a prison's rows for every other.
        execute format('create index %I on rm.%I (prison, name_order, noms) where prison is not null',
            build.name || '_prison_name', build.name);
        if shown then
            perform rm.show_build('cases', build.number::integer);
        end if;
    end loop;
end
$$;

-- What an erasure must reach is not counted for the planner: pg_statistic would go on telling it. 0102 did so for builds to come.
do $$
declare
    personal record;
begin
    for personal in
        select format('rm.%I', relname) as build, attname as name
        from pg_class
        join pg_attribute on attrelid = pg_class.oid
        where relnamespace = 'rm'::regnamespace and relkind = 'r' and relname ~ '^(allocations|cases|poms)_(shape|[0-9]+)$'
            and attname in ('state', 'prisoner', 'information', 'roles', 'pom', 'name_order', 'primary_name_order', 'search_text', 'location_key')
    loop
        execute format('alter table %s alter %I set statistics 0', personal.build, personal.name);
    end loop;
end
$$;

comment on column rm.cases_shape.folding is 'the number of the folding that made name_order, search_text and primary_name_order';
comment on column rm.cases_shape.name_order is 'the order of lists: the collation key of surname and forename';
comment on column rm.cases_shape.search_text is 'number and names in plain letters, each word of a name after a blank';
