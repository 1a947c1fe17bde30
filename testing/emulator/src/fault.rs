//! Things that go wrong, on request.

use serde::{Deserialize, Serialize};

use crate::routes::OPERATIONS;

/// What goes wrong, where, and how often.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which requests it strikes.
    #[serde(default)]
    pub on: Match,
    /// How many requests it strikes before it is gone.
    #[serde(default = "once")]
    pub times: u32,
    /// What goes wrong.
    pub kind: FaultKind,
}

/// Which requests a fault strikes. What is left out matches everything.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// `GET`, `POST` and so on.
    pub method: Option<String>,
    /// The path template of an operation (`/v5/boards`, `/v5/boards/{board_id}`),
    /// which strikes that operation alone; or else the beginning of a path.
    pub path: Option<String>,
}

/// What goes wrong. In JSON: `"spam"`, `{"status": 503}`,
/// `{"rate_limited": {"reset_s": 2}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// 429, and the headers say when the window is new. Not carried out.
    RateLimited {
        /// Seconds from now.
        reset_s: u32,
    },
    /// 429 that is a spam block, which waiting does not lift. Not carried out.
    Spam,
    /// This status with an error envelope. Not carried out.
    Status(u16),
    /// Carried out, and answered after so many milliseconds.
    Slow(u64),
    /// Carried out, but the connection ends in the middle of the answer.
    Cut,
    /// Carried out, but the answer's JSON ends in the middle.
    BrokenJson,
    /// A page in HTML with status 200, as from a proxy. Not carried out.
    HtmlPage,
    /// Carried out, but the answer is not UTF-8.
    InvalidUtf8,
    /// An error envelope with status 200. Not carried out.
    ErrorBodyWith200,
    /// The page carries the bookmark with which it was asked for. Strikes only
    /// requests with a bookmark.
    RepeatBookmark,
    /// An answer of at least so many bytes, without a length. Not carried out.
    HugeBody(u64),
    /// 302 to this address. Not carried out.
    Redirect(String),
    /// 401, as for a token that has expired. Not carried out.
    ExpiredToken,
    /// 403, as for an app with Trial access. Not carried out.
    TrialAccess,
    /// 403, as for an account that Pinterest has suspended. Not carried out.
    Suspended,
    /// 429 that says in its message alone how long to wait. Not carried out.
    CostLimit {
        /// Seconds to wait.
        retry_s: u32,
    },
}

/// Faults that wait for their request, in the order in which they were added.
#[derive(Default)]
pub struct Faults {
    /// Those left.
    pub waiting: Vec<Fault>,
}

impl Faults {
    /// The first fault for this request, counted down.
    pub fn take(
        &mut self,
        method: &str,
        template: Option<&str>,
        path: &str,
        query: &str,
    ) -> Option<FaultKind> {
        let strikes = |fault: &Fault| {
            fault.on.matches(method, template, path)
                && (fault.kind != FaultKind::RepeatBookmark || bookmark(query).is_some())
        };
        let index = self.waiting.iter().position(strikes)?;
        let fault = &mut self.waiting[index];
        let kind = fault.kind.clone();
        fault.times = fault.times.saturating_sub(1);
        if fault.times == 0 {
            self.waiting.remove(index);
        }
        Some(kind)
    }
}

impl Match {
    fn matches(&self, method: &str, template: Option<&str>, path: &str) -> bool {
        let names_operation =
            |wanted: &str| OPERATIONS.iter().any(|operation| operation.path == wanted);
        let here = |wanted: &str| match names_operation(wanted) {
            true => template == Some(wanted),
            false => path.starts_with(wanted),
        };
        self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self.path.as_deref().is_none_or(here)
    }
}

/// The bookmark in a query.
pub fn bookmark(query: &str) -> Option<String> {
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == "bookmark")
        .map(|(_, value)| value.into_owned())
}

fn once() -> u32 {
    1
}
