//! Lines and columns of a document.

use apollo_compiler::{Node, parser::SourceSpan};
use async_graphql::Pos;

/// Where the lines of a text begin.
pub(super) struct Lines {
    text: Box<str>,
    starts: Vec<usize>,
    ascii: bool,
}

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        let breaks = text.match_indices(['\n', '\r']).filter_map(|(at, found)| {
            let next = at.saturating_add(1);
            // A carriage return and the line feed behind it are one break.
            let pair = found == "\r" && text.as_bytes().get(next) == Some(&b'\n');
            (!pair).then_some(next)
        });
        Self {
            starts: std::iter::once(0).chain(breaks).collect(),
            ascii: text.is_ascii(),
            text: text.into(),
        }
    }

    /// The line and column of a byte, both from 1; a column counts characters.
    pub(super) fn position(&self, offset: usize) -> Pos {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self
            .starts
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or_default();
        let before = if self.ascii {
            offset.saturating_sub(start)
        } else {
            self.text
                .get(start..offset)
                .map_or(0, |before| before.chars().count())
        };
        Pos {
            line,
            column: before.saturating_add(1),
        }
    }

    pub(super) fn start_of(&self, span: Option<SourceSpan>) -> Pos {
        span.map_or_else(Pos::default, |span| self.position(span.offset()))
    }

    pub(super) fn node<T>(&self, node: &Node<T>) -> Pos {
        self.start_of(node.location())
    }
}
