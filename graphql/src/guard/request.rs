//! A request that passed the guard: the only kind that is executed.

use async_graphql::{Request, Value, Variables};
use serde::Deserialize;

use super::{GuardRefusal, MAX_BODY, inspect};

/// A request that passed the guard.
#[derive(Debug)]
pub struct GuardedRequest(Request);

/// A request as clients send it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<serde_json::Map<String, serde_json::Value>>,
    extensions: Option<serde_json::Map<String, serde_json::Value>>,
}

impl GuardedRequest {
    /// Reads the JSON body of a POST, or the payload of a subscription.
    ///
    /// # Errors
    /// When it is not one GraphQL request, or the guard refuses it.
    pub fn from_json(body: &[u8]) -> Result<Self, GuardRefusal> {
        if body.len() > MAX_BODY {
            return Err(GuardRefusal::TooLarge(MAX_BODY));
        }
        if body.trim_ascii_start().first() == Some(&b'[') {
            return Err(GuardRefusal::Batch);
        }
        serde_json::from_slice::<Body>(body)
            .map_err(|_| GuardRefusal::NotARequest)?
            .try_into()
    }

    /// Reads the parameters of a GET; `variables` and `extensions` are JSON text.
    ///
    /// # Errors
    /// When they are not one GraphQL request, or the guard refuses it.
    pub fn from_parameters(
        query: Option<String>,
        operation_name: Option<String>,
        variables: Option<&str>,
        extensions: Option<&str>,
    ) -> Result<Self, GuardRefusal> {
        let size = [query.as_deref(), variables, extensions]
            .into_iter()
            .flatten()
            .map(str::len);
        if size.fold(0, usize::saturating_add) > MAX_BODY {
            return Err(GuardRefusal::TooLarge(MAX_BODY));
        }
        Body {
            query,
            operation_name,
            variables: object(variables)?,
            extensions: object(extensions)?,
        }
        .try_into()
    }

    /// The request with data for its execution.
    pub(crate) fn with(self, data: impl std::any::Any + Send + Sync) -> Self {
        Self(self.0.data(data))
    }

    /// Whether only the cost is asked for: `"extensions": {"cost": {"dryRun": true}}`.
    pub(crate) fn is_dry_run(&self) -> bool {
        dry_run(&self.0) == Some(&Value::Boolean(true))
    }

    /// The request that the guard admitted.
    pub(crate) fn into_inner(self) -> Request {
        self.0
    }
}

impl TryFrom<Body> for GuardedRequest {
    type Error = GuardRefusal;

    fn try_from(body: Body) -> Result<Self, GuardRefusal> {
        let mut request = Request::new(body.query.unwrap_or_default());
        request.operation_name = body.operation_name;
        if let Some(variables) = body.variables {
            request.variables = Variables::from_json(serde_json::Value::Object(variables));
        }
        for (name, value) in body.extensions.unwrap_or_default() {
            let value = Value::from_json(value).map_err(|_| GuardRefusal::NotARequest)?;
            request.extensions.insert(name, value);
        }
        request.try_into()
    }
}

impl TryFrom<Request> for GuardedRequest {
    type Error = GuardRefusal;

    fn try_from(request: Request) -> Result<Self, GuardRefusal> {
        if request.query.is_empty() && !request.extensions.contains_key("persistedQuery") {
            return Err(GuardRefusal::NoQuery);
        }
        if !matches!(dry_run(&request), None | Some(Value::Boolean(_) | Value::Null)) {
            return Err(GuardRefusal::NotADryRun);
        }
        inspect(&request.query)?;
        let named = request.operation_name.as_deref().unwrap_or_default();
        let variables = request.variables.iter();
        if named.contains('\0')
            || variables
                .into_iter()
                .any(|(name, value)| name.contains('\0') || has_nul(value))
        {
            return Err(GuardRefusal::NulCharacter);
        }
        Ok(Self(request))
    }
}

/// What the extension `cost` says of a dry run.
fn dry_run(request: &Request) -> Option<&Value> {
    match request.extensions.get("cost") {
        Some(Value::Object(cost)) => cost.get("dryRun"),
        _ => None,
    }
}

fn object(text: Option<&str>) -> Result<Option<serde_json::Map<String, serde_json::Value>>, GuardRefusal> {
    let Some(text) = text else { return Ok(None) };
    serde_json::from_str(text).map_err(|_| GuardRefusal::NotARequest)
}

/// JSON stops at a depth of 128, so this goes no deeper.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::List(values) => values.iter().any(has_nul),
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}
