//! `token`: a token for the local profile.

use super::visible::visible;
use crate::database::Target;
use anyhow::anyhow;
use chrono::TimeDelta;
use clap::{Args, builder::NonEmptyStringValueParser};
use commands::access::Role;
use domain::PrisonCode;
use domain::StaffId;
use simulator::tokens::{TokenIssuer, TokenRequest};

use crate::{
    exit::{Ending, Failure},
    local::DataFolder,
    output::{output, to_stderr},
};

/// `token`.
#[derive(Debug, Args)]
pub struct TokenArgs {
    /// An authority, such as `ROLE_ALLOC_MGR`. Give several with commas or by repeating the flag.
    #[arg(long = "role", required = true, value_delimiter = ',', value_parser = NonEmptyStringValueParser::new())]
    pub roles: Vec<String>,
    /// The prisons of the holder's caseloads, separated by spaces or commas.
    #[arg(long = "caseload", num_args = 1.., value_delimiter = ',')]
    pub caseloads: Vec<PrisonCode>,
    /// The username; without it the token is a service's.
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    pub user: Option<String>,
    /// The user's staff id. A POM's profile needs theirs; by default an id is derived from the username.
    #[arg(long, requires = "caseloads")]
    pub staff_id: Option<StaffId>,
    /// Minutes until it expires, up to a year.
    #[arg(long, default_value_t = 720, value_parser = clap::value_parser!(u32).range(1..=525_600))]
    pub minutes: u32,
    /// The local profile's folder.
    #[command(flatten)]
    pub target: Target,
}

/// Prints a token that the local profile of this folder accepts.
pub(super) fn run(options: &TokenArgs) -> Result<Ending, Failure> {
    let folder = DataFolder::existing(&options.target.data_dir).ok();
    let Some(folder) = folder.filter(|folder| folder.token_key().exists()) else {
        return Err(Failure::usage(anyhow!(
            "there is no local profile in {} yet: start it with `allocations serve`",
            options.target.data_dir.display()
        )));
    };
    let request = request(options);
    assert_accepted(&request)?;
    let is_pom = options
        .roles
        .iter()
        .any(|role| Role::from_authority(role) == Some(Role::Pom));
    if let (true, Some(made_up)) = (is_pom, request.made_up_staff_id()) {
        to_stderr(format_args!(
            "no POM has the staff id {made_up}, which was made from the user's name: give a POM's with --staff-id"
        ));
    }
    let issuer = TokenIssuer::open(folder.token_key()).map_err(Failure::dependency)?;
    output!("{}", issuer.issue(&request).map_err(Failure::dependency)?)?;
    Ok(Ending::Done)
}

/// Refuses names and prisons that the service would not accept in a token.
fn assert_accepted(request: &TokenRequest) -> Result<(), Failure> {
    let names = request.username.iter().chain(&request.authorities);
    let odd = |name: &&String| !hmpps::is_identifier(name);
    if let Some(name) = names.into_iter().find(odd) {
        return Err(Failure::usage(anyhow!(
            "'{}' cannot be a user's name or a role: give up to 256 bytes without spaces",
            visible(name)
        )));
    }
    let useless = |role: &&String| Role::from_authority(role).is_none();
    if let Some(role) = request.authorities.iter().find(useless) {
        return Err(Failure::usage(anyhow!(
            "'{role}' means nothing to this service: see README for the roles that do"
        )));
    }
    let unknown = |code: &&PrisonCode| domain::prison(**code).is_none();
    if let Some(code) = request.caseloads.iter().find(unknown) {
        return Err(Failure::usage(anyhow!(
            "{code} is not a prison that this service knows: give a code such as LEI"
        )));
    }
    Ok(())
}

/// With caseloads or a name it is a person's; without, a service's own.
fn request(options: &TokenArgs) -> TokenRequest {
    let authorities: Vec<&str> = options.roles.iter().map(String::as_str).collect();
    let lifetime = TimeDelta::minutes(i64::from(options.minutes));
    if options.user.is_none() && options.caseloads.is_empty() {
        return TokenRequest {
            lifetime,
            ..TokenRequest::client("local-client", &authorities)
        };
    }
    let person = TokenRequest::local_user(&authorities, &options.caseloads);
    TokenRequest {
        username: options.user.clone().or(person.username.clone()),
        name: options.user.clone().or(person.name.clone()),
        staff_id: options.staff_id,
        lifetime,
        ..person
    }
}
