//! A journal: what goes on after an interruption, and how.

use std::sync::Arc;

use connector_durable::{Journal, JournalError, Run, RunState};
use connector_host::contract::{Outcome, Request};
use connector_host::{
    Call, CancellationToken, Connection, Connector, Engine, EngineOptions, Error, NoopObserver,
    Observer, Seal,
};
use serde_json::json;

use crate::support::{Answer, FIXTURE, Script, answer, lost, not_sent, ok, scripted, status};

struct Stage {
    script: Arc<Script>,
    stop: CancellationToken,
    connection: Connection,
    journal: Journal,
    folder: tempfile::TempDir,
}

impl Stage {
    fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        let script = Script::new(answers);
        let stop = CancellationToken::new();
        let connection = scripted(&script).stop(stop.clone()).build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path()).unwrap();
        Stage { script, stop, connection, journal, folder }
    }

    /// A connection that was not told to stop.
    fn anew(&mut self) {
        self.stop = CancellationToken::new();
        self.connection = scripted(&self.script).stop(self.stop.clone()).build().unwrap();
    }

    async fn begin(
        &self,
        id: &str,
        input: serde_json::Value,
        observer: &mut dyn Observer,
    ) -> (String, Result<Outcome, Error>) {
        let call = Call::Action { id: id.into(), input: input.to_string() };
        let turn = self.journal.begin(&self.connection, "mine", call).unwrap();
        let id = turn.id().to_owned();
        (id, turn.run(&self.connection, observer).await)
    }

    async fn resume(&self, id: &str, observer: &mut dyn Observer) -> Result<Outcome, Error> {
        let turn = self.journal.resume(&self.connection, "mine", id)?;
        turn.run(&self.connection, observer).await
    }

    fn run(&self, id: &str) -> Run {
        self.journal.run(id).unwrap()
    }
}

/// Stops the call at a page, before or after it is taken, or when a request goes out.
#[derive(Default)]
struct Stops {
    stop: CancellationToken,
    pages: Vec<String>,
    at_page: Option<usize>,
    takes_it: bool,
    at_request: bool,
}

impl Observer for Stops {
    fn page(&mut self, items: &str, _count: u32) -> std::ops::ControlFlow<()> {
        let here = self.at_page == Some(self.pages.len());
        if here {
            self.stop.cancel();
        }
        match here && !self.takes_it {
            true => std::ops::ControlFlow::Break(()),
            false => {
                self.pages.push(items.to_owned());
                std::ops::ControlFlow::Continue(())
            }
        }
    }

    fn sending(&mut self, _request: &Request) {
        if self.at_request {
            self.stop.cancel();
        }
    }
}

