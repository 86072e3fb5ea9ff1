-- Names of read models may have underscores. rm.drop_build took only names of one word, so a build of rm.early_allocations_1 could
-- be made and shown, but never dropped. Its other rule stays: it drops builds, which end in a number, and nothing else.

create or replace function rm.drop_build(model text, build integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if model !~ '^[a-z]+(_[a-z]+)*$' or build < 1 then
        raise exception '% has no build %', model, build using errcode = '22023';
    end if;
    execute format('drop table if exists rm.%I', model || '_' || build);
end
$$;
