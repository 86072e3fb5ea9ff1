//! The pages of the local profile: who may see them, and which browsers may ask.

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::running::{Serving, folder};

/// The local profile as a browser meets it.
struct Door {
    client: Client,
    base: String,
    token: String,
}

impl Door {
    fn of(letter: &Value) -> Self {
        let text = |member: &str| letter[member].as_str().unwrap().to_owned();
        Self {
            client: crate::http(),
            base: text("base"),
            token: text("token"),
        }
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.base))
    }

    async fn preflight(&self, path: &str, origin: &str) -> Response {
        self.client
            .request(Method::OPTIONS, format!("{}{path}", self.base))
            .header(header::ORIGIN, origin)
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
            .header(
                header::ACCESS_CONTROL_REQUEST_HEADERS,
                "authorization,content-type",
            )
            .send()
            .await
            .unwrap()
    }

    /// Asks for a socket, without everything that the protocol needs: then 400 is its answer to who may have one.
    async fn socket(&self, origin: &str) -> StatusCode {
        let request = self
            .get("/graphql/ws")
            .header(header::ORIGIN, origin)
            .header(header::CONNECTION, "upgrade")
            .header(header::UPGRADE, "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        request.send().await.unwrap().status()
    }
}

fn allowed_origin(answered: &Response) -> Option<&str> {
    let allowed = answered.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN)?;
    Some(allowed.to_str().unwrap())
}

#[tokio::test]
async fn the_local_profile_answers_browsers_of_this_machine_and_of_listed_origins_alone() {
    let data = folder();
    let mut serving = Serving::start(data.path(), |command| {
        command.env("CORS_ALLOWED_ORIGINS", "https://ui.example");
    });
    let door = Door::of(&serving.letter().await);
    the_first_page_leads_on(&door).await;
    pages_with_a_token_are_shown_under_names_of_this_machine_alone(&door).await;
    other_origins_may_ask_graphql_where_they_are_listed(&door).await;
    assert!(serving.interrupt().await.success());
}

async fn the_first_page_leads_on(door: &Door) {
    let page = door.get("/").send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let media = page.headers()[header::CONTENT_TYPE].to_str().unwrap();
    assert!(media.starts_with("text/html"), "{media}");
    let page = page.text().await.unwrap();
    assert!(page.contains(&door.token), "{page}");
    for link in page.split("href=\"/").skip(1) {
        let path = format!("/{}", link.split('"').next().unwrap());
        let led = door.get(&path).send().await.unwrap().status();
        assert_eq!(led, StatusCode::OK, "{path}");
    }
    let info: Value = door.get("/info").send().await.unwrap().json().await.unwrap();
    assert_ne!(info["build"]["version"], "", "{info}");
}

async fn pages_with_a_token_are_shown_under_names_of_this_machine_alone(door: &Door) {
    for path in ["/", "/graphiql", "/metrics"] {
        for own in ["localhost:1", "127.0.0.1", "[::1]:8080"] {
            let shown = door.get(path).header(header::HOST, own).send().await.unwrap();
            assert_eq!(shown.status(), StatusCode::OK, "{path} {own}");
        }
        for other in ["evil.example", "localhost.evil.example:8080", "10.0.0.1:8080", ""] {
            let refused = door.get(path).header(header::HOST, other).send().await.unwrap();
            assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{path} {other}");
            assert!(!refused.text().await.unwrap().contains(&door.token));
        }
        let origin = "http://localhost:3000";
        let read_elsewhere = door
            .get(path)
            .header(header::ORIGIN, origin)
            .send()
            .await
            .unwrap();
        assert_eq!(allowed_origin(&read_elsewhere), None, "{path}");
    }
}

async fn other_origins_may_ask_graphql_where_they_are_listed(door: &Door) {
    for (origin, allowed) in [
        ("http://localhost:3000", true),
        ("http://127.0.0.1:5173", true),
        ("https://ui.example", true),
        ("https://elsewhere.example", false),
        ("null", false),
    ] {
        let expected = allowed.then_some(origin);
        for path in ["/graphql", "/graphql/stream"] {
            let answered = door.preflight(path, origin).await;
            assert_eq!(answered.status(), StatusCode::OK, "{path} {origin}");
            assert_eq!(allowed_origin(&answered), expected, "{path} {origin}");
            let with_cookies = header::ACCESS_CONTROL_ALLOW_CREDENTIALS;
            assert!(!answered.headers().contains_key(with_cookies));
        }
        let asked = door
            .client
            .post(format!("{}/graphql", door.base))
            .bearer_auth(&door.token)
            .header(header::ORIGIN, origin)
            .json(&json!({ "query": "{ __typename }" }));
        assert_eq!(allowed_origin(&asked.send().await.unwrap()), expected, "{origin}");
        let socket = if allowed {
            StatusCode::BAD_REQUEST
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(door.socket(origin).await, socket, "{origin}");
    }
}
