//! The cases of an input, as JSON lines or as a document, read one after the other. None is kept after its answer.

use std::io::{self, BufRead, Read};

use serde::{Deserialize, de::IgnoredAny};

use crate::{
    PolicyError,
    case::{CaseError, CasePosition, MAX_LINE_BYTES, Take, read_case},
    document::each_of_document,
};

/// How many bytes of the first line decide whether the input is a document.
const HEAD: u64 = 64 << 10;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// What a case may begin with.
const MEMBERS: [&str; 9] = [
    "id", "kind", "function", "tags", "now", "today", "given", "expect", "source",
];

/// Hands every case of the input to `take`.
///
/// # Errors
/// When the input is a document and a broken one, or reading or `take` fails.
pub(crate) fn each_case(mut input: impl BufRead, take: &mut Take<'_>) -> Result<(), PolicyError> {
    let (head, blank_lines) = first_words(&mut input)?;
    let is_document = begins_document(&head);
    let input = io::Cursor::new(head).chain(input);
    if is_document {
        each_of_document(input, take)
    } else {
        each_line(input, blank_lines, take)
    }
}

fn each_line(mut input: impl BufRead, blank_lines: u64, take: &mut Take<'_>) -> Result<(), PolicyError> {
    let mut line = Vec::new();
    for number in blank_lines.saturating_add(1).. {
        let whole = read_line(&mut input, &mut line)?;
        if line.is_empty() {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let case = if whole {
            read_case(line.trim_ascii_end())
        } else {
            Err(CaseError::TooLong)
        };
        take(CasePosition::Line(number), case)?;
    }
    Ok(())
}

/// The beginning of the first line that says anything, without the mark that some editors put before it, and how many
/// lines come before.
fn first_words(input: &mut impl BufRead) -> io::Result<(Vec<u8>, u64)> {
    let mut head = Vec::new();
    for blank_lines in 0.. {
        head.clear();
        input.by_ref().take(HEAD).read_until(b'\n', &mut head)?;
        if blank_lines == 0 && head.starts_with(BYTE_ORDER_MARK) {
            head.drain(..BYTE_ORDER_MARK.len());
        }
        if head.is_empty() || !head.trim_ascii().is_empty() {
            return Ok((head, blank_lines));
        }
    }
    Ok((head, 0))
}

/// Whether the input is a document with a list of cases: an object that neither begins as a case does nor is all of a
/// line, or one with `cases`; or a list.
fn begins_document(head: &[u8]) -> bool {
    let text = head.trim_ascii();
    if let Some(members) = text.strip_prefix(b"{") {
        let complete = serde_json::from_slice::<Document>(text);
        return match complete {
            Ok(document) => document.cases.is_some(),
            Err(error) => error.is_eof() && !begins_case(members),
        };
    }
    let members = text.strip_prefix(b"[").map(<[u8]>::trim_ascii_start);
    members.is_some_and(|members| members.is_empty() || members.starts_with(b"{"))
}

/// Whether the first member is one of a case's.
fn begins_case(members: &[u8]) -> bool {
    let name = members.trim_ascii_start().strip_prefix(b"\"");
    let name = name.and_then(|rest| rest.split(|byte| *byte == b'"').next());
    name.is_some_and(|name| MEMBERS.iter().any(|member| member.as_bytes() == name))
}

/// Reads a line, empty at the end of the input; false when it is too long.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    input.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', line)?;
    if line.ends_with(b"\n") || input.fill_buf()?.is_empty() {
        return Ok(true);
    }
    skip_line(input)?;
    Ok(false)
}

#[derive(Deserialize)]
struct Document {
    cases: Option<IgnoredAny>,
}

fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        let (used, ended) = match buffer.iter().position(|byte| *byte == b'\n') {
            Some(end) => (end.saturating_add(1), true),
            None => (buffer.len(), false),
        };
        input.consume(used);
        if ended {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"id":"a","kind":"k","given":{}}"#;

    /// Where each case stands, and whether it is one.
    fn met(input: &str) -> Vec<(CasePosition, bool)> {
        let mut met = Vec::new();
        each_case(input.as_bytes(), &mut |place, case| {
            met.push((place, case.is_ok()));
            Ok(())
        })
        .unwrap();
        met
    }

    #[test]
    fn a_bad_first_line_costs_itself_alone() {
        let deep = "[".repeat(100_000);
        for bad in [
            r#"{"id":"x","#,
            r#"{"id":"x","kind":"#,
            &deep,
            "{}",
            "[1,",
            "nonsense",
        ] {
            let lines = met(&format!("\n{bad}\n{GOOD}\n"));
            assert_eq!(
                lines,
                [(CasePosition::Line(2), false), (CasePosition::Line(3), true)],
                "{bad:.20}"
            );
        }
    }

    #[test]
    fn a_document_is_known_by_how_it_begins() {
        for document in [
            format!(r#"{{"rule":"r","cases":[{GOOD}]}}"#),
            format!("{{\n\"rule\": \"r\",\n\"cases\": [\n{GOOD}]}}"),
            format!("{{\"rule\":\"r\"\n,\"cases\":[{GOOD}]}}"),
            format!("\u{feff}{{\n\"cases\": [{GOOD}]}}"),
            format!("[{GOOD}]"),
            format!("[\n{GOOD}\n]"),
        ] {
            assert_eq!(met(&document), [(CasePosition::Case(1), true)], "{document}");
        }
    }

    #[test]
    fn a_document_may_be_longer_than_a_line() {
        let padding = " ".repeat(usize::try_from(MAX_LINE_BYTES).unwrap());
        let document = format!(r#"{{"rule":"r",{padding}"cases":[{GOOD}]}}"#);
        assert_eq!(met(&document), [(CasePosition::Case(1), true)]);
        let line = format!(r#"{{"id":"x",{padding}"kind":"k","given":{{}}}}"#);
        assert_eq!(
            met(&format!("{line}\n{GOOD}")),
            [(CasePosition::Line(1), false), (CasePosition::Line(2), true)]
        );
    }

    #[test]
    fn the_mark_of_an_editor_is_passed_over() {
        assert_eq!(met(&format!("\u{feff}{GOOD}\r\n{GOOD}")).len(), 2);
    }
}
