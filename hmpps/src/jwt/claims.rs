//! What a token may say: each claim that is used has a form, and a token with another is none of hmpps-auth's.

use std::collections::BTreeSet;

use jsonwebtoken::{Algorithm, Header};
use serde::Deserialize;

use super::{TokenError, VerifiedToken};

/// The longest user name, client, scope, authority or key id, in bytes: several times as long as those of hmpps-auth.
const LONGEST_IDENTIFIER: usize = 256;
/// The longest name of a person, in bytes.
const LONGEST_NAME: usize = 512;
/// Scopes, and authorities, that one token may have.
const MOST: usize = 500;

/// A user name, client, scope, authority or key id: some characters, none of them a space or a control character, that are
/// no step in a path, because addresses of other services hold user names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Identifier(String);

/// Whether this can be a user name, client, scope or authority in a token of hmpps-auth.
#[must_use]
pub fn is_identifier(text: &str) -> bool {
    Identifier::try_from(text.to_owned()).is_ok()
}

/// The name of a person: text of one line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct PersonName(String);

/// Scopes or authorities.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "BTreeSet<Identifier>")]
struct Identifiers(BTreeSet<String>);

/// Why a claim is refused; what it says is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a claim has not the form that it has in tokens of hmpps-auth")]
pub(super) struct BadClaim;

impl TryFrom<String> for Identifier {
    type Error = BadClaim;

    fn try_from(text: String) -> Result<Self, BadClaim> {
        let fits = !text.is_empty() && text.len() <= LONGEST_IDENTIFIER;
        let odd = |character: char| character.is_control() || character.is_whitespace();
        let is_step = matches!(text.as_str(), "." | "..");
        if fits && !is_step && !text.contains(odd) {
            Ok(Self(text))
        } else {
            Err(BadClaim)
        }
    }
}

impl TryFrom<String> for PersonName {
    type Error = BadClaim;

    fn try_from(text: String) -> Result<Self, BadClaim> {
        let fits = !text.trim().is_empty() && text.len() <= LONGEST_NAME;
        if fits && !text.contains(char::is_control) {
            Ok(Self(text))
        } else {
            Err(BadClaim)
        }
    }
}

impl TryFrom<BTreeSet<Identifier>> for Identifiers {
    type Error = BadClaim;

    fn try_from(identifiers: BTreeSet<Identifier>) -> Result<Self, BadClaim> {
        if identifiers.len() > MOST {
            return Err(BadClaim);
        }
        let texts = identifiers.into_iter().map(|Identifier(text)| text);
        Ok(Self(texts.collect()))
    }
}

/// The claims that are used, and those by which others of the same token can be told wrong.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    user_name: Option<Identifier>,
    #[serde(rename = "sub")]
    _sub: Option<Identifier>,
    name: Option<PersonName>,
    client_id: Identifier,
    #[serde(default)]
    scope: Identifiers,
    #[serde(default)]
    authorities: Identifiers,
    exp: u64,
}

impl From<Claims> for VerifiedToken {
    fn from(claims: Claims) -> Self {
        Self {
            username: claims.user_name.map(|Identifier(text)| text),
            name: claims.name.map(|PersonName(text)| text),
            client_id: claims.client_id.0,
            scopes: claims.scope.0,
            authorities: claims.authorities.0,
            expires_at: claims.exp,
        }
    }
}

/// The id of the key that a header names. Checked before a key is chosen, so that no token says how it wants to be checked;
/// and what it says must be understood (`crit`) is not.
pub(super) fn key_id(header: Header) -> Result<String, TokenError> {
    if header.alg != Algorithm::RS256 || header.crit.is_some() {
        return Err(TokenError::Malformed);
    }
    let id = header.kid.ok_or(TokenError::Malformed)?;
    let Identifier(id) = id.try_into().map_err(|BadClaim| TokenError::Malformed)?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(claim: &str, value: Value) -> Option<VerifiedToken> {
        let mut claims = json!({
            "user_name": "LEI_HOMD", "sub": "LEI_HOMD", "name": "Harriet Head", "client_id": "moic",
            "scope": ["read"], "authorities": ["ROLE_ALLOC_MGR"], "exp": 1,
        });
        claims[claim] = value;
        serde_json::from_value::<Claims>(claims).ok().map(Into::into)
    }

    #[test]
    fn a_claim_that_has_not_its_form_makes_the_token_none() {
        let long = |length: usize| Value::from("x".repeat(length));
        let odd = ["", " ", "a\0b", "\u{0}", "a\nb", "a\u{7f}", "a\u{85}b"].map(Value::from);
        let never = [json!(7), json!({}), json!([]), json!(true), long(513)];
        for claim in ["user_name", "sub", "name", "client_id"] {
            for value in odd.iter().chain(&never) {
                assert_eq!(read(claim, value.clone()), None, "{claim}: {value}");
            }
        }
        for claim in ["user_name", "sub", "client_id"] {
            for value in [
                long(257),
                json!("a b"),
                json!("a\u{2028}b"),
                json!("."),
                json!(".."),
            ] {
                assert_eq!(read(claim, value.clone()), None, "{claim}: {value}");
            }
        }
        for claim in ["scope", "authorities"] {
            for value in odd.iter().chain(&[json!(7), long(257)]) {
                assert_eq!(
                    read(claim, json!(["ROLE_ALLOC_MGR", value])),
                    None,
                    "{claim}: {value}"
                );
                assert_eq!(read(claim, value.clone()), None, "{claim}: {value}");
            }
            let many: Vec<_> = (0..=MOST).map(|n| n.to_string()).collect();
            assert_eq!(read(claim, json!(many)), None, "{claim}: too many");
        }
        for value in [json!(-1), json!(1.5), json!("1"), json!(null)] {
            assert_eq!(read("exp", value.clone()), None, "{value}");
        }
        assert_eq!(read("client_id", Value::Null), None);
    }

    #[test]
    fn claims_as_hmpps_auth_makes_them_are_read() {
        for name in ["Seán O’Brien-Ŵyn", "李 明", "x"] {
            let read = read("name", json!(name)).unwrap();
            assert_eq!(read.name.as_deref(), Some(name));
        }
        for username in [
            "LEI_HOMD",
            "someone@example.invalid",
            "b2f6a7f0-0000-4000-8000-000000000000",
        ] {
            assert_eq!(
                read("user_name", json!(username)).unwrap().username.as_deref(),
                Some(username)
            );
        }
        let system = read("user_name", Value::Null).unwrap();
        assert_eq!((system.username, &*system.client_id), (None, "moic"));
    }

    #[test]
    fn a_header_names_a_key_and_asks_for_nothing_else() {
        let named = |kid: &str| Header {
            kid: Some(kid.to_owned()),
            ..Header::new(Algorithm::RS256)
        };
        assert_eq!(key_id(named("key")).unwrap(), "key");
        let with_crit = |crit: &[&str]| Header {
            crit: Some(crit.iter().map(|&name| name.to_owned()).collect()),
            ..named("key")
        };
        for header in [
            Header::new(Algorithm::RS256),
            Header {
                alg: Algorithm::HS256,
                ..named("key")
            },
            Header {
                alg: Algorithm::RS512,
                ..named("key")
            },
            named(""),
            named("a\0b"),
            named(&"x".repeat(257)),
            with_crit(&["b64"]),
            with_crit(&["exp"]),
            with_crit(&[]),
        ] {
            assert_eq!(key_id(header), Err(TokenError::Malformed));
        }
    }
}
