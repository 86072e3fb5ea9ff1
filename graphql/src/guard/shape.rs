//! The shape of a document, counted in one pass. Memory does not grow with nesting or repetition.

use super::{
    GuardRefusal, Limits,
    lexer::{Lexer, Token},
};

/// An operation or fragment: its own fields, and the fragments that it takes in.
#[derive(Debug, Default)]
pub(super) struct Definition<'a> {
    /// A fragment's name; none for an operation.
    pub(super) fragment: Option<&'a str>,
    pub(super) fields: usize,
    pub(super) root_fields: usize,
    pub(super) spreads: Vec<&'a str>,
    pub(super) root_spreads: Vec<&'a str>,
}

/// The content of a bracket.
#[derive(Clone, Copy)]
enum Bracket {
    /// Fields; `root` when they are those of the definition itself.
    Selection { root: bool },
    /// Arguments, variables, lists and input objects.
    Values,
}

/// The meaning of the next name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// The word that begins a definition, or in a selection a field.
    Item,
    /// The name of an operation, a type or a directive.
    Label,
    /// The name of the fragment that is being defined.
    FragmentName,
    /// The name of the fragment taken in, or `on`.
    SpreadName,
}

pub(super) struct Shape<'a> {
    limits: Limits,
    open: Vec<Bracket>,
    next: Next,
    /// Whether the last token was a field's name, which a colon turns into an alias.
    after_field: bool,
    /// Whether a bracket that opens now belongs to an inline fragment.
    inline: bool,
    aliases: usize,
    directives: usize,
    fragments: usize,
    current: Definition<'a>,
    definitions: Vec<Definition<'a>>,
}

impl<'a> Shape<'a> {
    /// Counts the parts of a document, and stops at the first exceeded limit.
    pub(super) fn of(document: &'a str, limits: Limits) -> Result<Vec<Definition<'a>>, GuardRefusal> {
        let mut shape = Self {
            limits,
            open: Vec::new(),
            next: Next::Item,
            after_field: false,
            inline: false,
            aliases: 0,
            directives: 0,
            fragments: 0,
            current: Definition::default(),
            definitions: Vec::new(),
        };
        for (number, token) in Lexer::new(document).enumerate() {
            if number >= limits.tokens {
                return Err(GuardRefusal::TooManyTokens(limits.tokens));
            }
            shape.take(token?)?;
        }
        Ok(shape.definitions)
    }

    fn take(&mut self, token: Token<'a>) -> Result<(), GuardRefusal> {
        let after_field = std::mem::take(&mut self.after_field);
        match token {
            Token::Sign(b'@') => {
                count(
                    &mut self.directives,
                    self.limits.directives,
                    GuardRefusal::TooManyDirectives,
                )?;
                self.label_follows();
            }
            Token::Sign(b'{') => self.open_brace()?,
            Token::Sign(b'(' | b'[') => self.open(Bracket::Values)?,
            Token::Sign(b'}' | b')' | b']') => self.close(),
            Token::Sign(b':') if after_field => {
                self.current.fields = self.current.fields.saturating_sub(1);
                if self.at_root() {
                    self.current.root_fields = self.current.root_fields.saturating_sub(1);
                }
                count(
                    &mut self.aliases,
                    self.limits.aliases,
                    GuardRefusal::TooManyAliases,
                )?;
            }
            Token::Spread => {
                self.next = Next::SpreadName;
                self.inline = true;
            }
            Token::Name(name) => match self.open.last() {
                None => self.name_outside(name)?,
                Some(Bracket::Selection { .. }) => self.name_inside(name),
                Some(Bracket::Values) => {}
            },
            Token::Sign(_) | Token::Literal => {}
        }
        Ok(())
    }

    /// Names inside arguments are not counted.
    fn label_follows(&mut self) {
        if !matches!(self.open.last(), Some(Bracket::Values)) {
            self.next = Next::Label;
        }
    }

    fn name_outside(&mut self, name: &'a str) -> Result<(), GuardRefusal> {
        match (self.next, name) {
            (Next::Item, "query" | "mutation" | "subscription") => self.next = Next::Label,
            (Next::Item, "fragment") => {
                count(
                    &mut self.fragments,
                    self.limits.fragments,
                    GuardRefusal::TooManyFragments,
                )?;
                self.next = Next::FragmentName;
            }
            (Next::Item, _) => return Err(GuardRefusal::NotGraphQl),
            (Next::FragmentName, "on") => return Err(GuardRefusal::FragmentName),
            (Next::FragmentName, name) => {
                self.current.fragment = Some(name);
                self.next = Next::Label;
            }
            (Next::Label | Next::SpreadName, _) => {}
        }
        Ok(())
    }

    fn name_inside(&mut self, name: &'a str) {
        match (self.next, name) {
            (Next::SpreadName, "on") => self.next = Next::Label,
            (Next::SpreadName, name) => {
                self.inline = false;
                self.next = Next::Item;
                self.current.spreads.push(name);
                if self.at_root() {
                    self.current.root_spreads.push(name);
                }
            }
            (Next::Label, _) => self.next = Next::Item,
            (Next::Item | Next::FragmentName, _) => {
                self.after_field = true;
                self.inline = false;
                self.current.fields = self.current.fields.saturating_add(1);
                if self.at_root() {
                    self.current.root_fields = self.current.root_fields.saturating_add(1);
                }
            }
        }
    }

    fn at_root(&self) -> bool {
        matches!(self.open.last(), Some(Bracket::Selection { root: true }))
    }

    fn open_brace(&mut self) -> Result<(), GuardRefusal> {
        let bracket = match self.open.last() {
            None => Bracket::Selection { root: true },
            Some(Bracket::Selection { root }) => Bracket::Selection {
                root: *root && self.inline,
            },
            Some(Bracket::Values) => Bracket::Values,
        };
        if matches!(bracket, Bracket::Selection { .. }) {
            self.next = Next::Item;
            self.inline = false;
        }
        self.open(bracket)
    }

    fn open(&mut self, bracket: Bracket) -> Result<(), GuardRefusal> {
        if self.open.len() >= self.limits.depth {
            return Err(GuardRefusal::TooDeep(self.limits.depth));
        }
        self.open.push(bracket);
        Ok(())
    }

    fn close(&mut self) {
        let closed = self.open.pop();
        if matches!(closed, Some(Bracket::Selection { .. })) {
            self.next = Next::Item;
            self.inline = false;
            if self.open.is_empty() {
                self.definitions.push(std::mem::take(&mut self.current));
            }
        }
    }
}

fn count(counter: &mut usize, limit: usize, refusal: fn(usize) -> GuardRefusal) -> Result<(), GuardRefusal> {
    *counter = counter.saturating_add(1);
    if *counter > limit {
        Err(refusal(limit))
    } else {
        Ok(())
    }
}
