//! `PrisonerObserved`: version 1 may hold a location in clear, and the date on which a young person becomes an adult, which
//! gives the date of birth away. Version 2 seals the location and has no such date.

use serde_json::{Value, json};

use super::Upcaster;
use crate::PERSONAL;

pub(super) const V1: Upcaster = Upcaster {
    category: "prisoner",
    event_type: "PrisonerObserved",
    from: 1,
    lift: |members| {
        let Some(members) = members.as_object_mut() else {
            return;
        };
        members.remove("adultOn");
        if let Some(location) = members.get_mut("location")
            && let Value::String(clear) = location
        {
            *location = json!({ PERSONAL: clear });
        }
    },
};
