//! Global ids.

use std::str::FromStr;

use async_graphql::ID;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{NomsNumber, PrisonCode, StaffId};

use crate::fault::Fault;

/// What a global id names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GlobalId {
    Allocation(NomsNumber),
    Case(NomsNumber),
    Pom(PrisonCode, StaffId),
    Prison(PrisonCode),
}

impl From<GlobalId> for ID {
    fn from(id: GlobalId) -> Self {
        let text = match id {
            GlobalId::Allocation(noms) => format!("Allocation:{noms}"),
            GlobalId::Case(noms) => format!("Case:{noms}"),
            GlobalId::Pom(prison, staff) => format!("Pom:{prison}:{staff}"),
            GlobalId::Prison(prison) => format!("Prison:{prison}"),
        };
        Self(BASE64_URL_SAFE_NO_PAD.encode(text))
    }
}

impl TryFrom<&ID> for GlobalId {
    type Error = Fault;

    fn try_from(id: &ID) -> Result<Self, Fault> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(id.as_bytes()).ok();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        text.and_then(|text| text.parse().ok())
            .ok_or_else(|| Fault::bad_input("not an id of this service: use one that it gave out"))
    }
}

/// Text that names nothing.
#[derive(Debug)]
pub(crate) struct NotAnId;

impl FromStr for GlobalId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let (kind, key) = text.split_once(':').ok_or(NotAnId)?;
        Ok(match kind {
            "Allocation" => Self::Allocation(key.parse().map_err(|_| NotAnId)?),
            "Case" => Self::Case(key.parse().map_err(|_| NotAnId)?),
            "Prison" => Self::Prison(key.parse().map_err(|_| NotAnId)?),
            "Pom" => {
                let (prison, staff) = key.split_once(':').ok_or(NotAnId)?;
                Self::Pom(
                    prison.parse().map_err(|_| NotAnId)?,
                    staff.parse().map_err(|_| NotAnId)?,
                )
            }
            _ => return Err(NotAnId),
        })
    }
}
