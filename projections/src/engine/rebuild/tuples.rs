//! Events in the binary format of `COPY`: a header, then tuples of length-prefixed fields.

use bytes::{Buf, Bytes, BytesMut};
use event_store::Position;

use crate::envelope::SerializedEnvelope;

/// Signature, flags, and the length of an extension that is always empty.
const HEADER: usize = 19;
/// The number of fields that stands for the end.
const END: i16 = -1;
/// The columns of [`EventTuple`].
const FIELDS: usize = 7;

/// The selected columns, in the order in which they are read.
pub(super) const COLUMNS: &str = "position, stream_id, version, event_type, schema_version";

/// Cuts the bytes from the database into tuples, wherever the chunks end.
#[derive(Debug, Default)]
pub(super) struct Cutter {
    header_seen: bool,
    rest: BytesMut,
}

/// The bytes of one event.
#[derive(Debug, Clone)]
pub(super) struct EventTuple(Bytes);

/// The bytes are not the tuples that the statement selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

impl Cutter {
    /// Takes a chunk and passes on the tuples that are complete.
    pub(super) fn cut(&mut self, chunk: &Bytes, mut each: impl FnMut(EventTuple)) -> Result<(), Malformed> {
        self.rest.extend_from_slice(chunk);
        if !self.header_seen {
            if self.rest.len() < HEADER {
                return Ok(());
            }
            self.rest.advance(HEADER);
            self.header_seen = true;
        }
        while let Some(length) = tuple_length(&self.rest)? {
            if length == 0 {
                self.rest.clear();
                return Ok(());
            }
            each(EventTuple(self.rest.split_to(length).freeze()));
        }
        Ok(())
    }
}

/// The length of the first tuple; none when it is not complete, 0 at the end.
fn tuple_length(bytes: &[u8]) -> Result<Option<usize>, Malformed> {
    let Some((count, mut rest)) = bytes.split_first_chunk() else {
        return Ok(None);
    };
    match i16::from_be_bytes(*count) {
        END => return Ok(Some(0)),
        count if usize::try_from(count) == Ok(FIELDS) => {}
        _ => return Err(Malformed),
    }
    for _ in 0..FIELDS {
        let Some((length, after)) = rest.split_first_chunk() else {
            return Ok(None);
        };
        // -1 is null: no bytes.
        let length = usize::try_from(i32::from_be_bytes(*length)).unwrap_or(0);
        let Some(after) = after.get(length..) else {
            return Ok(None);
        };
        rest = after;
    }
    Ok(bytes.len().checked_sub(rest.len()))
}

impl EventTuple {
    fn fields(&self) -> impl Iterator<Item = Option<&[u8]>> {
        let mut rest = self.0.get(2..).unwrap_or_default();
        std::iter::from_fn(move || {
            let (length, after) = rest.split_first_chunk()?;
            // -1 is null.
            let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) else {
                rest = after;
                return Some(None);
            };
            let (field, after) = after.split_at_checked(length)?;
            rest = after;
            Some(Some(field))
        })
    }

    /// The event's position and stream.
    pub(super) fn address(&self) -> Result<(Position, &str), Malformed> {
        let mut fields = self.fields();
        let position = fields.next().flatten().ok_or(Malformed)?;
        let stream = fields.next().flatten().ok_or(Malformed)?;
        Ok((Position::new(number(position)?), text(stream)?))
    }

    /// The event, still sealed; none when the statement left its category out.
    pub(super) fn event(&self) -> Result<Option<SerializedEnvelope<'_>>, Malformed> {
        let mut fields = self.fields();
        let mut next = || fields.next().ok_or(Malformed);
        let position = Position::new(number(next()?.ok_or(Malformed)?)?);
        let stream = text(next()?.ok_or(Malformed)?)?;
        let version = u64::try_from(number(next()?.ok_or(Malformed)?)?).map_err(|_| Malformed)?;
        let event_type = text(next()?.ok_or(Malformed)?)?;
        let schema_version = i16::from_be_bytes(next()?.ok_or(Malformed)?.try_into().map_err(|_| Malformed)?);
        let (payload, metadata) = (next()?, next()?);
        let Some(payload) = payload else { return Ok(None) };
        Ok(Some(SerializedEnvelope {
            position,
            stream,
            version,
            event_type,
            schema_version,
            payload: text(payload)?,
            metadata: metadata.map_or(Ok(""), text)?,
        }))
    }
}

fn number(field: &[u8]) -> Result<i64, Malformed> {
    field.try_into().map(i64::from_be_bytes).map_err(|_| Malformed)
}

fn text(field: &[u8]) -> Result<&str, Malformed> {
    std::str::from_utf8(field).map_err(|_| Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(out: &mut Vec<u8>, bytes: Option<&[u8]>) {
        let length = bytes.map_or(-1, |bytes| i32::try_from(bytes.len()).unwrap());
        out.extend(length.to_be_bytes());
        out.extend(bytes.unwrap_or_default());
    }

    fn tuple(position: i64, payload: Option<&[u8]>) -> Vec<u8> {
        let mut out = 7_i16.to_be_bytes().to_vec();
        field(&mut out, Some(&position.to_be_bytes()));
        field(&mut out, Some(b"case-A1234BC"));
        field(&mut out, Some(&1_i64.to_be_bytes()));
        field(&mut out, Some(b"CaseInformationClosed"));
        field(&mut out, Some(&1_i16.to_be_bytes()));
        field(&mut out, payload);
        field(&mut out, None);
        out
    }

    #[test]
    fn tuples_are_cut_out_wherever_the_chunks_end() {
        let mut bytes = vec![0; HEADER];
        bytes.extend(tuple(1, Some(b"\"CaseInformationClosed\"")));
        bytes.extend(tuple(2, None));
        bytes.extend(END.to_be_bytes());
        for size in 1..bytes.len() {
            let mut cutter = Cutter::default();
            let mut tuples = Vec::new();
            for chunk in bytes.chunks(size) {
                cutter
                    .cut(&Bytes::copy_from_slice(chunk), |tuple| tuples.push(tuple))
                    .unwrap();
            }
            assert_eq!(tuples.len(), 2, "in chunks of {size}");
            assert_eq!(tuples[0].address(), Ok((Position::new(1), "case-A1234BC")));
            let event = tuples[0].event().unwrap().unwrap();
            assert_eq!(
                (event.version, event.payload, event.metadata),
                (1, "\"CaseInformationClosed\"", "")
            );
            assert!(tuples[1].event().unwrap().is_none());
        }
    }

    #[test]
    fn other_bytes_are_refused() {
        let mut bytes = vec![0; HEADER];
        bytes.extend(8_i16.to_be_bytes());
        assert_eq!(Cutter::default().cut(&Bytes::from(bytes), |_| ()), Err(Malformed));
        let mut no_text = Cutter::default();
        let mut bytes = vec![0; HEADER];
        bytes.extend(tuple(1, Some(b"\xff{}")));
        let mut tuples = Vec::new();
        no_text
            .cut(&Bytes::from(bytes), |tuple| tuples.push(tuple))
            .unwrap();
        assert_eq!(tuples[0].event().unwrap_err(), Malformed);
    }
}
