//! Files in inputs: paths, URLs and data URIs.

use base64::Engine;
use serde_json::{Value, json};

use crate::support::{Home, Ran};

/// The first bytes of an MP4 file, and some more.
const VIDEO: &[u8] = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom";

fn upload(home: &Home, video: &str, args: &[&str]) -> Ran {
    let input = json!({
        "video": video, "board_name": "Plants for small rooms", "title": "A video",
        "cover_image_key_frame_time": 0,
    });
    let input = input.to_string();
    home.run(&[&["run", "video_pins.create", "--emulator", "--input", &input], args].concat())
}

#[test]
fn a_file_below_the_working_folder_or_a_named_one_is_sent() {
    let home = Home::new();
    std::fs::create_dir_all(home.path("inner")).unwrap();
    std::fs::write(home.path("inner/a.mp4"), VIDEO).unwrap();
    let data = base64::engine::general_purpose::STANDARD.encode(VIDEO);
    for video in ["inner/a.mp4".to_owned(), format!("data:video/mp4;base64,{data}")] {
        assert_eq!(upload(&home, &video, &[]).fine().json()["created"], Value::Bool(true));
    }
    let elsewhere = tempfile::tempdir().unwrap();
    let outside = elsewhere.path().join("b.mp4");
    std::fs::write(&outside, VIDEO).unwrap();
    let outside = outside.to_str().unwrap();
    let refused = upload(&home, outside, &[]);
    assert!(refused.err.contains("is not below an allowed folder"), "{}", refused.err);
    upload(&home, outside, &["--files", elsewhere.path().to_str().unwrap()]).fine();
}

#[test]
fn what_cannot_be_read_is_said_and_the_field_is_named() {
    let home = Home::new();
    let missing = upload(&home, "missing.mp4", &["--json"]);
    assert_eq!(missing.code, 2);
    assert_eq!(missing.error()["fields"][0]["path"], "video");
    assert!(missing.err.contains("No such file"), "{}", missing.err);
    for (url, why) in [
        ("https://127.0.0.1/a.mp4?key=1", "`https://127.0.0.1/a.mp4`: it is not a public address"),
        ("http://example.org/a.mp4", "only https is fetched"),
    ] {
        let refused = upload(&home, url, &[]);
        assert!(refused.err.contains(why), "{}", refused.err);
    }
}

/// Whatever folder is allowed, and whatever the input names: what this program keeps is for nobody.
#[test]
fn what_this_program_keeps_is_never_sent() {
    let home = Home::new();
    std::fs::write(home.path("state/vault.key"), VIDEO).unwrap();
    std::os::unix::fs::symlink("state", home.path("link")).unwrap();
    let inside = home.path("state");
    let everything: &[&[&str]] =
        &[&[], &["--files", "."], &["--files", "/"], &["--files", inside.to_str().unwrap()]];
    for video in ["state/vault.key", "link/vault.key", "./state/../state/vault.key"] {
        for args in everything {
            let refused = upload(&home, video, args);
            assert_ne!(refused.code, 0, "{video} {args:?}");
            assert!(refused.err.contains("is not below an allowed folder"), "{}", refused.err);
        }
    }
}

#[test]
fn only_a_run_uses_files_that_nobody_has_allowed() {
    let home = Home::new();
    std::fs::write(home.path("a.mp4"), VIDEO).unwrap();
    let missing = upload(&home, "a.mp4", &["--files", "missing"]);
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("--files: missing is not a folder"), "{}", missing.err);
    // A link to a folder that is allowed for another reason than being there.
    std::fs::create_dir(home.path("other")).unwrap();
    let refused = upload(&home, "a.mp4", &["--files", "other"]);
    assert!(refused.err.contains("is not below an allowed folder"), "{}", refused.err);
    upload(&home, "a.mp4", &[]).fine();
}
