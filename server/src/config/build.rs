//! What was built.

use std::process::{Command, Stdio};

use super::Environment;

/// What was built, as `/info` tells it.
#[derive(Debug, Clone)]
pub struct Build {
    /// Date, build number and commit, as the image is tagged: pipelines call all of it the build number.
    pub number: String,
    /// Commit.
    pub git_ref: String,
    /// Branch.
    pub git_branch: String,
    /// The product's id in the service catalogue.
    pub product_id: String,
}

impl Build {
    /// From the environment of the deployment.
    pub fn from_environment(environment: &mut Environment) -> Self {
        let mut named = |name| environment.optional(name).unwrap_or_else(unknown);
        Self {
            number: named("BUILD_NUMBER"),
            git_ref: named("GIT_REF"),
            git_branch: named("GIT_BRANCH"),
            product_id: environment
                .optional("PRODUCT_ID")
                .unwrap_or_else(|| "UNASSIGNED".to_owned()),
        }
    }

    /// The same; what the environment leaves out is asked of the checkout that this program was built in. The question is put
    /// when the local profile starts and not when it is built, so that a commit makes nothing compile again.
    pub fn of_checkout(environment: &mut Environment) -> Self {
        let said = Self::from_environment(environment);
        let Some((day, commit)) = git(&["log", "-1", "--format=%cs %h"]).and_then(|line| {
            line.split_once(' ')
                .map(|(day, commit)| (day.to_owned(), commit.to_owned()))
        }) else {
            return said;
        };
        let or = |said: String, otherwise: String| if said == unknown() { otherwise } else { said };
        Self {
            number: or(said.number, format!("{day}.local.{commit}")),
            git_ref: or(said.git_ref, commit),
            git_branch: or(
                said.git_branch,
                git(&["branch", "--show-current"]).unwrap_or_else(unknown),
            ),
            product_id: said.product_id,
        }
    }
}

fn unknown() -> String {
    "unknown".to_owned()
}

/// What git says of the checkout; nothing where there is no git, or no checkout any more.
fn git(question: &[&str]) -> Option<String> {
    let asked = Command::new("git")
        .args(["-C", env!("CARGO_MANIFEST_DIR")])
        .args(question)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let answer = String::from_utf8(asked.stdout).ok()?;
    let line = answer.lines().next().unwrap_or_default().trim();
    (asked.status.success() && !line.is_empty()).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkout_says_its_commit_unless_the_environment_does() {
        let Some(commit) = git(&["log", "-1", "--format=%h"]) else {
            return;
        };
        let here = Build::of_checkout(&mut Environment::default());
        assert!(here.number.ends_with(&format!(".local.{commit}")), "{here:?}");
        assert_eq!(here.git_ref, commit);
        let set = [
            ("GIT_REF", "abc1234"),
            ("BUILD_NUMBER", "7"),
            ("GIT_BRANCH", "main"),
        ];
        let set = set.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let set = Build::of_checkout(&mut Environment::new(set));
        assert_eq!(
            (&*set.number, &*set.git_ref, &*set.git_branch),
            ("7", "abc1234", "main")
        );
    }
}
