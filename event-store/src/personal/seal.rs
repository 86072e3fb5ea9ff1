//! Keys, and sealing personal values with them; `unseal` opens them again.
//!
//! `{"$personal": value}` becomes `{"$sealed": "v1:SUBJECT:BASE64"}`, where the bytes are nonce, ciphertext and tag of
//! AES-256-GCM under the subject's key, bound to the subject's name. The subject stands in the sealed value itself: it
//! need not be guessed from the stream, and one stream may hold values of several people.

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::{SecureRandom, SystemRandom},
};
use serde_json::{Map, Value};

use crate::canonical::{NotCanonical, canonical};

/// Marks a value that is to be sealed.
pub(crate) const PERSONAL: &str = "$personal";
/// Stands, as `{"$withheld": true}`, where a reader may not see a value, so that it is told apart from one never given.
pub(crate) const WITHHELD: &str = "$withheld";
/// Marks a value that is sealed.
pub(crate) const SEALED: &str = "$sealed";
pub(crate) const FORMAT: &str = "v1";
const KEY_BYTES: usize = 32;

/// The key that wraps everybody's keys; it never reaches the database.
#[derive(Clone)]
pub struct MasterKey([u8; KEY_BYTES]);

impl MasterKey {
    /// A key of 32 random bytes from the configuration.
    #[must_use]
    pub const fn new(key: [u8; KEY_BYTES]) -> Self {
        Self(key)
    }
}

/// Never prints the key.
impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// Text that is not a master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the master key must be 32 bytes in base64: make one with `openssl rand -base64 32`")]
pub struct InvalidMasterKey;

impl std::str::FromStr for MasterKey {
    type Err = InvalidMasterKey;

    fn from_str(text: &str) -> Result<Self, InvalidMasterKey> {
        let bytes = BASE64_STANDARD
            .decode(text.trim())
            .map_err(|_| InvalidMasterKey)?;
        bytes.try_into().map(Self).map_err(|_| InvalidMasterKey)
    }
}

/// The cipher failed; it never says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable;

/// The master key, ready to unwrap many.
pub(crate) struct Unwrapping(LessSafeKey);

impl fmt::Debug for Unwrapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unwrapping(…)")
    }
}

impl Unwrapping {
    pub(crate) fn with(master: &MasterKey) -> Result<Self, Unreadable> {
        cipher(&master.0).map(Self)
    }

    /// A kept key.
    pub(crate) fn unwrap(&self, subject: &str, wrapped: &[u8]) -> Result<SubjectKey, Unreadable> {
        decrypt(&self.0, subject, wrapped.to_vec())
            .and_then(|key| cipher(&key))
            .map(SubjectKey)
    }
}

/// One person's key.
pub(crate) struct SubjectKey(LessSafeKey);

impl fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectKey(…)")
    }
}

impl SubjectKey {
    /// Makes a new key, wrapped for keeping.
    pub(crate) fn make(master: &MasterKey, subject: &str) -> Result<Vec<u8>, Unreadable> {
        let key: [u8; KEY_BYTES] = random()?;
        encrypt(&cipher(&master.0)?, subject, key.to_vec())
    }

    /// A kept key.
    pub(crate) fn unwrap(master: &MasterKey, subject: &str, wrapped: &[u8]) -> Result<Self, Unreadable> {
        Unwrapping::with(master)?.unwrap(subject, wrapped)
    }

    fn seal(&self, subject: &str, value: &Value) -> Result<Value, NotSealable> {
        if subject.contains(['"', '\\']) || subject.contains(char::is_control) {
            return Err(NotSealable::Subject);
        }
        let plain = canonical(value)?.into_bytes();
        let sealed = encrypt(&self.0, subject, plain).map_err(|_| NotSealable::Cipher)?;
        let text = format!("{FORMAT}:{subject}:{}", BASE64_STANDARD.encode(sealed));
        Ok(sole(SEALED, Value::String(text)))
    }

    /// The canonical text of a sealed value.
    pub(crate) fn open(&self, subject: &str, sealed: &str) -> Result<String, Unreadable> {
        let bytes = BASE64_STANDARD.decode(sealed).map_err(|_| Unreadable)?;
        let plain = decrypt(&self.0, subject, bytes)?;
        String::from_utf8(plain).map_err(|_| Unreadable)
    }
}

