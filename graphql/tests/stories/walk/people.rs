//! The prisoner of whom nothing may be told: allocated at Leeds once, held at Acklington now, with marks that nobody else has.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::Utc;
use commands::{Request, access::Principal, operations::ObservePrisoner};
use domain::prisoner::PrisonerFacts;
use serde_json::json;
use simulator::example::prisoner_at;
use uuid::Uuid;

use super::{at_leeds, paths::Question, rights};
use crate::world::{NOMS, POM, World, allocate, allocator};

pub(crate) const FOREIGN: &str = "F9876ZZ";
pub(crate) const NOBODY: &str = "Z9999ZZ";
pub(crate) const LEEDS_POM: i32 = POM;
pub(crate) const OTHER_LEEDS_POM: i32 = crate::world::OTHER_POM;
pub(crate) const ACI_POM: i32 = 600_611;
const ACI_COWORKING_POM: i32 = 600_622;

pub(crate) const LAST_NAME: &str = "Quartermain";
pub(crate) const CELL: &str = "Z-9-999";
pub(crate) const POM_NAME: &str = "Xanthippe";
pub(crate) const COWORKING_NAME: &str = "Yorick";
pub(crate) const NOTE: &str = "a note of Acklington";
pub(crate) const OVERRIDE_DETAIL: &str = "an override of Acklington";

/// What nobody but this prisoner has, in capitals or not.
pub(crate) const MARKS: &[&str] = &[
    "Zebulon",
    LAST_NAME,
    CELL,
    POM_NAME,
    COWORKING_NAME,
    NOTE,
    "a joint note of Acklington",
    OVERRIDE_DETAIL,
    "600611",
    "600622",
];

/// Every mutation, in an order in which each can be done at Leeds after those before it.
pub(crate) const CHANGES: &[&str] = &[
    "allocatePrimaryPom",
    "allocateCoworkingPom",
    "deallocateCoworkingPom",
    "deallocatePrimaryPom",
];

pub(crate) fn now() -> String {
    Utc::now().to_rfc3339()
}

/// The id under which the change of this input was delivered first.
pub(crate) fn command_id(input: &str) -> String {
    let mut bytes = [7; 16];
    for (at, byte) in input.bytes().enumerate() {
        bytes[at % 16] ^= byte.rotate_left(u32::try_from(at / 16).unwrap());
    }
    Uuid::from_bytes(bytes).to_string()
}

/// The global id of a thing of this type that tells of the prisoner.
pub(crate) fn global_id(of: &str, noms: &str) -> String {
    let name = match of {
        "Allocation" | "Case" => format!("{of}:{noms}"),
        "Pom" => format!("Pom:ACI:{ACI_POM}"),
        "Prison" => "Prison:ACI".to_owned(),
        of => panic!("say what the global id of a {of} is in the walk"),
    };
    BASE64_URL_SAFE_NO_PAD.encode(name)
}

/// The world in which the prisoner came from Leeds to Acklington, and everything that Leeds did is answered again.
pub(crate) async fn world(questions: &[Question]) -> World {
    let world = World::new().await;
    observed(&world, "LEI").await;
    for change in CHANGES {
        let first = questions
            .iter()
            .find(|question| question.repeats(change))
            .unwrap();
        let done = world.data(at_leeds(&rights::everybody()), &first.document).await;
        assert_eq!(done[change]["replayed"], json!(false), "{done}");
        assert!(done[change]["position"].is_string(), "{done}");
    }
    observed(&world, "ACI").await;
    world.onboarded("ACI", ACI_POM, "XANTHIPPE").await;
    world.onboarded("ACI", ACI_COWORKING_POM, "YORICK").await;
    for change in [
        format!(
            "allocatePrimaryPom(input: {{nomsNumber: \"{FOREIGN}\", prison: \"ACI\", staffId: {ACI_POM}, note: \"{NOTE}\",
                overrideReasons: [OTHER], otherDetail: \"{OVERRIDE_DETAIL}\"}})"
        ),
        format!(
            "allocateCoworkingPom(input: {{nomsNumber: \"{FOREIGN}\", prison: \"ACI\", staffId: {ACI_COWORKING_POM},
                note: \"a joint note of Acklington\"}})"
        ),
    ] {
        let change = format!("mutation {{ change: {change} {{ version userErrors {{ code }} }} }}");
        let done = world.data(allocator("ACI"), &change).await;
        assert_eq!(done["change"]["userErrors"], json!([]));
    }
    // The newest event is one of Leeds: whoever follows Leeds knows that there is no more to come.
    world.data(allocator("LEI"), &allocate(NOMS, POM)).await;
    world
}

async fn observed(world: &World, prison: &str) {
    let facts = PrisonerFacts {
        first_name: "ZEBULON".to_owned().into(),
        last_name: "QUARTERMAIN".to_owned().into(),
        location: Some(CELL.to_owned().into()),
        ..prisoner_at(prison.parse().unwrap())
    };
    let noms = FOREIGN.parse().unwrap();
    let observed = Request::new(ObservePrisoner { noms, facts }, Principal::system("test"));
    world.bus.execute(observed).await.unwrap();
    // A case for a probation POM at Acklington, so that the prison POM who has it is an override.
    let tier = if prison == "ACI" {
        domain::Tier::A
    } else {
        domain::Tier::C
    };
    world.inform(FOREIGN, tier).await;
}
