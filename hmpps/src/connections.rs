//! The clients of all upstream services, made from the table and the configuration.

use std::{collections::BTreeMap, fmt, sync::Arc};

use commands::ports::Ports;
use reqwest::Client;

use crate::{
    transport::{Authorisation, ClientCredentials, HttpClientFault, UpstreamClient, http_client},
    upstreams::{Credential, HMPPS_AUTH, UPSTREAMS, Upstream},
};

/// The address of each upstream service, and its key where it wants one.
#[derive(Clone, Default)]
pub struct UpstreamSettings {
    addresses: BTreeMap<String, String>,
    keys: BTreeMap<String, String>,
}

/// This service's client at hmpps-auth.
#[derive(Debug, Clone, Copy)]
pub struct OwnClient<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its secret.
    pub secret: &'a str,
}

/// The clients cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ConnectFault {
    /// The configuration has no address of this service.
    #[error("{0} has no address: set one of its environment variables")]
    NoAddress(&'static str),
    /// The configuration has no key of this service.
    #[error("{0} has no API key: set its environment variable")]
    NoKey(&'static str),
    /// The HTTP client.
    #[error(transparent)]
    Http(#[from] HttpClientFault),
}

impl UpstreamSettings {
    /// Sets an address.
    #[must_use]
    pub fn with_address(mut self, name: &str, address: &str) -> Self {
        let address = address.trim_end_matches('/').to_owned();
        self.addresses.insert(name.to_owned(), address);
        self
    }

    /// Sets an API key.
    #[must_use]
    pub fn with_key(mut self, name: &str, key: &str) -> Self {
        self.keys.insert(name.to_owned(), key.to_owned());
        self
    }

    /// The address of a service, without a slash at the end; none where the configuration has none.
    #[must_use]
    pub fn address(&self, upstream: &Upstream) -> Option<&str> {
        self.addresses.get(upstream.name).map(String::as_str)
    }
}

impl<N: AsRef<str>, A: AsRef<str>> FromIterator<(N, A)> for UpstreamSettings {
    /// From pairs of name and address.
    fn from_iter<I: IntoIterator<Item = (N, A)>>(pairs: I) -> Self {
        let add =
            |settings: Self, (name, address): (N, A)| settings.with_address(name.as_ref(), address.as_ref());
        pairs.into_iter().fold(Self::default(), add)
    }
}

/// Prints addresses, never keys.
impl fmt::Debug for UpstreamSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpstreamSettings")
            .field("addresses", &self.addresses)
            .finish_non_exhaustive()
    }
}

/// The clients of all upstream services. They share one HTTP client and this service's token.
#[derive(Debug)]
pub struct Connections {
    /// The HTTP client.
    pub http: Client,
    clients: Vec<(Upstream, Arc<UpstreamClient>)>,
}

impl Connections {
    /// Clients for every row of the table. Nothing is called yet.
    ///
    /// # Errors
    /// When a service has no address or no key, or the HTTP client cannot be made.
    pub fn new(settings: &UpstreamSettings, own: OwnClient<'_>) -> Result<Self, ConnectFault> {
        Self::to(UPSTREAMS, settings, own)
    }

    /// Clients for these rows.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn to(
        rows: &[Upstream],
        settings: &UpstreamSettings,
        own: OwnClient<'_>,
    ) -> Result<Self, ConnectFault> {
        let address = |row: &Upstream| settings.address(row).ok_or(ConnectFault::NoAddress(row.name));
        let http = http_client()?;
        let auth = address(&HMPPS_AUTH)?;
        let token = Arc::new(ClientCredentials::new(auth, own.id, own.secret, http.clone()));
        let connect = |row: &Upstream| {
            let authorisation = match row.credential {
                Credential::ClientToken => Authorisation::ClientToken(Arc::clone(&token)),
                Credential::ApiKey { header, .. } => {
                    let key = settings.keys.get(row.name);
                    let key = key.ok_or(ConnectFault::NoKey(row.name))?;
                    Authorisation::ApiKey(header, key.clone())
                }
                Credential::None => Authorisation::None,
            };
            let client = UpstreamClient::new(row, address(row)?, http.clone(), authorisation);
            Ok((*row, Arc::new(client)))
        };
        Ok(Self {
            clients: rows.iter().map(connect).collect::<Result<_, ConnectFault>>()?,
            http,
        })
    }

    /// The client of a service.
    ///
    /// # Errors
    /// When it is not among the rows.
    pub fn client(&self, upstream: &Upstream) -> Result<Arc<UpstreamClient>, ConnectFault> {
        let found = self.clients.iter().find(|(row, _)| row.name == upstream.name);
        found
            .map(|(_, client)| Arc::clone(client))
            .ok_or(ConnectFault::NoAddress(upstream.name))
    }

    /// The ports of the write side, with a client behind each that a row provides.
    #[must_use]
    pub fn ports(&self) -> Ports {
        let mut ports = Ports::default();
        for (row, client) in &self.clients {
            (row.provide)(&mut ports, Arc::clone(client));
        }
        ports
    }
}
