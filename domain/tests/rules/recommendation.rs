//! Which type of POM is recommended, over every combination of the four facts.

use domain::{
    RoshLevel, Tier,
    policy::{CaseFacts, PolicyVersion, Recommendation, RecommendationReason, Strategy, advise, recommend},
};

fn facts(tier: Option<Tier>, rosh: Option<RoshLevel>) -> CaseFacts {
    CaseFacts {
        immigration_case: false,
        pom_responsible: true,
        tier,
        rosh,
    }
}

fn answer(strategy: Strategy, facts: CaseFacts) -> (&'static str, &'static str) {
    let (recommendation, reason) = recommend(strategy, facts);
    (recommendation.code(), reason.code())
}

fn or_unknown<T: Copy>(all: &[T]) -> Vec<Option<T>> {
    all.iter().copied().map(Some).chain([None]).collect()
}

#[test]
fn below_tier_a_the_risk_decides() {
    use {RoshLevel as R, Strategy::Rosh, Tier as T};

    for (tier, rosh, expected) in [
        (T::A, Some(R::Low), ("PO", "tier_based")),
        (T::A, None, ("PO", "tier_based")),
        (T::B, Some(R::VeryHigh), ("PO", "rosh_based")),
        (T::B, Some(R::High), ("PO", "rosh_based")),
        (T::B, Some(R::Medium), ("PRO", "rosh_based")),
        (T::G, Some(R::Low), ("PRO", "rosh_based")),
        (T::B, None, ("NOREC", "missing_rosh")),
    ] {
        assert_eq!(answer(Rosh, facts(Some(tier), rosh)), expected, "{tier} {rosh:?}");
    }
    assert_eq!(answer(Rosh, facts(None, Some(R::High))), ("PO", "rosh_based"));
}

#[test]
fn under_the_first_policy_the_tier_decides_whatever_the_risk() {
    for rosh in or_unknown(RoshLevel::ALL) {
        for tier in or_unknown(Tier::ALL) {
            let expected = if matches!(tier, Some(Tier::A | Tier::B)) {
                "PO"
            } else {
                "PRO"
            };
            assert_eq!(
                answer(Strategy::Tier, facts(tier, rosh)),
                (expected, "tier_based"),
                "{tier:?}"
            );
        }
    }
}

#[test]
fn immigration_and_supported_cases_go_to_prison_poms_whatever_else() {
    for &strategy in Strategy::ALL {
        for tier in or_unknown(Tier::ALL) {
            for rosh in or_unknown(RoshLevel::ALL) {
                let supported = CaseFacts {
                    pom_responsible: false,
                    ..facts(tier, rosh)
                };
                assert_eq!(answer(strategy, supported), ("PRO", "supporting_role"));
                let both = CaseFacts {
                    immigration_case: true,
                    ..supported
                };
                assert_eq!(answer(strategy, both), ("PRO", "immigration_case"));
                let held = CaseFacts {
                    immigration_case: true,
                    ..facts(tier, rosh)
                };
                assert_eq!(answer(strategy, held), ("PRO", "immigration_case"));
            }
        }
    }
}

#[test]
fn none_is_recommended_only_when_the_risk_is_missing() {
    for &strategy in Strategy::ALL {
        for tier in or_unknown(Tier::ALL) {
            for rosh in or_unknown(RoshLevel::ALL) {
                let (recommendation, reason) = recommend(strategy, facts(tier, rosh));
                assert_eq!(
                    recommendation == Recommendation::None,
                    reason == RecommendationReason::MissingRosh
                );
                assert_eq!(
                    recommendation.position().is_none(),
                    recommendation == Recommendation::None
                );
            }
        }
    }
}

#[test]
fn each_policy_has_its_strategy() {
    assert_eq!(PolicyVersion::TierBased.strategy(), Strategy::Tier);
    assert_eq!(PolicyVersion::RoshBased.strategy(), Strategy::Rosh);
    assert!(PolicyVersion::RoshBased.needs_rosh() && !PolicyVersion::TierBased.needs_rosh());
}

#[test]
fn what_is_recommended_without_knowing_who_is_responsible_says_where_that_matters() {
    for &strategy in Strategy::ALL {
        for tier in or_unknown(Tier::ALL) {
            for rosh in or_unknown(RoshLevel::ALL) {
                let advice = advise(strategy, false, tier, rosh);
                let if_responsible = recommend(strategy, facts(tier, rosh));
                assert_eq!((advice.recommendation, advice.reason), if_responsible);
                assert!(advice.assumes_pom_responsible, "the reason would be another");
                // Whoever is responsible, an immigration case goes to a prison POM.
                let held = advise(strategy, true, tier, rosh);
                assert_eq!(held.reason, RecommendationReason::ImmigrationCase);
                assert!(!held.assumes_pom_responsible);
            }
        }
    }
}
