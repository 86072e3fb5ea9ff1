//! Whether an address is this machine's own.

use std::net::IpAddr;

/// Whether this host, with or without a port, names the loopback interface.
#[must_use]
pub(crate) fn names(host_and_port: &str) -> bool {
    let host = match host_and_port.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => host,
        _ => host_and_port,
    };
    if host.eq_ignore_ascii_case("localhost") {
        return true;
    }
    let address = match host.strip_prefix('[') {
        Some(bracketed) => bracketed.strip_suffix(']').and_then(|host| host.parse().ok()),
        None => host.parse().ok().filter(IpAddr::is_ipv4),
    };
    address.is_some_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_the_loopback_interface_are_this_machines_own() {
        for own in [
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1:8080",
            "127.9.9.9",
            "[::1]",
            "[::1]:80",
        ] {
            assert!(names(own), "{own}");
        }
        for other in [
            "",
            ":80",
            "localhost.evil.example",
            "evil.example:8080",
            "127.0.0.1.evil.example",
            "10.0.0.1:8080",
            "::1",
            "[::1",
            "0.0.0.0",
            "localhost:",
            "localhost:x",
            "localhost:80:80",
            "user@localhost",
        ] {
            assert!(!names(other), "{other}");
        }
    }
}
