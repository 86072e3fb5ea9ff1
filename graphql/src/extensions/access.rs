//! Access to root fields: by role, by transport, and introspection by permission.

use async_graphql::{
    PathSegment, ServerResult,
    extensions::{ExtensionContext, ResolveInfo},
};
use commands::access::Forbidden;

use crate::{
    access::Access,
    caller::Caller,
    fault::{Code, Fault},
};

/// Lets a field through. Only root fields are checked.
///
/// # Errors
/// When the caller may not ask for it.
pub(super) fn admit_field(ctx: &ExtensionContext<'_>, info: &ResolveInfo<'_>) -> ServerResult<()> {
    if !matches!(info.parent_type, "Query" | "Mutation" | "Subscription") {
        return Ok(());
    }
    admit(ctx.data_opt::<Caller>(), info.parent_type, info.name).map_err(|fault| {
        let mut error = fault.into_server_error();
        error.locations.push(info.field.name.pos);
        error
            .path
            .push(PathSegment::Field(info.alias.unwrap_or(info.name).to_owned()));
        error
    })
}

fn admit(caller: Option<&Caller>, root: &str, field: &str) -> Result<(), Fault> {
    let caller = caller.ok_or_else(Fault::unauthenticated)?;
    if matches!(field, "__schema" | "__type") {
        return if caller.may_introspect.0 {
            Ok(())
        } else {
            Err(Fault::new(
                Code::Forbidden,
                "introspection is for developers: read graphql/schema.graphql",
            ))
        };
    }
    let access = Access::of(&format!("{root}.{field}"))
        .ok_or(Forbidden::Role)
        .map_err(Fault::forbidden)?;
    access.admits(&caller.principal).map_err(Fault::forbidden)
}
