//! The guard before the parser: a request that could exhaust it, or that asks for too much, is refused by its bytes alone.

mod fragments;
mod lexer;
mod refusal;
mod request;
mod shape;

#[cfg(test)]
mod tests;

pub use refusal::GuardRefusal;
pub use request::GuardedRequest;

/// The largest body, in bytes.
pub const MAX_BODY: usize = 32 * 1024;

/// How much one document may ask for. The parser aborts the process some thousand brackets deep, and fragments that
/// double twenty times cost it half a second, so both are counted here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) depth: usize,
    pub(crate) tokens: usize,
    pub(crate) aliases: usize,
    pub(crate) root_fields: usize,
    pub(crate) fragments: usize,
    pub(crate) directives: usize,
    pub(crate) fields: usize,
}

pub(crate) const LIMITS: Limits = Limits {
    depth: 24,
    tokens: 2_000,
    aliases: 30,
    root_fields: 10,
    fragments: 20,
    directives: 20,
    fields: 2_000,
};

/// Lets a document through to the parser, or says why not.
///
/// # Errors
/// When it is too large, too deep or asks for too much, or cannot be GraphQL at all.
pub fn inspect(document: &str) -> Result<(), GuardRefusal> {
    if document.len() > MAX_BODY {
        return Err(GuardRefusal::TooLarge(MAX_BODY));
    }
    if document.contains('\0') {
        return Err(GuardRefusal::NulCharacter);
    }
    fragments::weigh(&shape::Shape::of(document, LIMITS)?, LIMITS)
}
