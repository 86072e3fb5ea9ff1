//! The database under the log: connections and sessions, migrations and grants, leases, and what can fail.

pub(crate) mod connect;
pub(crate) mod db_failure;
pub(crate) mod grants;
pub(crate) mod lease;
pub(crate) mod migrate;
pub(crate) mod session;
pub(crate) mod status;
