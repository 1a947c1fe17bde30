//! The examples that AWS documents with their signatures.

use std::borrow::Cow;
use std::collections::BTreeMap;

use http::Method;
use http::header::{AUTHORIZATION, HeaderMap, HeaderName};
use serde_json::{Value, json};
use url::Url;

use super::*;
use crate::secret::Secret;

/// 2013-05-24T00:00:00Z, as in the examples of S3.
const MAY_24: u64 = 1_369_353_600;
/// 2015-08-30T12:36:00Z, as in the example of IAM.
const AUGUST_30: u64 = 1_440_938_160;

struct Example<'a> {
    value: Value,
    secret: Secret,
    others: BTreeMap<String, Secret>,
    now: u64,
    method: Method,
    url: Url,
    headers: HeaderMap,
    payload: Payload<'a>,
}

impl<'a> Example<'a> {
    fn s3(method: Method, url: &str, headers: &[(&str, &str)], body: &'a [u8]) -> Self {
        let headers = headers.iter().map(|(name, value)| {
            (HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap())
        });
        Example {
            value: json!({"service": "s3", "region": "us-east-1"}),
            secret: Secret::pair(
                "AKIAIOSFODNN7EXAMPLE",
                "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            ),
            others: BTreeMap::new(),
            now: MAY_24,
            method,
            url: url.parse().unwrap(),
            headers: headers.collect(),
            payload: Payload::Bytes(Cow::Borrowed(body)),
        }
    }

    /// The whole header.
    async fn authorization(&mut self) -> Result<String, String> {
        let mut signing = Signing {
            value: &self.value,
            secret: &self.secret,
            others: self.others.clone(),
            now: self.now,
            method: &self.method,
            url: &mut self.url,
            headers: &mut self.headers,
            payload: self.payload.clone(),
            hidden: Vec::new(),
        };
        SigV4.sign(&mut signing).await.map_err(|error| error.to_string())?;
        let hidden: Vec<_> = signing.hidden.iter().map(|it| it.expose().to_owned()).collect();
        let value = self.headers[AUTHORIZATION].to_str().unwrap().to_owned();
        let signature = value.rsplit_once("Signature=").unwrap().1;
        assert_eq!(hidden, [value.as_str(), signature]);
        Ok(value)
    }

    async fn signature(&mut self) -> String {
        let value = self.authorization().await.unwrap();
        value.rsplit_once("Signature=").unwrap().1.to_owned()
    }

    fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

const BUCKET: &str = "https://examplebucket.s3.amazonaws.com";

#[tokio::test]
async fn an_object_is_fetched() {
    let url = format!("{BUCKET}/test.txt");
    let mut get = Example::s3(Method::GET, &url, &[("range", "bytes=0-9")], b"");
    let expected = "AWS4-HMAC-SHA256 \
        Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
        SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, \
        Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
    assert_eq!(get.authorization().await.unwrap(), expected);
    assert_eq!(get.header("host"), "examplebucket.s3.amazonaws.com");
    assert_eq!(get.header("x-amz-date"), "20130524T000000Z");
}

#[tokio::test]
async fn an_object_is_stored() {
    let headers =
        [("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")];
    let url = format!("{BUCKET}/test$file.text");
    let mut put = Example::s3(Method::PUT, &url, &headers, b"Welcome to Amazon S3.");
    let expected = "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd";
    assert_eq!(put.signature().await, expected);
    assert_eq!(put.url.path(), "/test%24file.text");
}

#[tokio::test]
async fn queries_are_signed_with_and_without_values() {
    let url = format!("{BUCKET}/?lifecycle");
    let lifecycle = Example::s3(Method::GET, &url, &[], b"").signature().await;
    let expected = "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543";
    assert_eq!(lifecycle, expected);
    let url = format!("{BUCKET}/?max-keys=2&prefix=J");
    let list = Example::s3(Method::GET, &url, &[], b"").signature().await;
    let expected = "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7";
    assert_eq!(list, expected);
}

#[tokio::test]
async fn a_url_that_means_the_same_has_the_same_signature() {
    let urls = ["/a%20b%3Ac/%C3%BC?x=1%202%2F3&y=", "/a b:c/ü?x=1+2/3&y="];
    let mut signatures = Vec::new();
    for url in urls {
        let mut get = Example::s3(Method::GET, &format!("{BUCKET}{url}"), &[], b"");
        signatures.push(get.signature().await);
        assert_eq!(get.url.as_str(), format!("{BUCKET}{}", urls[0]));
    }
    assert_eq!(signatures[0], signatures[1]);
    let mut get = Example::s3(Method::GET, &format!("{BUCKET}/%FF"), &[], b"");
    assert_eq!(get.authorization().await.unwrap_err(), "the URL is not UTF-8");
}

#[tokio::test]
async fn another_service_has_no_header_for_the_body() {
    let kind = "application/x-www-form-urlencoded; charset=utf-8";
    let url = "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08";
    let mut list = Example::s3(Method::GET, url, &[("content-type", kind)], b"");
    list.value = json!({"service": "iam", "region": "us-east-1"});
    list.secret = Secret::pair("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    list.now = AUGUST_30;
    let expected = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
    assert_eq!(list.signature().await, expected);
    assert!(!list.headers.contains_key("x-amz-content-sha256"));
    list.headers.clear();
    list.payload = Payload::Streamed;
    let refused = list.authorization().await.unwrap_err();
    assert!(refused.contains("cannot be signed for the service `iam`"), "{refused}");
}

#[tokio::test]
async fn what_streams_to_s3_is_not_signed() {
    let mut put = Example::s3(Method::PUT, &format!("{BUCKET}/film"), &[], b"");
    put.payload = Payload::Streamed;
    put.authorization().await.unwrap();
    assert_eq!(put.header("x-amz-content-sha256"), "UNSIGNED-PAYLOAD");
}

#[tokio::test]
async fn a_session_token_is_signed_and_sent() {
    let mut get = Example::s3(Method::GET, &format!("{BUCKET}/test.txt"), &[], b"");
    get.value["session_token"] = "session-token".into();
    get.others.insert("session-token".into(), Secret::new("AQoDYXdzEPT"));
    assert_eq!(SigV4.others(&get.value), ["session-token"]);
    let value = get.authorization().await.unwrap();
    assert!(value.contains("x-amz-date;x-amz-security-token, "), "{value}");
    assert_eq!(get.header("x-amz-security-token"), "AQoDYXdzEPT");
}

#[tokio::test]
async fn what_does_not_fit_is_refused() {
    let get = |value: Value, secret: Secret, headers: &[(&str, &str)]| {
        let mut get = Example::s3(Method::GET, BUCKET, headers, b"");
        (get.value, get.secret) = (value, secret);
        async move { get.authorization().await.unwrap_err() }
    };
    let (good, pair) = (json!({"service": "s3", "region": "eu-west-1"}), Secret::pair("a", "b"));
    let refused = get(json!({"service": "s3"}), pair.clone(), &[]).await;
    assert_eq!(refused, "missing field `region`");
    let refused = get(json!({"service": "s3", "region": "eu/west"}), pair.clone(), &[]).await;
    let letters = "lower case letters, digits and hyphens only";
    assert_eq!(refused, format!("the region `eu/west` must have {letters}"));
    let refused = get(good.clone(), Secret::new("b"), &[]).await;
    assert_eq!(refused, "it needs a pair: access key id and secret access key");
    let refused = get(good, pair, &[("x-amz-date", "20130524T000000Z")]).await;
    assert_eq!(
        refused,
        "the header `x-amz-date` is set by the connector, and only the host sets it"
    );
}
