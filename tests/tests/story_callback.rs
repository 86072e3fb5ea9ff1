//! Whoever calls back the moment a message arrives sees its state or a later one, never an earlier one.

use std::collections::BTreeMap;

use commands::{
    Request,
    access::{Principal, Role},
    operations::DeallocatePrimaryPom,
};
use rand::{SeedableRng, rngs::StdRng, seq::IndexedRandom};
use tests::{
    Stage,
    people::{self, ANN, EVE},
};

const PRISONERS: [&str; 6] = ["A0001AA", "A0002AA", "A0003AA", "A0004AA", "A0005AA", "A0006AA"];
const CHANGES: usize = 240;
const SEED: u64 = 20_260_831;

/// What a consumer saw when it called back.
#[derive(Debug)]
enum Seen {
    /// A POM, as of this message.
    Pom(u64),
    Nobody,
}

/// Changes the primary POM, whoever it is now: somebody else, or nobody.
async fn change(stage: &Stage, noms: &str, now: &mut Option<i64>, to: Option<i64>) {
    let noms = people::number(noms);
    match to {
        Some(staff) => {
            let staff = staff.try_into().unwrap();
            people::send(
                stage.bus(),
                people::primary(noms, people::prison("LEI"), staff),
                None,
            )
            .await;
        }
        None => {
            let reason = "as the dice fell".to_owned();
            let administrator = Principal {
                roles: [Role::Administrator].into(),
                ..Principal::system("stage")
            };
            let over = DeallocatePrimaryPom {
                noms,
                prison: None,
                reason,
            };
            stage
                .bus()
                .execute(Request::new(over, administrator))
                .await
                .unwrap();
        }
    }
    *now = to;
}

async fn change_at_random(stage: &Stage) {
    let mut dice = StdRng::seed_from_u64(SEED);
    let mut primaries: BTreeMap<&str, Option<i64>> = PRISONERS.map(|noms| (noms, None)).into();
    for _ in 0..CHANGES {
        let noms = PRISONERS.choose(&mut dice).unwrap();
        let now = primaries.get_mut(noms).unwrap();
        let others: Vec<_> = [Some(ANN), Some(EVE), None]
            .into_iter()
            .filter(|to| to != now)
            .collect();
        let to = *others.choose(&mut dice).unwrap();
        change(stage, noms, now, to).await;
    }
}

#[tokio::test]
async fn calling_back_at_once_never_shows_an_older_state() {
    let stage = Stage::start().await;
    for noms in PRISONERS {
        stage.prisoner(noms).await;
    }
    let consumer = stage.consumer();
    let listen = async {
        let mut calls = Vec::new();
        for _ in 0..CHANGES {
            let told = stage.next_message().await;
            let path = told.path(stage.base(), &told.message["detailUrl"]);
            let answer = stage.get(&path, Some(&consumer)).await;
            let seen = match (answer.status.as_u16(), &*answer.body) {
                (200, _) => Seen::Pom(answer.header("x-aggregate-version").parse().unwrap()),
                (404, r#"{"status":"error","message":"Not allocated"}"#) => Seen::Nobody,
                (status, body) => panic!("{status} {body} after {told:?}"),
            };
            calls.push((told, seen));
        }
        calls
    };
    let ((), calls) = tokio::join!(change_at_random(&stage), listen);

    let is_nobody = |noms: &str, version: u64| {
        let of = calls
            .iter()
            .find(|(told, _)| told.noms() == noms && told.version() == version);
        of.unwrap().0.information("staffCode").is_null()
    };
    for (told, seen) in &calls {
        let later = |version: &u64| *version >= told.version();
        let versions = calls.iter().filter(|(other, _)| other.noms() == told.noms());
        let mut versions = versions.map(|(other, _)| other.version()).filter(later);
        let right = match seen {
            Seen::Pom(version) => later(version) && !is_nobody(told.noms(), *version),
            Seen::Nobody => versions.any(|version| is_nobody(told.noms(), version)),
        };
        assert!(right, "seed {SEED}: {seen:?} after {:?}", told.message);
    }
    for noms in PRISONERS {
        let arrived = calls.iter().filter(|(told, _)| told.noms() == noms);
        let versions: Vec<_> = arrived.map(|(told, _)| told.version()).collect();
        let expected: Vec<_> = (1..).take(versions.len()).collect();
        assert_eq!(versions, expected, "seed {SEED}: {noms}");
    }
}
