//! The welcome that is printed when the local profile is ready.

use std::path::Path;

use super::LocalManifest;
use crate::{exit::Failure, output::output};

/// Prints where everything is, a token, and a mutation to paste.
pub(crate) fn print_welcome(
    manifest: &LocalManifest,
    mutation: &str,
    data: &Path,
    has_graphiql: bool,
) -> Result<(), Failure> {
    let LocalManifest {
        base,
        graphql,
        token,
        sample_mutation,
        ..
    } = manifest;
    let page = if has_graphiql {
        format!("{base}/graphiql  (the token is filled in)")
    } else {
        "not available: its files could not be fetched from npm, see the warning above".to_owned()
    };
    output!(
        "\nReady. Start at {base}, which leads on.\n\
         \n  GraphQL    {graphql}\
         \n  GraphiQL   {page}\
         \n  Health     {base}/health\
         \n  Data       {}\
         \n\nToken (allocates at Leeds, reads the REST contract; `cargo run -- token --help` tells how to make others, with `--data-dir` if not .local):\n\n\
         TOKEN={token}\n\
         \nA first mutation to paste into GraphiQL:\n\n{mutation}\n\
         \nThe same with curl, in a shell into which the line with the token was pasted:\n\n\
         curl -s {graphql} -H 'Content-Type: application/json' -H \"Authorization: Bearer $TOKEN\" \\\n  \
         -d '{sample_mutation}'\n\
         \nCtrl-C stops everything; the data stays for the next start.\n",
        data.display(),
    )
}
