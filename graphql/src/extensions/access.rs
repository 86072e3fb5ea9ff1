//! Access to root fields: by role, by transport, and introspection by permission.

use async_graphql::{
    PathSegment, ServerResult,
    extensions::{ExtensionContext, ResolveInfo},
};
use commands::access::Forbidden;

use crate::{
    access::{Access, QUERIES, SUBSCRIPTIONS},
    caller::Caller,
    fault::{Code, Fault},
    mutation::MUTATIONS,
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
    let access = rules_of(root, field).ok_or_else(|| Fault::forbidden(Forbidden::Role))?;
    access.admits(&caller.principal).map_err(Fault::forbidden)
}

/// The rules of a root field. A field without rules is refused to everybody.
pub(crate) fn rules_of(root: &str, field: &str) -> Option<Access> {
    let fields = match root {
        "Query" => QUERIES,
        "Mutation" => MUTATIONS,
        "Subscription" => SUBSCRIPTIONS,
        _ => return None,
    };
    fields
        .iter()
        .find(|(name, _)| *name == field)
        .map(|(_, access)| *access)
}
