//! Refusals before the parser.

use crate::fault::Code;

/// Why a request is not parsed. The text says what to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GuardRefusal {
    /// More bytes than a request may have.
    #[error("the request is larger than {0} bytes: ask for less at once")]
    TooLarge(usize),
    /// Brackets nested too deeply.
    #[error("brackets are nested deeper than {0}: ask in several requests")]
    TooDeep(usize),
    /// Too many words and signs.
    #[error("the document has more than {0} tokens: ask for less at once")]
    TooManyTokens(usize),
    /// Too many aliases.
    #[error("the document has more than {0} aliases: ask in several requests")]
    TooManyAliases(usize),
    /// Too many fields at the top.
    #[error("an operation asks for more than {0} root fields: ask in several requests")]
    TooManyRootFields(usize),
    /// Too many fragments.
    #[error("the document has more than {0} fragments: write some of them out")]
    TooManyFragments(usize),
    /// Too many directives.
    #[error("the document has more than {0} directives: leave some out")]
    TooManyDirectives(usize),
    /// Fragments that multiply.
    #[error(
        "the document asks for more than {0} fields once its fragments are written out: ask for less at once"
    )]
    TooManyFields(usize),
    /// More operations than one connection may have.
    #[error("this connection has {0} operations open already: end one first, or open another connection")]
    TooManySubscriptions(usize),
    /// A longer answer than a socket carries.
    #[error("the answer is longer than the {0} bytes that a socket carries: ask for less, or by POST")]
    TooLongForSocket(usize),
    /// A fragment that contains itself.
    #[error("a fragment contains itself: take the spread out")]
    CyclicFragment,
    /// Two fragments of one name, or one named `on`.
    #[error("a fragment's name is used twice or is not allowed: give each its own name")]
    FragmentName,
    /// Text that no GraphQL document can hold there.
    #[error(
        "the document is not GraphQL: a string is not closed, or a definition begins with an unknown word"
    )]
    NotGraphQl,
    /// U+0000, which no field of this service can hold.
    #[error("text must not contain the character U+0000: take it out")]
    NulCharacter,
    /// A body that is not a GraphQL request.
    #[error(
        "the body is not a GraphQL request: send a JSON object with a text 'query', and if need be 'operationName', 'variables' and 'extensions'"
    )]
    NotARequest,
    /// Several operations at once.
    #[error("several requests in one body are not accepted: send them one by one")]
    Batch,
    /// A question for the price that is neither asked nor left out.
    #[error("'dryRun' in the extension 'cost' must be true or false")]
    NotADryRun,
    /// Neither a document nor the hash of a stored one.
    #[error("there is no 'query': send a document, or the hash of a stored one")]
    NoQuery,
}

impl GuardRefusal {
    /// The error code.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::TooLarge(_)
            | Self::TooDeep(_)
            | Self::TooManyTokens(_)
            | Self::TooManyAliases(_)
            | Self::TooManyRootFields(_)
            | Self::TooManyFragments(_)
            | Self::TooManyDirectives(_)
            | Self::TooManyFields(_)
            | Self::TooManySubscriptions(_)
            | Self::TooLongForSocket(_) => Code::QueryTooComplex,
            Self::CyclicFragment
            | Self::FragmentName
            | Self::NotGraphQl
            | Self::NulCharacter
            | Self::NotARequest
            | Self::Batch
            | Self::NotADryRun
            | Self::NoQuery => Code::BadUserInput,
        }
    }
}
