//! Who may connect: passwords are proven by SCRAM and never sent.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion_postgres::pgwire::api::auth::sasl::scram::{SCRAM_ITERATIONS, gen_salted_password};
use datafusion_postgres::pgwire::api::auth::{
    AuthSource, DefaultServerParameterProvider, LoginInfo, Password, ServerParameterProvider,
};
use datafusion_postgres::pgwire::api::{ClientInfo, ErrorHandler, METADATA_USER};
use datafusion_postgres::pgwire::error::{ErrorInfo, PgWireError, PgWireResult};

use crate::database::Database;
use crate::wire::User;

/// All users, with what their passwords are checked against.
pub(super) struct Users {
    known: Vec<Known>,
    /// What the salt of somebody unknown is made of: the same for the same name, as it is for all others.
    secret: Vec<u8>,
}

struct Known {
    user: User,
    salt: Vec<u8>,
    salted: Vec<u8>,
}

impl Users {
    pub fn new(users: Vec<User>) -> Self {
        let known = users.into_iter().map(|user| {
            let salt = random();
            let salted = gen_salted_password(user.password.expose(), &salt, SCRAM_ITERATIONS);
            Known { user, salt, salted }
        });
        Users { known: known.collect(), secret: random() }
    }

    pub fn database(&self, name: &str) -> Option<&Database> {
        self.known.iter().find(|known| known.user.name == name).map(|known| &known.user.database)
    }
}

#[async_trait]
impl AuthSource for Users {
    async fn get_password(&self, login: &LoginInfo) -> PgWireResult<Password> {
        let name = login.user().unwrap_or_default();
        let known = self.known.iter().find(|known| known.user.name == name);
        // Who asks for somebody unknown learns no more than who does not know the password.
        Ok(match known {
            Some(known) => Password::new(Some(known.salt.clone()), known.salted.clone()),
            None => Password::new(Some(gen_salted_password(name, &self.secret, 1)), random()),
        })
    }
}

/// What a client is told when it has connected.
pub(super) struct Parameters(pub Arc<Users>);

impl ServerParameterProvider for Parameters {
    fn server_parameters<C: ClientInfo>(&self, client: &C) -> Option<HashMap<String, String>> {
        let mut told = DefaultServerParameterProvider::default();
        if let Some(database) = self.0.database(user(client)) {
            database.first_schema().clone_into(&mut told.search_path);
        }
        told.server_parameters(client)
    }
}

/// Names who did not get in: a client need not say its name again with its proof.
pub(super) struct Refusals;

impl ErrorHandler for Refusals {
    fn on_error<C: ClientInfo>(&self, client: &C, error: &mut PgWireError) {
        if let PgWireError::InvalidPassword(name) = error {
            user(client).clone_into(name);
        }
    }
}

/// The name that a client gave.
pub(super) fn user<C: ClientInfo>(client: &C) -> &str {
    client.metadata().get(METADATA_USER).map(String::as_str).unwrap_or_default()
}

impl fmt::Debug for Users {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.known.iter().map(|known| &known.user.name)).finish()
    }
}

/// 32 bytes that nobody can foretell.
fn random() -> Vec<u8> {
    use datafusion_postgres::pgwire::api::auth::sasl::scram::random_nonce;
    (random_nonce() + &random_nonce()).into_bytes().into_iter().take(32).collect()
}

/// An error with a code of PostgreSQL's.
pub(super) fn refused(code: &str, message: String) -> PgWireError {
    PgWireError::UserError(Box::new(ErrorInfo::new("ERROR".into(), code.into(), message)))
}
