//! The settings of upstream services, by the rows of their table.

use hmpps::{Credential, UPSTREAMS, Upstream, UpstreamSettings};

use super::{ConfigurationError, Environment};

/// The settings of every row.
pub(super) fn read(environment: &mut Environment) -> UpstreamSettings {
    UPSTREAMS
        .iter()
        .fold(UpstreamSettings::default(), |settings, row| {
            read_row(row, settings, environment)
        })
}

/// The settings of the rows that have an address, for commands that look at what is there.
///
/// # Errors
/// When an address is malformed.
pub fn configured_upstreams(mut environment: Environment) -> Result<UpstreamSettings, ConfigurationError> {
    let mut settings = UpstreamSettings::default();
    for row in UPSTREAMS {
        if environment.has_one_of(row.variables) {
            settings = settings.with_address(row.name, &address(row, &mut environment));
        }
    }
    environment.settle(settings)
}

fn read_row(row: &Upstream, settings: UpstreamSettings, environment: &mut Environment) -> UpstreamSettings {
    let settings = settings.with_address(row.name, &address(row, environment));
    match row.credential {
        Credential::ApiKey { variable, .. } => settings.with_key(row.name, &environment.required(variable)),
        Credential::ClientToken | Credential::None => settings,
    }
}

/// The address with the path of the row, which some variables are mounted without.
fn address(row: &Upstream, environment: &mut Environment) -> String {
    let mut url = environment.url(row.variables);
    if !url.ends_with(row.base_path) {
        url.push_str(row.base_path);
    }
    url
}

#[cfg(test)]
mod tests {
    use hmpps::{HMPPS_AUTH, PRISONER_SEARCH};

    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        Environment::new(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn the_operations_page_shows_the_rows_of_the_table() {
        let page = include_str!("../../../docs/OPERATIONS.md");
        let (_, section) = page.split_once("## Upstream services").unwrap();
        let (section, _) = section.split_once("\n## ").unwrap();
        let shown = section.lines().filter(|line| line.starts_with("| "));
        let shown: Vec<_> = shown.skip(1).map(str::to_owned).collect();
        let expected: Vec<_> = UPSTREAMS.iter().map(operations_row).collect();
        assert_eq!(shown, expected);
    }

    fn operations_row(row: &Upstream) -> String {
        let variables: Vec<_> = row.variables.iter().map(|name| format!("`{name}`")).collect();
        let credential = match row.credential {
            Credential::ClientToken => "client token".to_owned(),
            Credential::ApiKey { variable, .. } => format!("key in `{variable}`"),
            Credential::None => "none".to_owned(),
        };
        format!(
            "| {} | {} | `{}` | {} s | {credential} |",
            row.name,
            variables.join(" or "),
            row.health,
            row.timeout.as_secs()
        )
    }

    #[test]
    fn every_row_without_an_address_stops_the_start_by_its_names() {
        let mut nothing = environment(&[]);
        read(&mut nothing);
        let told = nothing.settle(()).unwrap_err().to_string();
        for row in UPSTREAMS {
            let names = row.variables.join(" or ");
            assert!(told.contains(&format!("{names} is not set")), "{told}");
        }
    }

    #[test]
    fn the_path_of_a_row_is_added_where_its_variable_leaves_it_out() {
        for (name, value) in [
            ("HMPPS_AUTH_URL", "https://sign-in.example/auth"),
            ("NOMIS_OAUTH_HOST", "https://sign-in.example/"),
        ] {
            let settings = configured_upstreams(environment(&[(name, value)])).unwrap();
            assert_eq!(
                settings.address(&HMPPS_AUTH),
                Some("https://sign-in.example/auth"),
                "{name}"
            );
            assert_eq!(settings.address(&PRISONER_SEARCH), None);
        }
    }

    #[test]
    fn a_key_is_required_where_a_row_says_so_and_never_shown() {
        let row = PRISONER_SEARCH.with_credential(Credential::ApiKey {
            variable: "SEARCH_API_KEY",
            header: "x-api-key",
        });
        let mut without = environment(&[("PRISONER_SEARCH_HOST", "https://search.example")]);
        read_row(&row, UpstreamSettings::default(), &mut without);
        let told = without.settle(()).unwrap_err().to_string();
        assert!(told.contains("SEARCH_API_KEY is not set"), "{told}");

        let mut with = environment(&[
            ("PRISONER_SEARCH_HOST", "https://search.example"),
            ("SEARCH_API_KEY", "hush"),
        ]);
        let settings = read_row(&row, UpstreamSettings::default(), &mut with);
        assert!(with.settle(()).is_ok());
        assert!(!format!("{settings:?}").contains("hush"));
    }
}
