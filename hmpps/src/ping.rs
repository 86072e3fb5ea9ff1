//! Whether an upstream service is there, as health reports say it.

use std::time::Duration;

use reqwest::Client;

/// A service that needs longer than this counts as down.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// What a ping found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ping {
    /// Whether it answered with success.
    pub up: bool,
    /// The status it answered with, such as `200 OK`, or why there was no answer.
    pub detail: String,
}

/// Pings a service at its address: `{base_url}/health/ping`, whose text nobody reads, because some say `pong`.
pub async fn ping(http: &Client, base_url: &str) -> Ping {
    let url = format!("{}/health/ping", base_url.trim_end_matches('/'));
    match http.get(url).timeout(LONGEST_WAIT).send().await {
        Ok(response) => Ping {
            up: response.status().is_success(),
            detail: response.status().to_string(),
        },
        Err(error) if error.is_timeout() => Ping {
            up: false,
            detail: "no answer in 2 seconds".to_owned(),
        },
        Err(_) => Ping {
            up: false,
            detail: "no connection".to_owned(),
        },
    }
}
