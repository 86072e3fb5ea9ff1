//! What a movement between agencies means for an allocation.

use domain::movement::{Consequence, Movement, MovementType};

fn meaning(
    kind: &str,
    inwards: bool,
    from: Option<&str>,
    to: &str,
    allocated_at: Option<&str>,
) -> Consequence {
    let kind = kind.parse().unwrap_or(MovementType::Other);
    Movement {
        kind,
        inwards,
        from,
        to,
    }
    .consequence(allocated_at.map(|code| code.parse().unwrap()), |agency| {
        agency == "HOS1"
    })
}

fn to(code: &str) -> Consequence {
    Consequence::Transferred {
        to: Some(code.parse().unwrap()),
    }
}

#[test]
fn leaving_prison_hospital_or_immigration_for_outside_is_a_release() {
    for from in ["LEI", "HOS1", "IMM"] {
        assert_eq!(
            meaning("REL", false, Some(from), "OUT", Some("LEI")),
            Consequence::Released,
            "{from}"
        );
    }
}

#[test]
fn a_release_to_a_prison_or_from_a_court_is_ignored() {
    for (from, to) in [
        (Some("LEI"), "LEI"),
        (Some("COURT"), "OUT"),
        (None, "OUT"),
        (Some("LEI"), "HOS1"),
    ] {
        assert_eq!(
            meaning("REL", false, from, to, Some("LEI")),
            Consequence::Ignored,
            "{from:?} {to}"
        );
    }
}

#[test]
fn moving_to_another_prison_is_a_transfer_open_or_closed() {
    for kind in ["ADM", "TRN"] {
        for prison in ["MDI", "HDI", "MHI"] {
            assert_eq!(meaning(kind, true, Some("LEI"), prison, Some("LEI")), to(prison));
        }
    }
    assert_eq!(meaning("TRN", true, Some("MHI"), "PVI", None), to("PVI"));
}

#[test]
fn coming_back_from_a_secure_hospital_is_a_transfer_wherever_to() {
    assert_eq!(meaning("ADM", true, Some("HOS1"), "GTI", Some("LEI")), to("GTI"));
    assert_eq!(
        meaning("TRN", true, Some("HOS1"), "ABC", Some("LEI")),
        Consequence::Transferred { to: None }
    );
}

#[test]
fn going_to_hospital_changes_nothing() {
    assert_eq!(
        meaning("TRN", true, Some("LEI"), "HOS1", Some("LEI")),
        Consequence::Ignored
    );
}

#[test]
fn movements_out_and_from_courts_or_nowhere_are_ignored() {
    assert_eq!(
        meaning("TRN", false, Some("LEI"), "MDI", Some("LEI")),
        Consequence::Ignored
    );
    assert_eq!(
        meaning("ADM", true, Some("COURT"), "LEI", None),
        Consequence::Ignored
    );
    assert_eq!(meaning("ADM", true, None, "LEI", None), Consequence::Ignored);
    for kind in ["TAP", "CRT", "TMP"] {
        assert_eq!(
            meaning(kind, true, Some("LEI"), "MDI", Some("LEI")),
            Consequence::Ignored
        );
    }
}

#[test]
fn someone_who_was_allocated_at_the_new_prison_already_stays_allocated() {
    assert_eq!(
        meaning("ADM", true, Some("LEI"), "MDI", Some("MDI")),
        Consequence::Ignored
    );
    assert_eq!(
        meaning("ADM", true, Some("HOS1"), "MDI", Some("MDI")),
        Consequence::Ignored
    );
}

#[test]
fn immigration_removal_is_like_leaving_and_coming_back_is_nothing() {
    for kind in ["ADM", "TRN"] {
        assert_eq!(
            meaning(kind, true, Some("LEI"), "IMM", Some("LEI")),
            Consequence::Released
        );
        assert_eq!(
            meaning(kind, true, Some("IMM"), "ABC", Some("LEI")),
            Consequence::Released
        );
        assert_eq!(
            meaning(kind, true, Some("IMM"), "PVI", Some("LEI")),
            Consequence::Ignored
        );
        assert_eq!(
            meaning(kind, false, Some("LEI"), "IMM", Some("LEI")),
            Consequence::Ignored
        );
    }
}
