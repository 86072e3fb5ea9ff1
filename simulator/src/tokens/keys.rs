//! RSA keys: made, kept in a file, published and signed with.

use std::{
    fs,
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey},
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD as URL},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{KeyFile, TokenFault};

/// A key pair under its id.
#[derive(Debug)]
pub(super) struct SigningKey {
    kid: String,
    pair: KeyPair,
}

impl SigningKey {
    pub(super) fn generate() -> Result<Self, TokenFault> {
        KeyPair::generate(KeySize::Rsa2048)
            .map(Self::new)
            .map_err(|_| TokenFault::Cryptography)
    }

    /// The id is taken from the public key, so that one key has one id wherever it is read.
    fn new(pair: KeyPair) -> Self {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, pair.public_key().as_ref());
        Self {
            kid: URL.encode(digest.as_ref().get(..12).unwrap_or_default()),
            pair,
        }
    }

    /// The public half as a JSON Web Key.
    pub(super) fn public(&self) -> Value {
        let key = self.pair.public_key();
        json!({
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.kid,
            "n": URL.encode(key.modulus().big_endian_without_leading_zero()),
            "e": URL.encode(key.exponent().big_endian_without_leading_zero()),
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
        let mut signature = vec![0; self.pair.public_modulus_len()];
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
        KeyPair::from_pkcs8(&der)
            .map(SigningKey::new)
            .map_err(|_| content())
    });
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() {
        Err(content())
    } else {
        Ok(Some(keys))
    }
}

pub(super) fn write(path: &Path, keys: &[SigningKey]) -> Result<(), TokenFault> {
    let keys = keys.iter().map(|key| {
        let der = key.pair.as_der().map_err(|_| TokenFault::Cryptography)?;
        Ok(BASE64_STANDARD.encode(der.as_ref()))
    });
    let file = KeyFile {
        keys: keys.collect::<Result<_, _>>()?,
    };
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
