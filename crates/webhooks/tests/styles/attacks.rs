//! What somebody sends who is not the service.

use connector_host::contract::Extension;
use connector_host::contract::webhooks::{Algorithm, SigningKey};
use connector_webhooks::Webhook;

use super::support::{self, Case, case};

const RIGHT: &str = "the signature is right";
const WRONG: &str = "the signature is wrong";
const UNREADABLE: &str = "its header holds no signature that can be read";
const TOO_MANY: &str = "there are too many signatures, or too long ones";
const INCOMPLETE: &str = "not all that is signed is there exactly once";

fn with(case: &Case, header: &str, value: &str) -> String {
    let mut changed = case.clone();
    changed.set_header(header, value);
    changed.verdict()
}

const GITHUB: &str = "x-hub-signature-256";
const STRIPE: &str = "stripe-signature";

#[test]
fn a_shorter_signature_is_wrong() {
    let github = case("GitHub");
    let right = github.header(GITHUB);
    for length in ["sha256=".len() + 2, right.len() - 2] {
        assert_eq!(with(&github, GITHUB, &right[..length]), WRONG, "{length}");
    }
    assert_eq!(with(&github, GITHUB, &format!("{right}00")), WRONG);
    for unreadable in ["", "sha256", &right[7..], &right[..right.len() - 1], "sha1=00", "sha256=é"]
    {
        assert_eq!(with(&github, GITHUB, unreadable), UNREADABLE, "{unreadable}");
    }
    // Nothing is left of it.
    assert_eq!(with(&github, GITHUB, "sha256="), WRONG);
}

#[test]
fn the_case_of_digits_does_not_matter_and_that_of_all_else_does() {
    let github = case("GitHub");
    let digits = github.header(GITHUB)[7..].to_uppercase();
    assert_eq!(with(&github, GITHUB, &format!("sha256={digits}")), RIGHT);
    assert_eq!(with(&github, GITHUB, &format!("SHA256={digits}")), UNREADABLE);
    let shopify = case("Shopify");
    let header = "x-shopify-hmac-sha256";
    let right = shopify.header(header);
    assert_eq!(with(&shopify, header, &right.to_uppercase()), WRONG);
    assert_eq!(with(&shopify, header, &format!(" {right}\t")), RIGHT);
    assert_eq!(with(&shopify, header, &format!("{right}\r\nx: y")), UNREADABLE);
    // As a header of another name: HTTP makes no difference.
    let mut named = shopify.clone();
    named.delivery.headers.iter_mut().for_each(|it| it.name = it.name.to_uppercase());
    assert_eq!(named.verdict(), RIGHT);
}

#[test]
fn one_of_several_signatures_is_right() {
    let github = case("GitHub");
    let (right, wrong) = (github.header(GITHUB), format!("sha256={}", "00".repeat(32)));
    let twice = |values: &[&str]| {
        let mut changed = github.clone();
        changed.delivery.headers.retain(|header| header.name != GITHUB);
        values.iter().for_each(|value| changed.add_header(GITHUB, value));
        changed.verdict()
    };
    assert_eq!(twice(&[&wrong, &right]), RIGHT);
    assert_eq!(twice(&[&right, &wrong]), RIGHT);
    assert_eq!(twice(&[&wrong, &wrong]), WRONG);
    assert_eq!(twice(&[&*wrong; 9]), TOO_MANY);
    assert_eq!(twice(&[]), "there is no signature");
}

#[test]
fn the_elements_of_a_list_belong_together() {
    let stripe = case("Stripe");
    let right = stripe.header(STRIPE);
    let (time, signature) = right.split_once(',').unwrap();
    let wrong = format!("v1={}", "ab".repeat(32));
    let says = |value: &str| with(&stripe, STRIPE, value);
    assert_eq!(says(&format!("{time}, {wrong}, {signature}, v0=1")), RIGHT);
    assert_eq!(says(&format!("{signature},{time}")), RIGHT);
    assert_eq!(says(&format!("{time},{wrong}")), WRONG);
    assert_eq!(says(&format!("{time},v0={}", &signature[3..])), UNREADABLE);
    assert_eq!(says(signature), "the time of the signature is missing, or is none");
    // A second time could make a signature good for ever.
    assert_eq!(
        says(&format!("{right},{time}")),
        "the time of the signature is missing, or is none"
    );
    assert_eq!(says(&format!("{time},{}", [&*wrong; 9].join(","))), TOO_MANY);
    assert_eq!(says(&format!("{right},x={}", "a".repeat(16 << 10))), TOO_MANY);
}

#[test]
fn an_old_delivery_is_not_sent_again() {
    for name in ["Stripe", "Slack", "HubSpot"] {
        let right = case(name);
        let at = |now: u64| Case { now, ..right.clone() }.verdict();
        let says = |off: u64| format!("the time of the signature is {off} s from now");
        let now = right.now;
        assert_eq!((at(now - 299), at(now + 300)), (RIGHT.to_owned(), RIGHT.to_owned()), "{name}");
        assert_eq!((at(now + 302), at(now - 302)), (says(302), says(302)), "{name}");
        assert_eq!(at(0), says(now));
    }
}

