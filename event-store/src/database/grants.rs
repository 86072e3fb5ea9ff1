//! What a login has to be allowed so that it can migrate, and the SQL by which it is.

use sqlx::PgConnection;

/// One statement for each thing that is missing, for somebody who may run it.
///
/// Since Postgres 16 `createrole` no longer lets a login grant a role that another one made.
const LACKING: &str = "
    with login as (
        select rolname, rolsuper, rolcreaterole, format('%I', rolname) as quoted from pg_roles where rolname = current_user
    ),
    application as (
        select exists (select from pg_roles where rolname = 'allocations_app') as is_there
    )
    select 'create role allocations_app nologin; grant allocations_app to ' || quoted
    from login, application
    where not is_there and not rolsuper and not rolcreaterole
    union all
    select 'grant allocations_app to ' || quoted
    from login, application
    where is_there and not rolsuper
        and not coalesce((select pg_has_role(login.rolname, oid, 'member') from pg_roles where rolname = 'allocations_app'), false)
        and not (rolcreaterole and current_setting('server_version_num')::integer < 160000)
    union all
    select format('grant create on database %I to %s', current_database(), quoted)
    from login
    where to_regnamespace('rm') is null and not has_database_privilege(current_database(), 'create')
    union all
    select format('grant create on schema %I to %s', current_schema(), quoted)
    from login
    where not has_schema_privilege(current_schema(), 'create')";

/// Who owns schema es, if that is somebody else than the login and the roles it inherits.
pub(crate) async fn other_owner(connection: &mut PgConnection) -> Result<Option<String>, sqlx::Error> {
    let owner = "select pg_get_userbyid(nspowner)::text from pg_namespace where nspname = 'es' and not pg_has_role(nspowner, 'usage')";
    sqlx::query_scalar(owner).fetch_optional(connection).await
}

/// What the login lacks, as statements.
pub(crate) async fn lacking(connection: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(LACKING).fetch_all(connection).await
}
