//! RSA keys: made, kept in a file, published and signed with.

use std::{
    fs,
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD as URL},
};
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    rsa::{KeyPair, PublicKeyComponents},
    signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey},
};
use rsa::{RsaPrivateKey, pkcs8::EncodePrivateKey, rand_core::OsRng};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{KeyFile, TokenFault};

/// The length of a new key.
const BITS: usize = 2048;

/// A key pair under its id.
#[derive(Debug)]
pub(super) struct SigningKey {
    kid: String,
    pair: KeyPair,
    /// The private key in PKCS #8, as the file keeps it.
    der: Vec<u8>,
}

impl SigningKey {
    /// A new key. The `rsa` crate only makes it, because ring cannot; ring signs with it.
    pub(super) fn generate() -> Result<Self, TokenFault> {
        let key = RsaPrivateKey::new(&mut OsRng, BITS).map_err(|_| TokenFault::Cryptography)?;
        let der = key.to_pkcs8_der().map_err(|_| TokenFault::Cryptography)?;
        Self::from_pkcs8(der.as_bytes().to_vec()).ok_or(TokenFault::Cryptography)
    }

    /// The id is derived from the public key, so that a key has the same id in every process.
    fn from_pkcs8(der: Vec<u8>) -> Option<Self> {
        let pair = KeyPair::from_pkcs8(&der).ok()?;
        let digest = digest(&SHA256, pair.public_key().as_ref());
        Some(Self {
            kid: URL.encode(digest.as_ref().get(..12).unwrap_or_default()),
            pair,
            der,
        })
    }

    /// The public half as a JSON Web Key.
    pub(super) fn public(&self) -> Value {
        let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(self.pair.public_key());
        json!({
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.kid,
            "n": URL.encode(n),
            "e": URL.encode(e),
        })
    }

    /// The claims as a compact JSON Web Signature.
    pub(super) fn sign(&self, claims: &Value) -> Result<String, TokenFault> {
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": self.kid });
        let message = format!(
            "{}.{}",
            URL.encode(header.to_string()),
            URL.encode(claims.to_string())
        );
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                message.as_bytes(),
                &mut signature,
            )
            .map_err(|_| TokenFault::Cryptography)?;
        Ok(format!("{message}.{}", URL.encode(signature)))
    }

    /// The claims of a token that this key signed.
    pub(super) fn verify<C: DeserializeOwned>(&self, token: &str) -> Option<C> {
        let (message, signature) = token.rsplit_once('.')?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.pair.public_key())
            .verify(message.as_bytes(), &URL.decode(signature).ok()?)
            .ok()?;
        serde_json::from_slice(&URL.decode(message.split_once('.')?.1).ok()?).ok()
    }
}

/// The keys of a file; none when there is no file.
pub(super) fn read(path: &Path) -> Result<Option<Vec<SigningKey>>, TokenFault> {
    let content = || TokenFault::Content {
        path: path.to_owned(),
    };
    let Some(text) = read_if_there(path)? else {
        return Ok(None);
    };
    let file: KeyFile = serde_json::from_slice(&text).map_err(|_| content())?;
    let keys = file.keys.iter().map(|key| {
        let der = BASE64_STANDARD.decode(key).map_err(|_| content())?;
        SigningKey::from_pkcs8(der).ok_or_else(content)
    });
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() {
        Err(content())
    } else {
        Ok(Some(keys))
    }
}

pub(super) fn write(path: &Path, keys: &[SigningKey]) -> Result<(), TokenFault> {
    let keys = keys.iter().map(|key| BASE64_STANDARD.encode(&key.der));
    let file = KeyFile { keys: keys.collect() };
    write_privately(path, &json!(file))
}

pub(super) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, TokenFault> {
    match fs::read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(TokenFault::File {
            path: path.to_owned(),
            source,
        }),
    }
}

/// Puts a whole new file in the old one's place, so that a reader never meets half of it.
pub(super) fn write_privately(path: &Path, content: &Value) -> Result<(), TokenFault> {
    let fresh = PathBuf::from(format!("{}.{}.new", path.display(), std::process::id()));
    let put = || {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&fresh)?;
        file.write_all(content.to_string().as_bytes())?;
        fs::rename(&fresh, path)
    };
    put().map_err(|source| TokenFault::File {
        path: path.to_owned(),
        source,
    })
}