#[test]
fn a_time_is_digits() {
    let slack = case("Slack: generated");
    for time in ["", "+1531420618", "-1", "1e9", "0x10", "99999999999999999999999", "ä", "1 "] {
        let said = with(&slack, "x-slack-request-timestamp", time);
        assert_eq!(said, "the time of the signature is missing, or is none", "{time}");
    }
    // In milliseconds, as far away as a number goes.
    let said = with(&slack, "x-slack-request-timestamp", "18446744073709551615");
    assert!(said.starts_with("the time of the signature is 18446"), "{said}");
    let mut twice = slack.clone();
    twice.add_header("x-slack-request-timestamp", "1");
    assert_eq!(twice.verdict(), "the time of the signature is missing, or is none");
    let mut none = slack;
    none.signatures[0].time = None;
    none.delivery.headers.retain(|header| header.name != "x-slack-request-timestamp");
    assert_eq!(none.verdict(), INCOMPLETE);
}

#[test]
fn bodies_are_bytes() {
    let github = case("GitHub");
    let body = |body: &[u8]| {
        let mut changed = github.clone();
        changed.delivery.body = body.to_vec();
        changed.verdict()
    };
    let right = &github.delivery.body;
    assert_eq!(body(right), RIGHT);
    let others: [Vec<u8>; 4] = [
        [right, &b"\r\n"[..]].concat(),
        [&b"\xef\xbb\xbf"[..], right].concat(),
        [right, &b"\xff\xfe"[..]].concat(),
        Vec::new(),
    ];
    for other in others {
        assert_eq!(body(&other), WRONG);
    }
    // A form that is none, in a rule that signs forms.
    let mut twilio = case("Twilio");
    twilio.delivery.body = vec![0xff, b'=', 0xfe, b'%', b'&', b'&'];
    assert_eq!(twilio.verdict(), WRONG);
}

#[test]
fn without_a_key_nothing_is_right() {
    let notion = case("Notion");
    for subscription in [None, Some("{}"), Some(r#"{"token": ""}"#), Some(r#"{"token": 7}"#)] {
        let case = Case { subscription: subscription.map(str::to_owned), ..notion.clone() };
        assert_eq!(case.verdict(), "the subscription does not hold the key yet");
    }
    let empty = Case { secret: String::new(), ..case("Shopify") };
    let missing = "the client secret, which signatures are checked with, is missing";
    assert_eq!(empty.verdict(), missing);
    let mut unknown = case("Slack: generated");
    unknown.signatures[0].key = SigningKey::Credential("other".into());
    assert!(unknown.verdict().starts_with("the credential `other`, which"));
    // A second rule whose key is there decides.
    let mut both = case("Slack: generated");
    let mut second = unknown.signatures[0].clone();
    second.header = "x-other".into();
    both.signatures.push(second);
    assert_eq!(both.verdict(), RIGHT);
    both.delivery.body.push(b' ');
    assert_eq!(both.verdict(), WRONG);
}

#[test]
fn a_key_that_is_written_otherwise_is_named() {
    let mut discord = case("Discord");
    discord.secret = "no digits".into();
    let no = "the key that signatures are checked with is no";
    assert_eq!(discord.verdict(), format!("{no} hexadecimal digits"));
    discord.secret = "00".repeat(31);
    assert_eq!(discord.verdict(), format!("{no} public key of Ed25519"));
    // A point that is on no curve.
    discord.secret = "ff".repeat(32);
    assert_eq!(discord.verdict(), WRONG);
}

#[test]
fn what_the_host_does_not_know_is_refused_by_name() {
    let other = Algorithm::Other(Extension { name: "rsa-sha256".into(), value: "{}".into() });
    let known = case("GitHub").signatures.remove(0);
    let mut unknown = known.clone();
    unknown.algorithm = other;
    let made = |signatures| Webhook::new(&support::webhook(signatures));
    assert_eq!(
        made(vec![unknown.clone()]).unwrap_err().to_string(),
        "the webhook `things.made` is signed with `rsa-sha256`, which this host does not know"
    );
    // The service signs in a way that it knows as well.
    let mut both = case("GitHub");
    both.signatures = vec![unknown, known.clone()];
    assert_eq!(both.verdict(), RIGHT);

    let mut wrong = known;
    wrong.signed = "{body}{time}".into();
    assert_eq!(
        made(vec![wrong]).unwrap_err().to_string(),
        "the webhook `things.made` has a signature that cannot be checked: \
         `{body}{time}`: `{time}` stands for nothing"
    );
}

#[test]
fn without_rules_nothing_is_checked() {
    let mut case = case("GitHub");
    case.signatures.clear();
    assert_eq!(case.verdict(), "the service does not sign what it sends");
}
