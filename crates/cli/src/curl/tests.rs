//! A real shell reads each command, with a stub in curl's place that shows what it was given.

use std::process::Command;

use connector_host::contract::{Effect, Header};

use super::*;

fn request(body: Body) -> Request {
    Request {
        method: Method::Post,
        url: "https://api.example.com/v1?a=[1]&b={2}".into(),
        headers: Vec::new(),
        body,
        credential: None,
        effect: Effect::Write,
        costs: Vec::new(),
        idempotency_header: None,
        extensions: Vec::new(),
        save: false,
    }
}

/// What curl is given: its arguments, and its stdin.
fn given(command: &str) -> (Vec<String>, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let stdin = folder.path().join("stdin");
    // A function and no file: one that another thread's child still has open cannot be run.
    let stub = "curl() { printf '%s\\0' \"$@\"; case \"$*\" in *@-*) cat >\"$STDIN\";; esac; }\n";
    let ran = Command::new("sh")
        .args(["-c", &format!("{stub}{command}")])
        .envs([("TOKEN", "t o'k$en"), ("STDIN", stdin.to_str().unwrap())])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(ran.status.success(), "{command}: {}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(String::from_utf8_lossy(&ran.stderr), "", "{command}");
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().flatten().collect();
    assert!(left.len() <= 1, "{command} made a file");
    let words = String::from_utf8(ran.stdout).unwrap();
    let words = words.split_terminator('\0').map(str::to_owned).collect();
    (words, std::fs::read(stdin).unwrap_or_default())
}

/// The values of an option.
fn values<'a>(words: &'a [String], option: &str) -> Vec<&'a str> {
    let pairs = words.windows(2).filter(|pair| pair[0] == option);
    pairs.map(|pair| pair[1].as_str()).collect()
}

/// A text of all that means something to a shell or to curl, and some other characters.
fn any(length: usize) -> String {
    let special = "'\"`$()\\;@<>&|*?~!#{}[]= \t\n-,.%aZ0é";
    let all: Vec<char> = special.chars().collect();
    (0..length).map(|_| all[fastrand::usize(..all.len())]).collect()
}

#[test]
fn no_text_breaks_out_of_its_place() {
    for length in (0..120).chain([1, 2, 3, 4, 5, 6]) {
        let value = any(length).replace('\n', "");
        let headers = vec![
            Header { name: "x-`id`".into(), value: value.clone() },
            Header { name: "x-$'|&".into(), value: "1".into() },
        ];
        let text = any(length);
        let sent = Request { headers, ..request(Body::Bytes(text.clone().into_bytes())) };
        let header = "x-`id`-key";
        let credential = Credential { id: "key", place: Place::Header(header, "Bearer ") };
        let (words, _) = given(&command(&sent, Some(&credential)).unwrap());
        assert_eq!(words[..4], ["--globoff", "--request", "POST", "--url"]);
        assert_eq!(words[4], "https://api.example.com/v1?a=[1]&b={2}");
        let first = match value.trim() {
            "" => "x-`id`;".to_owned(),
            _ => format!("x-`id`: {value}"),
        };
        let headers = values(&words, "--header");
        let expected = ["x-`id`-key: Bearer t o'k$en", &first, "x-$'|&: 1", "content-type:"];
        assert_eq!(headers, expected);
        assert_eq!(values(&words, "--data-raw"), [&text]);
        assert_eq!(words.len(), 5 + 2 * 5);
    }
}

/// Reads the value of `--form` as curl does (`formparse` in its sources): a name, and after `=` a
/// word in quotes with what follows it.
fn as_curl_reads(value: &str) -> (String, char, Vec<(String, String)>) {
    let (name, mut rest) = value.split_once('=').unwrap();
    let kind = match rest.strip_prefix('@') {
        Some(after) => {
            rest = after;
            '@'
        }
        None => '=',
    };
    let mut all = Vec::new();
    let mut key = "content".to_owned();
    loop {
        let mut word = String::new();
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut characters = quoted.char_indices();
            let end = loop {
                match characters.next().expect("a quote ends") {
                    (at, '"') => break at + 1,
                    (_, '\\') => word.push(characters.next().unwrap().1),
                    (_, c) => word.push(c),
                }
            };
            rest = &quoted[end..];
        } else {
            let end = rest.find(';').unwrap_or(rest.len());
            word += &rest[..end];
            rest = &rest[end..];
        }
        all.push((key, word));
        let Some(more) = rest.strip_prefix(';') else {
            assert_eq!(rest, "");
            return (name.to_owned(), kind, all);
        };
        let (next, value) = more.split_once('=').unwrap();
        (key, rest) = (next.to_owned(), value);
    }
}

