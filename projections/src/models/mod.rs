//! The registry of read models: a folder and a line in `registry!` each. The command line, checkpoints, rebuilds, erasures, health
//! checks and metrics follow from the line; the model's table comes from a migration.

pub(crate) mod allocations;
pub(crate) mod cases;
pub(crate) mod poms;

use std::{fmt, str::FromStr};

pub use allocations::{AllocationView, Contract, ContractAllocation, ContractPom};
pub use cases::{
    CaseBucket, CaseFilter, CaseOrder, CaseOrderField, CasePage, CasePrison, CaseQuery, CaseView, Cursor,
    PageRequest, PomRole, PrisonCounts,
};
pub use poms::{PomCounters, PomGroup, PomView};

/// Defines [`Model`] and `for_model!` from lines of `Name = "name", row type;`. The `$` before them stands for itself in `for_model!`.
macro_rules! registry {
    ($d:tt $($(#[$doc:meta])* $model:ident = $name:literal, $row:path;)+) => {
        /// The read models.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Model {
            $($(#[$doc])* $model,)+
        }

        impl Model {
            /// All of them, in the order in which statements that touch several lock them.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$model),+];

            /// The name on the command line and in the database.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$model => $name,)+
                }
            }
        }

        /// Evaluates an expression with the row type of a model, as in `for_model!(model, R => load::<R>())`.
        macro_rules! for_model {
            ($d model:expr, $d row:ident => $d body:expr) => {
                match $d model {
                    $($crate::Model::$model => {
                        type $d row = $row;
                        $d body
                    })+
                }
            };
        }
        pub(crate) use for_model;
    };
}

registry! { $
    /// One row per prisoner: what lists show.
    Cases = "cases", crate::models::cases::CaseRow;
    /// One row per prisoner who was ever allocated: what other services rely on.
    Allocations = "allocations", crate::models::allocations::AllocationRow;
    /// One row per POM and prison.
    Poms = "poms", crate::models::poms::PomRow;
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Not the name of a read model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a read model: use {known}", known = names())]
pub struct UnknownModel(pub String);

/// The names of the models, as a sentence lists them.
fn names() -> String {
    let names = Model::ALL.map(Model::name);
    match names.split_last() {
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

impl FromStr for Model {
    type Err = UnknownModel;

    fn from_str(name: &str) -> Result<Self, UnknownModel> {
        let found = Self::ALL.into_iter().find(|model| model.name() == name);
        found.ok_or_else(|| UnknownModel(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::engine::row::Row;

    #[test]
    fn each_line_of_the_registry_names_the_row_of_its_model() {
        for model in Model::ALL {
            assert_eq!(for_model!(model, R => R::MODEL), model);
            assert_eq!(model.name().parse(), Ok(model));
        }
    }

    #[test]
    fn the_error_of_an_unknown_name_lists_the_models() {
        let error = "cars".parse::<Model>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "'cars' is not a read model: use cases, allocations or poms"
        );
    }

    #[test]
    fn each_model_has_the_same_anatomy() {
        let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/models");
        for model in Model::ALL {
            for file in ["mod.rs", "fold.rs", "rows.rs", "queries.rs"] {
                let file = models.join(model.name()).join(file);
                assert!(file.is_file(), "{} is missing", file.display());
            }
        }
    }
}
