//! The ways in which known services sign, as rules: `vectors.json` holds what their own libraries made,
//! or what their documentation prints. `official/make.py` and `official/make.mjs` wrote it.

mod answers;
mod attacks;
mod support;

use support::Case;

#[test]
fn what_a_service_signs_is_right() {
    let cases = support::cases();
    assert!(cases.len() >= 12, "the vectors are read");
    for case in cases {
        assert_eq!(case.verdict(), "the signature is right", "{}", case.name);
    }
}

#[test]
fn any_other_body_address_or_key_is_wrong() {
    for case in support::cases() {
        if case.is_token() {
            continue;
        }
        let changed = |change: fn(&mut Case)| {
            let mut changed = case.clone();
            change(&mut changed);
            changed.verdict()
        };
        let body = changed(|case| {
            // A form is parsed, so that it takes another value to make another.
            let at = case.delivery.body.len() - 1;
            case.delivery.body[at] ^= 1;
        });
        assert_eq!(body, "the signature is wrong", "{}", case.name);
        if case.signs("{url}") || case.signs("{path}") {
            assert_eq!(changed(|case| case.delivery.url.push('a')), "the signature is wrong");
        }
        if case.signs("{method}") {
            let put = changed(|case| case.delivery.method = connector_host::contract::Method::Put);
            assert_eq!(put, "the signature is wrong", "{}", case.name);
        }
        let key = changed(Case::change_key);
        assert_eq!(key, "the signature is wrong", "{}", case.name);
    }
}

#[test]
fn a_token_is_the_whole_token() {
    let token = support::case("a channel token");
    let with = |value: &str| {
        let mut changed = token.clone();
        changed.set_header("x-goog-channel-token", value);
        changed.verdict()
    };
    let right = token.header("x-goog-channel-token");
    assert_eq!(with(&right), "the signature is right");
    let upper = right.to_uppercase();
    for wrong in ["", &right[1..], &right[..right.len() - 1], &format!("{right}a"), &upper] {
        assert_eq!(with(wrong), "the signature is wrong", "{wrong}");
    }
}