#[test]
fn no_file_name_is_more_than_one() {
    for length in 1..80 {
        let (reference, filename) = (any(length), any(length));
        let part = Part {
            name: any(length).replace('=', ""),
            filename: Some(filename.clone()),
            content_type: Some("video/mp4".into()),
            content: PartContent::Blob(reference.clone()),
        };
        let plain = Part {
            name: "n".into(),
            filename: None,
            content_type: None,
            content: PartContent::Text(any(length)),
        };
        let PartContent::Text(text) = plain.content.clone() else { unreachable!() };
        let typed = Part { content_type: Some("text/plain".into()), ..plain.clone() };
        let name = part.name.clone();
        let body = Body::Multipart(vec![part, plain, typed]);
        let (words, _) = given(&command(&request(body), None).unwrap());
        let forms = values(&words, "--form");
        let path = if reference.starts_with('-') { format!("./{reference}") } else { reference };
        let expected = [("content", path), ("type", "video/mp4".into()), ("filename", filename)];
        let expected = expected.map(|(key, value)| (key.to_owned(), value)).to_vec();
        assert_eq!(as_curl_reads(forms[0]), (name, '@', expected));
        let expected = [("content", text.clone()), ("type", "text/plain".into())];
        let expected = expected.map(|(key, value)| (key.to_owned(), value)).to_vec();
        assert_eq!(as_curl_reads(forms[1]), ("n".into(), '=', expected));
        assert_eq!(values(&words, "--form-string"), [format!("n={text}")]);
    }
}

#[test]
fn pieces_are_read_by_the_shell() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let names = ["-rf", "a b;c", "it's", "$(touch made)"].map(path);
    for name in &names {
        std::fs::write(name, "x".repeat(100)).unwrap();
    }
    let mut pieces = vec![Piece::Text("%s\\n'\"`".into()), Piece::Text("-n".into())];
    pieces.extend(names.iter().cloned().map(Piece::Blob));
    pieces.push(Piece::BlobBase64(names[1].clone()));
    let (words, stdin) = given(&command(&request(Body::Pieces(pieces)), None).unwrap());
    assert_eq!(values(&words, "--data-binary"), ["@-"]);
    let base64 = "eHh4".repeat(33) + "eA==";
    assert_eq!(
        String::from_utf8(stdin).unwrap(),
        format!("%s\\n'\"`-n{}{base64}", "x".repeat(400))
    );

    let bytes = b"a\0b\xff".to_vec();
    let (words, stdin) = given(&command(&request(Body::Bytes(bytes.clone())), None).unwrap());
    assert_eq!((values(&words, "--data-binary"), stdin), (vec!["@-"], bytes));
}

#[test]
fn what_curl_cannot_send_is_said() {
    let says = |request: Request| command(&request, None).unwrap_err();
    let empty = || request(Body::Empty);
    let part = |name: &str, kind: &str, content: &str| {
        request(Body::Multipart(vec![Part {
            name: name.into(),
            filename: None,
            content_type: Some(kind.into()),
            content: PartContent::Blob(content.into()),
        }]))
    };
    assert!(says(Request { url: "-o /tmp/x".into(), ..empty() }).starts_with("its URL: "));
    let header = |name: &str, value: &str| Header { name: name.into(), value: value.into() };
    let wrong = vec![header("@/etc/passwd", "x")];
    assert!(says(Request { headers: wrong, ..empty() }).contains("not the name of a header"));
    let wrong = vec![header("a", "x\ny: z")];
    assert!(says(Request { headers: wrong, ..empty() }).contains("more than one line"));
    assert!(says(part("a=b", "a/b", "f")).contains("a name with `=`"));
    assert!(says(part("a", "a/b;headers=@/etc/passwd", "f")).contains("content type"));
    assert!(says(part("a", "a/b", "HTTPS://example.com/f")).contains("save it as one first"));
}

#[test]
fn a_credential_is_where_the_connector_places_it() {
    let placed = |place| {
        let credential = Credential { id: "key", place };
        command(&request(Body::Empty), Some(&credential)).map(|command| given(&command).0)
    };
    let words = placed(Place::Query("api_key")).unwrap();
    assert_eq!(values(&words, "--url-query"), ["api_key=t o'k$en"]);
    assert_eq!(values(&placed(Place::Basic).unwrap(), "--user"), ["t o'k$en"]);
    let signed = placed(Place::Signed("aws-sigv4")).unwrap_err();
    assert_eq!(signed, "it is signed as a whole, by aws-sigv4");
}