#[tokio::test]
async fn pages_are_passed_on_once_whether_or_not_the_last_one_was_taken() {
    for takes_it in [true, false] {
        for at in 0..4 {
            let mut stage = Stage::new([]);
            let stop = stage.stop.clone();
            let mut first = Stops { stop, at_page: Some(at), takes_it, ..Stops::default() };
            let (id, ended) = stage.begin("pages", json!({"number": 4}), &mut first).await;
            let taken = first.pages.len();
            // Whoever takes the last page has everything but the end.
            assert!(matches!(ended, Err(Error::Stopped)) || (takes_it && at == 3));
            assert_eq!(stage.run(&id).items, taken as u64);
            stage.anew();
            let mut second = Stops::default();
            let outcome = stage.resume(&id, &mut second).await.unwrap();
            assert_eq!(outcome.output, r#"{"pages":"all"}"#);
            assert_eq!([first.pages, second.pages].concat(), ["[4]", "[3]", "[2]", "[1]"]);
            assert_eq!((stage.run(&id).state, stage.run(&id).items), (RunState::Done, 4));
        }
    }
}

/// Begins a call that does not come to an end, and drops it: as if the process were gone.
async fn begin_and_drop(stage: &Stage, id: &str, input: serde_json::Value) -> String {
    let call = Call::Action { id: id.into(), input: input.to_string() };
    let turn = stage.journal.begin(&stage.connection, "mine", call).unwrap();
    let id = turn.id().to_owned();
    let mut quiet = NoopObserver;
    let far_enough = async {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        _ = turn.run(&stage.connection, &mut quiet) => panic!("it does not end"),
        () = far_enough => {}
    }
    id
}

#[tokio::test]
async fn only_what_may_be_repeated_is_sent_again() {
    for (effect, outcome_unknown) in [("read", false), ("idempotent", false), ("write", true)] {
        let stage = Stage::new([ok(), ok()]);
        stage.script.hold(1);
        let id = begin_and_drop(&stage, "request", json!({"effect": effect})).await;
        assert_eq!(stage.run(&id).state, RunState::Interrupted, "its process has gone");
        assert_eq!(stage.run(&id).outcome_unknown, outcome_unknown);
        let resumed = stage.resume(&id, &mut NoopObserver).await;
        match outcome_unknown {
            false => {
                resumed.unwrap();
                assert_eq!(stage.script.count(), 2, "{effect}");
            }
            true => {
                let why = resumed.unwrap_err().to_string();
                assert!(why.contains("interrupted"), "{why}");
                assert_eq!(stage.script.count(), 1);
                // The connector has decided.
                assert_eq!(stage.run(&id).state, RunState::Failed);
                let again = stage.resume(&id, &mut NoopObserver).await.unwrap_err();
                assert!(matches!(JournalError::of(&again), Some(JournalError::Failed { .. })));
            }
        }
    }
}

/// Also when it is another process that sends it again.
#[tokio::test]
async fn what_is_sent_again_has_the_same_key() {
    let mut stage = Stage::new([ok(), ok()]);
    stage.script.hold(1);
    let input = json!({"effect": "idempotent", "idempotency-header": "x-key"});
    let id = begin_and_drop(&stage, "request", input.clone()).await;
    stage.anew();
    stage.resume(&id, &mut NoopObserver).await.unwrap();
    stage.begin("request", input, &mut NoopObserver).await.1.unwrap();
    let keys: Vec<_> =
        stage.script.seen().into_iter().map(|it| it.headers["x-key"].clone()).collect();
    assert_eq!(keys.len(), 3);
    assert_eq!(keys[0], keys[1]);
    assert_ne!(keys[1], keys[2]);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_did_nothing_is_sent_again() {
    let limited = || answer(429, &[("retry-after-ms", "99000000")], "");
    let refusals: [Vec<_>; 2] = [vec![limited()], (0..4).map(|_| not_sent()).collect()];
    for refusal in refusals {
        let sent = refusal.len();
        let stage = Stage::new(refusal.into_iter().chain([ok()]));
        let (id, ended) =
            stage.begin("request", json!({"effect": "write"}), &mut NoopObserver).await;
        ended.unwrap_err();
        let run = stage.run(&id);
        assert_eq!((run.state, run.outcome_unknown), (RunState::Interrupted, false));
        stage.resume(&id, &mut NoopObserver).await.unwrap();
        assert_eq!(stage.script.count(), sent + 1);
    }
}

#[tokio::test]
async fn a_write_without_an_answer_is_not_sent_again() {
    for answer in [lost(), status(503)] {
        let stage = Stage::new([answer]);
        let (id, ended) =
            stage.begin("request", json!({"effect": "write"}), &mut NoopObserver).await;
        ended.unwrap_err();
        assert_eq!(stage.run(&id).state, RunState::Failed);
    }
}

/// What the service answers with is known, also when it is no.
#[tokio::test]
async fn a_refused_write_is_not_unknown() {
    for (code, unknown) in [(422, false), (503, true)] {
        let stage = Stage::new([status(code)]);
        let (id, ended) =
            stage.begin("request", json!({"effect": "write"}), &mut NoopObserver).await;
        ended.unwrap_err();
        assert_eq!(stage.run(&id).outcome_unknown, unknown, "{code}");
    }
}

#[tokio::test]
async fn told_to_stop_a_write_is_answered_first() {
    let stage = Stage::new([ok()]);
    let mut stops = Stops { stop: stage.stop.clone(), at_request: true, ..Stops::default() };
    let (id, ended) = stage.begin("request", json!({"effect": "write"}), &mut stops).await;
    ended.unwrap();
    assert_eq!(stage.run(&id).state, RunState::Done);
}

#[tokio::test]
async fn an_outcome_can_be_had_again() {
    let stage = Stage::new([ok()]);
    let (id, ended) = stage.begin("request", json!({}), &mut NoopObserver).await;
    let outcome = ended.unwrap().output;
    assert_eq!(stage.resume(&id, &mut NoopObserver).await.unwrap().output, outcome);
    assert_eq!(stage.script.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn of_a_pause_only_the_rest_is_waited_for() {
    let stage = Stage::new([]);
    let id = begin_and_drop(&stage, "pause", json!({"number": 600_000})).await;
    std::thread::sleep(std::time::Duration::from_millis(50));
    let begun = tokio::time::Instant::now();
    stage.resume(&id, &mut NoopObserver).await.unwrap();
    let waited = begun.elapsed().as_millis();
    assert!(waited > 0 && waited <= 599_952, "{waited}");
}

#[tokio::test]
async fn what_was_refused_at_once_leaves_nothing() {
    let stage = Stage::new([]);
    let (id, ended) = stage.begin("request", json!({"number": "x"}), &mut NoopObserver).await;
    ended.unwrap_err();
    assert!(matches!(stage.journal.run(&id), Err(JournalError::Unknown(_))));
    assert!(stage.journal.runs().unwrap().is_empty());
}

#[tokio::test]
async fn a_run_is_in_one_hand() {
    let stage = Stage::new([]);
    let call = Call::Action { id: "pages".into(), input: json!({"number": 1}).to_string() };
    let turn = stage.journal.begin(&stage.connection, "mine", call).unwrap();
    let id = turn.id().to_owned();
    assert_eq!(stage.run(&id).state, RunState::Running);
    let second = stage.journal.resume(&stage.connection, "mine", &id);
    assert!(matches!(second, Err(JournalError::Busy(_))));
    assert!(matches!(stage.journal.forget(&id), Err(JournalError::Busy(_))));
    drop(turn);
    let other = stage.journal.resume(&stage.connection, "another", &id);
    assert!(matches!(other, Err(JournalError::Foreign { .. })));
    stage.journal.forget(&id).unwrap();
    assert!(matches!(stage.journal.run(&id), Err(JournalError::Unknown(_))));
}

/// The steps of one build mean nothing to another.
#[tokio::test]
async fn another_build_of_the_connector_does_not_go_on() {
    let stage = Stage::new([]);
    let call = Call::Action { id: "pages".into(), input: json!({"number": 1}).to_string() };
    let turn = stage.journal.begin(&stage.connection, "mine", call).unwrap();
    let id = turn.id().to_owned();
    drop(turn);
    // The same code with a section that only people read.
    let mut wasm = FIXTURE.clone();
    wasm.extend([0, 2, 1, b'x']);
    let engine = Engine::new(EngineOptions::default()).unwrap();
    let other = Connection::builder(Connector::from_bytes(&engine, &wasm).unwrap());
    let error = stage.journal.resume(&other.build().unwrap(), "mine", &id).err().unwrap();
    assert!(matches!(error, JournalError::OtherBuild { .. }), "{error}");
    assert!(stage.journal.resume(&stage.connection, "mine", &id).is_ok());
}

#[tokio::test]
async fn a_step_that_somebody_else_wrote_is_not_gone_on_with() {
    let mut stage = Stage::new([lost(), lost(), lost(), lost(), ok(), ok()]);
    let sealed = |key: u8, script| scripted(script).seal(Seal::new([key; 32])).build().unwrap();
    stage.connection = sealed(7, &stage.script);
    let (id, ended) = stage.begin("request", json!({}), &mut NoopObserver).await;
    assert!(ended.is_err() && stage.run(&id).state == RunState::Interrupted);
    stage.connection = sealed(8, &stage.script);
    let resumed = stage.journal.resume(&stage.connection, "mine", &id);
    assert!(matches!(resumed, Err(JournalError::Forged(_))));

    stage.connection = sealed(7, &stage.script);
    let db = rusqlite::Connection::open(stage.folder.path().join("runs.db")).unwrap();
    let change = |what: &str| db.execute(&format!("UPDATE runs SET {what} WHERE id = ?1"), [&id]);
    for what in ["call = replace(call, '{}', '{ }')", "step = NULL", "step = x'00'"] {
        let kept: (String, Vec<u8>) = db
            .query_row("SELECT call, step FROM runs WHERE id = ?1", [&id], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        assert_eq!(change(what).unwrap(), 1);
        let resumed = stage.journal.resume(&stage.connection, "mine", &id);
        assert!(matches!(resumed, Err(JournalError::Forged(_))), "{what}");
        let (call, step) = kept;
        let back = "UPDATE runs SET call = ?2, step = ?3 WHERE id = ?1";
        db.execute(back, rusqlite::params![id, call, step]).unwrap();
    }
    stage.resume(&id, &mut NoopObserver).await.unwrap();
}
