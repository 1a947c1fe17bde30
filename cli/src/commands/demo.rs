//! `demo`
use crate::error::Error;
use crate::options::Options;
use clap::Args;
#[derive(Args)]
pub struct Demo {}
impl Demo {
    pub async fn run(self, _options: Options) -> Result<(), Error> {
        Ok(())
    }
}
