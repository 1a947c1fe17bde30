//! The state folder is for one user alone.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use crate::support::{Home, Service};

#[test]
fn a_folder_that_others_can_change_is_refused() {
    let home = Home::new();
    let state = home.path("state");
    for mode in [0o777, 0o775, 0o707] {
        fs::set_permissions(&state, Permissions::from_mode(mode)).unwrap();
        let ran = home.run(&["actions"]);
        assert_eq!((ran.code, &*ran.out), (1, ""), "{mode:o}: {}", ran.err);
        let mend = format!("other users can change it; say: chmod go-w {}\n", state.display());
        assert!(ran.err.ends_with(&mend), "{}", ran.err);
    }
    fs::set_permissions(&state, Permissions::from_mode(0o755)).unwrap();
    home.run(&["actions"]).fine();
}

#[test]
fn a_record_that_is_no_file_is_refused_and_not_waited_for() {
    let service = Service::start();
    let home = service.home();
    home.run(&["run", "boards.list"]).fine();
    home.run(&["watch", "boards.new", "--once"]).fine();
    for (file, args) in [
        ("state/runs/runs.db", &["runs"][..]),
        ("state/watches/default/watch.db", &["watch", "boards.new", "--once"]),
        ("state/watches/default/lock", &["watch", "boards.new", "--once"]),
        ("state/compiled/key", &["actions"]),
    ] {
        let path = home.path(file);
        // The folder with compiled code is shared by all homes.
        if file.contains("compiled") {
            fs::remove_file(home.path("state/compiled")).unwrap();
            fs::create_dir(home.path("state/compiled")).unwrap();
        } else {
            fs::remove_file(&path).unwrap();
        }
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        let ran = home.run(args);
        assert_eq!(ran.code, 1, "{file}: {}", ran.err);
        assert!(ran.err.contains("has to be a file: move it away"), "{file}: {}", ran.err);
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn a_record_without_content_is_not_taken_for_a_new_one() {
    let service = Service::start();
    let home = service.home();
    home.run(&["run", "boards.list"]).fine();
    for file in ["runs.db-wal", "runs.db-shm"] {
        let _ = fs::remove_file(home.path("state/runs").join(file));
    }
    fs::write(home.path("state/runs/runs.db"), "").unwrap();
    let ran = home.run(&["runs"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("what it held is lost; restore it from a copy"), "{}", ran.err);
}
