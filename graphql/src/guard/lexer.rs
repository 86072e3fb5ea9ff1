//! The words and signs of a document, without recursion and without keeping them.

use super::GuardRefusal;

/// A word or sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name or keyword.
    Name(&'a str),
    /// `...`
    Spread,
    /// Any other sign, as its byte.
    Sign(u8),
    /// A number or string.
    Literal,
}

/// Reads a document's tokens in order. Where it stops at a malformed string the parser would stop as well, so that
/// nothing the parser sees is hidden from the guard.
pub(super) struct Lexer<'a> {
    rest: &'a str,
}

impl<'a> Lexer<'a> {
    pub(super) const fn new(document: &'a str) -> Self {
        Self { rest: document }
    }

    fn skip_ignored(&mut self) {
        loop {
            self.rest = self
                .rest
                .trim_start_matches([' ', ',', '\t', '\u{feff}', '\n', '\r']);
            match self.rest.strip_prefix('#') {
                Some(comment) => self.rest = comment.trim_start_matches(|c| c != '\n' && c != '\r'),
                None => return,
            }
        }
    }

    /// Takes what belongs to the token off the front.
    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let (token, rest) = self
            .rest
            .split_at(self.rest.find(|c| !belongs(c)).unwrap_or(self.rest.len()));
        self.rest = rest;
        token
    }

    /// After the opening `"""`. A block string that never ends is refused: the parser would read `""` and go on behind it.
    fn block_string(&mut self) -> Result<(), GuardRefusal> {
        loop {
            let at = self.rest.find("\"\"\"").ok_or(GuardRefusal::NotGraphQl)?;
            let (content, rest) = self.rest.split_at(at);
            self.rest = rest.strip_prefix("\"\"\"").unwrap_or(rest);
            if !content.ends_with('\\') {
                return Ok(());
            }
        }
    }

    /// After the opening `"`.
    fn string(&mut self) -> Result<(), GuardRefusal> {
        let mut characters = self.rest.chars();
        loop {
            match characters.next() {
                Some('"') => break,
                Some('\\') => match characters.next() {
                    Some('u') if is_nul(characters.as_str()) => {
                        return Err(GuardRefusal::NulCharacter);
                    }
                    Some(_) => {}
                    None => return Err(GuardRefusal::NotGraphQl),
                },
                Some('\n' | '\r') | None => return Err(GuardRefusal::NotGraphQl),
                Some(_) => {}
            }
        }
        self.rest = characters.as_str();
        Ok(())
    }

    fn token(&mut self, first: char) -> Result<Token<'a>, GuardRefusal> {
        if first == '_' || first.is_ascii_alphabetic() {
            return Ok(Token::Name(
                self.take_while(|c| c == '_' || c.is_ascii_alphanumeric()),
            ));
        }
        if first.is_ascii_digit() || first == '-' {
            self.rest = self.rest.strip_prefix(first).unwrap_or_default();
            self.take_while(|c| c.is_ascii_digit());
            return Ok(Token::Literal);
        }
        if let Some(rest) = self.rest.strip_prefix("...") {
            self.rest = rest;
            return Ok(Token::Spread);
        }
        if let Some(rest) = self.rest.strip_prefix("\"\"\"") {
            self.rest = rest;
            return self.block_string().map(|()| Token::Literal);
        }
        self.rest = self.rest.strip_prefix(first).unwrap_or_default();
        if first == '"' {
            return self.string().map(|()| Token::Literal);
        }
        Ok(Token::Sign(u8::try_from(first).unwrap_or(b'?')))
    }
}

/// Whether what follows `\u` stands for U+0000.
fn is_nul(escape: &str) -> bool {
    let digits = escape.strip_prefix('{').filter(|digits| digits.starts_with('0'));
    escape.starts_with("0000") || digits.is_some_and(|digits| digits.trim_start_matches('0').starts_with('}'))
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Result<Token<'a>, GuardRefusal>;

    fn next(&mut self) -> Option<Self::Item> {
        self.skip_ignored();
        let first = self.rest.chars().next()?;
        Some(self.token(first))
    }
}
