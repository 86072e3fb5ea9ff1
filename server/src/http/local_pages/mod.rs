//! The pages of the local profile.

mod graphiql;
mod home;

pub(super) use self::home::routes;
