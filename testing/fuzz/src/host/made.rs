//! Inputs for the host and the command line.

use super::HostInput;
use crate::mutate;
use crate::rng::Rng;

/// One of some texts, changed up to so many times.
fn one_of(texts: &[&str], times: usize, rng: &mut Rng) -> String {
    let begin = (*rng.pick(texts)).to_owned();
    (0..=rng.below(times)).fold(begin, |text, _| mutate::text(&text, rng))
}

/// An address to which a browser was sent, or something else that was copied.
pub fn redirect(rng: &mut Rng) -> HostInput {
    const TEXTS: [&str; 5] = [
        "http://localhost:8085/?code=4f1c9a&state=STATE",
        "http://localhost:8085/?error=access_denied&error_description=no&state=STATE",
        "4f1c9a",
        r#"{"code": 1, "message": "redirect_uri: this address is not registered for the app"}"#,
        "localhost:8085/?state=STATE#code=1",
    ];
    HostInput::Redirect(one_of(&TEXTS, 3, rng))
}

/// A browser's request, or that of somebody else on this machine.
pub fn listener(rng: &mut Rng) -> HostInput {
    const TEXTS: [&str; 4] = [
        "GET /?code=4f1c9a&state=7f2a HTTP/1.1\r\nHost: localhost:8085\r\nAccept: */*\r\n\r\n",
        "GET /?state=7f2a&code=1 HTTP/1.1\nhost: 127.0.0.1:8085\n\n",
        "GET http://localhost:8085/?state=7f2a HTTP/1.0\r\nX: y\r\nHOST: [::1]:8085\r\n\r\n",
        "POST //evil.example/?state=7f2a HTTP/1.1\r\nHost: localhost:8085:8085\r\n\r\nbody",
    ];
    let mut request = rng.pick(&TEXTS).as_bytes().to_vec();
    mutate::bytes(&mut request, rng);
    HostInput::Listener(request)
}

/// A token endpoint's answer.
pub fn tokens(rng: &mut Rng) -> HostInput {
    let mut number = || match rng.below(4) {
        0 => rng.number().to_string(),
        1 => format!("\"{}\"", rng.number()),
        2 => "-1e300".to_owned(),
        _ => mutate::odd(&[], rng),
    };
    let (life, refresh) = (number(), number());
    let right = format!(
        r#"{{"access_token": "pina_1", "expires_in": {life}, "refresh_token": "pinr_1", "refresh_token_expires_in": {refresh}, "scope": "boards:read, pins:read"}}"#
    );
    HostInput::Tokens(match rng.once_in(2) {
        true => right,
        false => mutate::text(&right, rng),
    })
}

/// Headers about limits, with any numbers.
pub fn limits(rng: &mut Rng) -> HostInput {
    const NAMES: [&str; 9] = [
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "ratelimit-limit",
        "ratelimit-remaining",
        "ratelimit-reset",
        "retry-after",
        "date",
        "x-request-id",
    ];
    const LIST: &str = "100, 100;w=1;name=\"burst\", 1000;w=60";
    let value = |rng: &mut Rng| match rng.below(6) {
        0 => rng.number().to_string(),
        1 => rng.below(100).to_string(),
        2 => format!("{}, {};w={};name=\"a\"", rng.below(2000), rng.number(), rng.number()),
        3 => mutate::text("Thu, 09 Jul 2026 09:33:55 GMT", rng),
        4 => mutate::text(LIST, rng),
        _ => mutate::text("1795338000.5", rng),
    };
    let header = |rng: &mut Rng| ((*rng.pick(&NAMES)).to_owned(), value(rng));
    let answer = |rng: &mut Rng| {
        let headers = (0..=rng.below(6)).map(|_| header(rng)).collect();
        (*rng.pick(&[200, 429, 503]), headers)
    };
    HostInput::Limits((0..=rng.below(3)).map(|_| answer(rng)).collect())
}

/// A path, a `data:` URI or an address.
pub fn blob(rng: &mut Rng) -> HostInput {
    const TEXTS: [&str; 6] = [
        "data:image/png;base64,iVBORw0KGgo=",
        "data:text/plain;charset=utf-8;name=a.txt,a%20b",
        "data:,",
        "http://127.0.0.1/a?b=secret",
        "ftp://example.com/a",
        "FILE:///etc/passwd",
    ];
    HostInput::Blob(one_of(&TEXTS, 3, rng))
}

/// Where an origin is led.
pub fn route(rng: &mut Rng) -> HostInput {
    let origin = one_of(&["https://api.example.com", "http://[::1]:80"], 2, rng);
    HostInput::Route(origin, one_of(&["http://127.0.0.1:8931/storage", "http://a"], 2, rng))
}

/// A request that a shell or curl could misunderstand.
pub fn curl(rng: &mut Rng) -> HostInput {
    HostInput::Curl {
        url: one_of(
            &["https://api.example.com/v5/boards?name=a", "http://a/'{1,2}[3]$(id)"],
            1,
            rng,
        ),
        name: one_of(&["x-request-id", "file", "a'b", "@a"], 1, rng),
        value: one_of(&["7 `id` $(id) 'a'", "@/etc/passwd", "<a;type=b", "\\'\"$HOME\""], 2, rng),
        body: one_of(&["{\"name\": \"it's $HOME\"}", "-n %s \\n", "@/etc/passwd", "'"], 2, rng),
        kind: rng.below(4),
    }
}
