//! What was found once does not come back.

use std::fs;
use std::path::Path;
use std::time::Duration;

use fuzz::hunt::{self, Effort};
use fuzz::seeds::Seeds;
use fuzz::targets::{TARGETS, Work};

#[test]
fn what_was_found_is_mended() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let folders = fs::read_dir(&corpus).unwrap().map(|folder| folder.unwrap().path());
    let mut wrong = Vec::new();
    for target in TARGETS {
        assert!(corpus.join(target.name).is_dir(), "no input is kept for {}", target.name);
    }
    for folder in folders.filter(|folder| folder.is_dir()) {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(TARGETS.iter().any(|target| target.name == name), "there is no target {name}");
        for file in fs::read_dir(&folder).unwrap() {
            let file = file.unwrap().path();
            let work: Work = serde_json::from_str(&fs::read_to_string(&file).unwrap())
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            if let Err((what, _)) = hunt::attempt(work, &Work::run) {
                wrong.push(format!("{}: {what}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A target without inputs would find nothing, and nobody would see it.
#[test]
fn every_target_has_many_different_inputs() {
    let seeds = Seeds::load();
    assert!(seeds.starts.len() > 500 && seeds.resumes.len() > 500 && seeds.cursors.len() > 20);
    for target in TARGETS {
        let mut rng = fuzz::rng::Rng::new(7);
        let made: Vec<Work> = (0..200).map(|_| target.make(&seeds, &mut rng)).collect();
        let different: std::collections::HashSet<String> =
            made.iter().map(|work| format!("{work:?}")).collect();
        assert!(different.len() > 100, "{}: {}", target.name, different.len());
    }
}

#[test]
fn a_panic_is_found_and_can_be_made_again() {
    let seeds = Seeds::load();
    let run = |work: Work| match serde_json::to_string(&work).unwrap().contains("boards.") {
        true => panic!("found"),
        false => Ok(()),
    };
    let effort = Effort { time: Duration::from_secs(60), calls: 6_400, threads: 2, seed: 3 };
    let tally = hunt::hunt(&TARGETS[0], &seeds, effort, &run);
    assert_eq!(tally.calls, 6_400);
    assert!(tally.panics > 0 && tally.finds.len() == 1, "{}", tally.panics);
    let (_, work) = tally.finds.into_iter().next().unwrap();
    assert!(hunt::attempt(work, &run).is_err());
}
