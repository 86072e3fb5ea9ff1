-- Who had a case before is told by the log, which is read when somebody asks. Kept in the row as well it was written anew with
-- every event, and grew with each. What lists show of the past, the last primary POM, is part of the state.

do $$
declare
    build record;
    shown boolean;
begin
    for build in
        select relname as name from pg_class
        where relnamespace = 'rm'::regnamespace and relkind = 'r' and relname ~ '^allocations_(shape|[0-9]+)$'
    loop
        execute format($sql$
            update rm.%I set state = jsonb_set(state::jsonb, '{previous}', terms::jsonb -> -1 -> 'pom')::text
            where state::jsonb ->> 'primary' is null and terms::jsonb -> -1 is not null
            $sql$, build.name);
        shown := exists (
            select from pg_depend
            join pg_rewrite on pg_rewrite.oid = pg_depend.objid
            where pg_depend.refobjid = format('rm.%I', build.name)::regclass and pg_rewrite.ev_class = to_regclass('read.allocations')
        );
        if shown then
            drop view read.allocations;
        end if;
        execute format('alter table rm.%I drop column terms', build.name);
        if shown then
            perform rm.show_build('allocations', split_part(build.name, '_', 2)::integer);
        end if;
    end loop;
end
$$;
