//! The GraphQL documents that stories send.

/// Every mutation answers with the same payload, here called `change`.
macro_rules! mutation {
    ($field:literal, $input:literal) => {
        concat!(
            "mutation($input: ",
            $input,
            "!) { change: ",
            $field,
            "(input: $input) {
                position version replayed userErrors { code message field }
                allocation { version state prison overrideReasons recommendedPomType lastEvent lastTrigger
                    primaryPom { staffId name position } coworkingPom { staffId name } } } }"
        )
    };
}

/// Makes someone the primary POM.
pub const ALLOCATE: &str = mutation!("allocatePrimaryPom", "AllocatePrimaryPomInput");
/// Adds a co-working POM.
pub const ADD_COWORKING: &str = mutation!("allocateCoworkingPom", "AllocateCoworkingPomInput");
/// Takes the co-working POM off.
pub const REMOVE_COWORKING: &str = mutation!("deallocateCoworkingPom", "DeallocateCoworkingPomInput");
/// Takes everybody off.
pub const DEALLOCATE: &str = mutation!("deallocatePrimaryPom", "DeallocatePrimaryPomInput");

/// Who has a case, now or then.
pub const WHO: &str = "query($noms: NomsNumber!, $asOf: DateTime, $minPosition: Position) {
    allocation(nomsNumber: $noms, asOf: $asOf, minPosition: $minPosition) {
        version state primaryPom { staffId name } coworkingPom { staffId } } }";
