-- Since Postgres 16 a login that makes a role may grant it, but not act as it. The login that migrates may also serve, so it grants
-- itself that; where it may not, another login serves.
do $$
begin
    if current_setting('server_version_num')::integer >= 160000 then
        if not pg_has_role(current_user, 'allocations_app', 'set') then
            execute format('grant allocations_app to %I with inherit true, set true', current_user);
        end if;
    end if;
exception when insufficient_privilege then
    null;
end
$$;
