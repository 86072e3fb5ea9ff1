-- What a fold goes on from is text: the service writes it and reads it back as a whole, and Postgres need not take it apart
-- in between. Whoever looks at it by hand writes `prisoner::jsonb ->> 'status'`. Replicas of the version before go on: what
-- they write as jsonb is stored as its text. Builds in use are rewritten, and their readers wait meanwhile.

do $$
declare
    build record;
    model text;
    changes text;
    shown boolean;
begin
    for build in
        select relname as name from pg_class
        where relnamespace = 'rm'::regnamespace and relkind = 'r' and relname ~ '^(allocations|cases|poms)_(shape|[0-9]+)$'
    loop
        model := split_part(build.name, '_', 1);
        select string_agg(format('alter %I type text', attname), ', ') into changes
        from pg_attribute
        where attrelid = format('rm.%I', build.name)::regclass and attname in ('state', 'terms', 'prisoner', 'information', 'roles', 'pom')
            and atttypid = 'jsonb'::regtype;
        continue when changes is null;
        -- A view stands in the way of changing the columns that it shows.
        shown := exists (
            select from pg_depend
            join pg_rewrite on pg_rewrite.oid = pg_depend.objid
            where pg_depend.refobjid = format('rm.%I', build.name)::regclass and pg_rewrite.ev_class = to_regclass('read.' || model)
        );
        if shown then
            execute format('drop view read.%I', model);
        end if;
        execute format('alter table rm.%I %s', build.name, changes);
        if shown then
            perform rm.show_build(model, split_part(build.name, '_', 2)::integer);
        end if;
    end loop;
end
$$;
