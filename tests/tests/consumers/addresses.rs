//! 404 is data to consumers: it says of a prisoner that they have no POM, and nothing else may say that.

use tests::Stage;

use super::SAM;

const NOBODY: &str = r#"{"status":"error","message":"Not ready for allocation"}"#;

#[tokio::test]
async fn only_a_well_formed_number_at_an_exact_address_is_answered_with_404() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    let consumer = stage.consumer();
    let nobody = stage.get("/api/allocation/Z9999ZZ", Some(&consumer)).await;
    assert_eq!((nobody.status.as_u16(), &*nobody.body), (404, NOBODY));
    let same = stage
        .get(&format!("/%61pi/allocation/{SAM}"), Some(&consumer))
        .await;
    assert_eq!(same.status, 400, "an address has one form");
    let same = stage.get("/api/allocation/%5A9999ZZ", Some(&consumer)).await;
    assert_eq!(
        (same.status.as_u16(), &*same.body),
        (404, NOBODY),
        "a number is what is meant"
    );
    for path in [
        // Numbers that are none.
        "/api/allocation/a1234bc",
        "/api/allocation/A1234BC.",
        "/api/allocation/A1234BC.json",
        "/api/allocation/A1234BC%20",
        "/api/allocation/%20A1234BC",
        "/api/allocation/A1234BC%00",
        "/api/allocation/%EF%BC%A11234BC",
        "/api/allocation/%ff",
        "/api/allocation/A12345C/primary_pom",
        "/api/allocation/A1234BC%2Fprimary_pom",
        "/api/handovers/a1234bc",
        // Addresses that are none.
        "//api/allocation/A1234BC",
        "/api//allocation/A1234BC",
        "/api/allocation//A1234BC",
        "/api/allocation/A1234BC/",
        "/api/allocation/A1234BC//primary_pom",
        "/api/allocation/A1234BC/primary_pom/",
        "/api/allocation/A1234BC/Primary_POM",
        "/api/allocation/",
        "/api/allocation",
        "/api/",
        "/api/poms",
        "/API/allocation/A1234BC",
        "/Api",
        "/v1/api/allocation/A1234BC",
        "/allocation/A1234BC",
    ] {
        let answered = stage.get(path, Some(&consumer)).await;
        assert_eq!(answered.status, 400, "{path}: {}", answered.body);
        assert_eq!(answered.json()["status"], "error", "{path}");
        assert_eq!(answered.header("x-robots-tag"), "noindex, nofollow", "{path}");
        let stranger = stage.get(path, None).await;
        assert_eq!(stranger.status, 401, "{path}");
    }
}

#[tokio::test]
async fn what_is_not_built_yet_is_not_available_rather_than_not_there() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    let consumer = stage.consumer();
    for path in ["handovers", "offenders"].map(|name| format!("/api/{name}/{SAM}")) {
        assert_eq!(stage.get(&path, None).await.status, 401, "{path}");
        let answered = stage.get(&path, Some(&consumer)).await;
        assert_eq!(answered.status, 503, "{path}");
        assert_eq!(answered.json()["status"], "error");
        assert!(answered.header("retry-after").parse::<u32>().unwrap() > 0);
    }
}
