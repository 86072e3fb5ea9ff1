-- A service whose login does not own the schema has to see, when it starts, that the schema is the one it needs.

grant select on _sqlx_migrations to allocations_app;
