//! `demo`: everything once, on an emulator. Any surprise ends it.

mod stage;
mod steps;

use std::time::{Duration, Instant};

use clap::Args;
use tokio::time::timeout;

use self::stage::Stage;
use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::output;

/// Far more than it takes.
const PATIENCE: Duration = Duration::from_secs(10);

const EXAMPLES: &str = r#"Examples:
  connector demo"#;

/// Show it all on an emulator, in a few seconds
///
/// Needs no account and leaves nothing behind but compiled code.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Demo {}

impl Demo {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let begun = Instant::now();
        let ended = timeout(PATIENCE, play(options)).await;
        let late = |_| Error::Unexpected(format!("expected an end within {PATIENCE:?}"));
        let requests = ended.map_err(late)??;
        let seconds = begun.elapsed().as_secs_f64();
        output::line(format!("\nDone: {requests} requests in {seconds:.1} s"))
    }
}

/// Answers with how many requests reached the emulator.
async fn play(options: Options) -> Result<u64, Error> {
    let step = stage::begin("load");
    // Nothing but the emulator of this process, whatever a shell is set up for.
    let app = App::open(Options {
        emulator: true,
        fresh: true,
        settings: None,
        routes: Vec::new(),
        ..options
    })
    .await?;
    step.done(steps::loaded(&app)?)?;
    let stage = Stage::set(app)?;
    steps::connect(&stage).await?;
    steps::choose(&stage).await?;
    let board = steps::create_board(&stage).await?;
    let pin = steps::create_pins(&stage, &board).await?;
    steps::list(&stage).await?;
    steps::update(&stage, &pin).await?;
    steps::watch(&stage, &board).await?;
    steps::make_mistakes(&stage).await?;
    steps::wait(&stage, &board).await?;
    steps::clean_up(&stage, &board, &pin).await?;
    Ok(stage.requests())
}
