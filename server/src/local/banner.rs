//! What is printed when the local profile is ready.

use std::path::Path;

use super::LocalLetter;
use crate::{exit::Failure, say::say};

/// Prints where everything is, a token, and a mutation to paste.
pub(crate) fn print_welcome(
    letter: &LocalLetter,
    mutation: &str,
    data: &Path,
    has_graphiql: bool,
) -> Result<(), Failure> {
    let LocalLetter {
        base, graphql, token, ..
    } = letter;
    let page = if has_graphiql {
        format!("{base}/graphiql  (the token is filled in)")
    } else {
        "not available: it comes from npm, which is not installed here".to_owned()
    };
    say!(
        "\nReady.\n\
         \n  GraphQL    {graphql}\
         \n  GraphiQL   {page}\
         \n  Health     {base}/health\
         \n  Data       {}\
         \n\nToken (allocates at Leeds, reads the REST contract; `allocations token --help` makes others):\n\n{token}\n\
         \nA first mutation to paste into GraphiQL:\n\n{mutation}\n\
         \nThe same with curl:\n\n\
         curl -s {graphql} -H 'Content-Type: application/json' -H \"Authorization: Bearer $(jq -r .token {}/local.json)\" \\\n  \
         -d \"$(jq .sampleMutation {}/local.json)\"\n\
         \nCtrl-C stops everything; the data stays for the next start.\n",
        data.display(),
        data.display(),
        data.display(),
    )
}
