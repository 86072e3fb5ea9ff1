-- What the running service may do. It connects with its own login and acts as this role; only migrations act as the owner.
-- On events: read and append, nothing else. Together with the triggers that is two locks on the past.

-- Roles belong to the cluster, databases share it: the role may exist, or be made by a neighbour at this very moment.
do $$
begin
    if not exists (select from pg_roles where rolname = 'allocations_app') then
        create role allocations_app nologin;
    end if;
exception when duplicate_object or unique_violation then
    null;
end
$$;

-- The login that migrates may also serve. A superuser may act as any role and needs no grant.
do $$
begin
    if not pg_has_role(current_user, 'allocations_app', 'member') then
        execute format('grant allocations_app to %I', current_user);
    end if;
end
$$;

grant usage on schema es to allocations_app;
grant select, insert on es.event to allocations_app;
grant select, update on es.head to allocations_app;
grant select, insert, update on es.stream to allocations_app;
-- Delete: receipts are pruned by age, messages when they were accepted.
grant select, insert, delete on es.command to allocations_app;
grant select, insert, update, delete on es.outbox, es.parked_key to allocations_app;
grant select, insert, update, delete on es.lease, es.projection to allocations_app;
grant select, insert on es.checkpoint to allocations_app;
grant select, insert, update on es.subject_key to allocations_app;

revoke execute on function es.ensure_partitions() from public;