/// Why a payload cannot be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotSealable {
    #[error("a $personal value must be the only member of its object")]
    NotAlone,
    #[error("the member name $sealed is the log's own")]
    Reserved,
    #[error("a personal value is not acceptable: {0}")]
    Value(#[from] NotCanonical),
    #[error("its subject's name holds a quotation mark, a backslash or a control character")]
    Subject,
    #[error("the cipher failed")]
    Cipher,
}

/// Whether anything in a payload is to be sealed.
pub(crate) fn has_personal(payload: &Value) -> Result<bool, NotSealable> {
    match payload {
        Value::Object(members) if members.contains_key(SEALED) => Err(NotSealable::Reserved),
        Value::Object(members) if members.contains_key(PERSONAL) => match members.len() {
            1 => Ok(true),
            _ => Err(NotSealable::NotAlone),
        },
        Value::Object(members) => any(members.values()),
        Value::Array(items) => any(items.iter()),
        _ => Ok(false),
    }
}

fn any<'a>(values: impl Iterator<Item = &'a Value>) -> Result<bool, NotSealable> {
    let mut found = false;
    for value in values {
        found |= has_personal(value)?;
    }
    Ok(found)
}

/// Seals every personal value in a payload.
pub(crate) fn seal(payload: &mut Value, subject: &str, key: &SubjectKey) -> Result<(), NotSealable> {
    match payload {
        Value::Object(members) => match members.get(PERSONAL) {
            Some(personal) => *payload = key.seal(subject, personal)?,
            None => members
                .values_mut()
                .try_for_each(|value| seal(value, subject, key))?,
        },
        Value::Array(items) => items.iter_mut().try_for_each(|value| seal(value, subject, key))?,
        _ => {}
    }
    Ok(())
}

/// An object with one member.
fn sole(name: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([(name.to_owned(), value)]))
}

fn cipher(key: &[u8]) -> Result<LessSafeKey, Unreadable> {
    let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| Unreadable)?;
    Ok(LessSafeKey::new(key))
}

fn random<const N: usize>() -> Result<[u8; N], Unreadable> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Unreadable)?;
    Ok(bytes)
}

/// Every call draws a random nonce: a key seals far fewer values than the 2^32 for which NIST SP 800-38D allows that.
fn encrypt(key: &LessSafeKey, subject: &str, mut bytes: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
    let nonce: [u8; NONCE_LEN] = random()?;
    key.seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::from(subject),
        &mut bytes,
    )
    .map_err(|_| Unreadable)?;
    let mut sealed = nonce.to_vec();
    sealed.append(&mut bytes);
    Ok(sealed)
}

fn decrypt(key: &LessSafeKey, subject: &str, mut sealed: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
    let (nonce, bytes) = sealed.split_at_mut_checked(NONCE_LEN).ok_or(Unreadable)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unreadable)?;
    key.open_in_place(nonce, Aad::from(subject), bytes)
        .map(|plain| plain.to_vec())
        .map_err(|_| Unreadable)
}

/// The reader goes on without: a question about others is answered all the same.
pub(crate) fn tell_wrong_key() {
    tracing::error!("a key does not open with the configured master key: personal data is withheld");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_log_makes_sealed_values() {
        assert_eq!(
            has_personal(&json!({"a": [{"$sealed": "x"}]})),
            Err(NotSealable::Reserved)
        );
        assert_eq!(
            has_personal(&json!({"$personal": 1, "b": 2})),
            Err(NotSealable::NotAlone)
        );
        assert_eq!(has_personal(&json!({"a": {"b": 1}})), Ok(false));
        assert_eq!(has_personal(&json!({"a": [{"$personal": 1}]})), Ok(true));
    }

    #[test]
    fn another_master_key_opens_nothing() {
        let wrapped = SubjectKey::make(&MasterKey::new([1; 32]), "A1234BC").unwrap();
        assert!(SubjectKey::unwrap(&MasterKey::new([2; 32]), "A1234BC", &wrapped).is_err());
        assert!(SubjectKey::unwrap(&MasterKey::new([1; 32]), "B1234BC", &wrapped).is_err());
    }

    #[test]
    fn a_master_key_is_read_from_base64_and_never_printed() {
        let key: MasterKey = BASE64_STANDARD.encode([9; 32]).parse().unwrap();
        assert_eq!(format!("{key:?}"), "MasterKey(…)");
        assert_eq!("c2hvcnQ=".parse::<MasterKey>().unwrap_err(), InvalidMasterKey);
    }
}
