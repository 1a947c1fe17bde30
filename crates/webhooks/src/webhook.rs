//! A webhook with the rules by which its deliveries are checked, answered and read.

use std::time::Duration;

use connector_deliveries::{self as deliveries, Checked, Delivered, Key, Verdict};
use connector_host::contract::webhooks::SigningKey;
use connector_host::contract::{Delivery, webhooks};
use connector_host::{Call, Clock, Connection, NoopObserver, Polled, Secret};
use serde_json::{Map, Value};

use crate::answer::{self, Answer, Next};
use crate::error::Error;
use crate::key::{self, Keys};
use crate::rule::{Rule, Unusable};
use crate::subscription::Subscription;

/// A webhook of a connector. Made once, and used for every delivery.
#[derive(Clone, Debug)]
pub struct Webhook {
    id: String,
    shared: bool,
    rules: Vec<Rule>,
    clock: Clock,
}

impl Webhook {
    /// The webhook of this id. Fails when the host cannot check any of its signatures.
    pub async fn find(connection: &Connection, id: &str) -> Result<Self, Error> {
        let all = connection.webhooks().await?;
        let said = all.iter().find(|webhook| webhook.trigger.id == id);
        Self::new(said.ok_or_else(|| Error::Unknown(id.to_owned()))?)
    }

    /// The same from what the connector says of it.
    pub fn new(said: &webhooks::Webhook) -> Result<Self, Error> {
        let id = said.trigger.id.clone();
        let (mut rules, mut unknown) = (Vec::new(), None);
        for signature in &said.signatures {
            match Rule::new(signature) {
                Ok(rule) => rules.push(rule),
                // The service may sign in another way as well.
                Err(Unusable::Algorithm(name)) => unknown = Some(name),
                Err(Unusable::Wrong(why)) => return Err(Error::Rule { webhook: id, why }),
            }
        }
        match unknown {
            Some(algorithm) if rules.is_empty() => Err(Error::Algorithm { webhook: id, algorithm }),
            _ => Ok(Webhook { id, shared: said.shared, rules, clock: Clock::default() }),
        }
    }

    /// Goes by another clock, for tests.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the address is one for all connections of the app: the host finds out whom a delivery is
    /// for when it is there.
    pub fn is_shared(&self) -> bool {
        self.shared
    }

    /// What its signatures are checked with. `subscription` is what is kept of it, and absent as long as
    /// nobody knows which it is.
    pub async fn keys(
        &self,
        connection: &Connection,
        subscription: Option<&Secret>,
    ) -> Result<Keys, Error> {
        let mut keys = Vec::new();
        for rule in &self.rules {
            keys.push(key::find(&rule.key, connection, subscription).await?);
        }
        Ok(Keys(keys))
    }

    /// The same without a connection: `find` knows the client secret and the credentials.
    pub fn keys_from(
        &self,
        subscription: Option<&Secret>,
        mut find: impl FnMut(&SigningKey) -> Option<Secret>,
    ) -> Keys {
        let key = |rule: &Rule| match &rule.key {
            SigningKey::Constant(text) => Some(Secret::new(text)),
            SigningKey::Subscription(at) => subscription.and_then(|it| key::within(it, at)),
            other => find(other),
        };
        Keys(self.rules.iter().map(key).collect())
    }

    /// Whether a delivery is the service's.
    pub fn verify(&self, keys: &Keys, delivery: &Delivery) -> Result<Verdict, Error> {
        Ok(self.check(keys, delivery)?.verdict)
    }

    /// Checks a delivery, and has the connector say what to answer. What is not the service's gets 401
    /// and is not shown to the connector; what is not signed, as a challenge often is, is answered only
    /// if that was all. Where the answer has a subscription, that is kept before the answer is sent.
    pub async fn answer(
        &self,
        connection: &Connection,
        subscription: Option<&Secret>,
        delivery: &Delivery,
    ) -> Result<Answer, Error> {
        let keys = self.keys(connection, subscription).await?;
        let Checked { verdict, takes_key } = self.check(&keys, delivery)?;
        if let Verdict::Wrong(_) = verdict {
            return Ok(Answer::refusal(verdict, 401));
        }
        let mut said = connection.acknowledge(&self.id, subscription, delivery.clone()).await?;
        answer::check(&said)?;
        match verdict {
            Verdict::Absent if !said.last => return Ok(Answer::refusal(verdict, 401)),
            // The service sends it again, and then the key may be there.
            Verdict::NoKey(_) if !said.last => return Ok(Answer::refusal(verdict, 503)),
            _ => {}
        }
        let kept = said.subscription.take().filter(|_| takes_key).map(Secret::new);
        let is_event = verdict.is_trusted() && !said.last && said.status < 300;
        let next = match is_event {
            false => Next::Nothing,
            true if self.shared => {
                Next::ReceiveFor(connection.accounts(&self.id, delivery.clone()).await?)
            }
            true => Next::Receive,
        };
        Ok(Answer { next, subscription: kept, ..Answer::of(said, verdict) })
    }

    /// Makes events of a delivery that [`Webhook::answer`] has let through. Those of one subscription come
    /// one after the other, each with the cursor of the one before, which is kept together with the
    /// events.
    pub async fn receive(
        &self,
        connection: &Connection,
        subscription: &Subscription,
        delivery: Delivery,
    ) -> Result<Polled, Error> {
        let Subscription { config, content, cursor } = subscription;
        let polled = connection
            .receive(&*self.id, config.clone(), content, delivery, cursor.clone())
            .await?;
        Ok(polled)
    }

    /// Asks the service to send events to an address: an https URL that nobody can guess.
    pub async fn subscribe(
        &self,
        connection: &Connection,
        config: Value,
        address: &str,
    ) -> Result<Subscription, Error> {
        let (webhook, address) = (self.id.clone(), address.to_owned());
        let call = Call::Subscribe { webhook, config: config.to_string(), address };
        Ok(Subscription::new(config, output(connection, call).await?))
    }

    /// Makes a subscription last longer: see [`Subscription::renew_at`]. It keeps its cursor.
    pub async fn renew(
        &self,
        connection: &Connection,
        subscription: &Subscription,
    ) -> Result<Subscription, Error> {
        let Subscription { config, content, cursor } = subscription.clone();
        let call = Call::Renew {
            webhook: self.id.clone(),
            config: config.to_string(),
            subscription: content.expose().to_owned(),
        };
        let content = output(connection, call).await?;
        Ok(Subscription { config, content, cursor })
    }

    /// Ends a subscription; one that has gone already is no error.
    pub async fn unsubscribe(
        &self,
        connection: &Connection,
        subscription: &Subscription,
    ) -> Result<(), Error> {
        let subscription = subscription.content.expose().to_owned();
        let call = Call::Unsubscribe { webhook: self.id.clone(), subscription };
        connection.run(call, &mut NoopObserver).await?;
        Ok(())
    }

    fn check(&self, keys: &Keys, delivery: &Delivery) -> Result<Checked, Error> {
        let rules = self.rules.iter().zip(&keys.0).map(|(rule, key)| {
            let text = key.as_ref().map(Secret::expose);
            (&rule.rule, Key { text, missing: key::name(&rule.key) })
        });
        let headers = delivery.headers.iter().map(|it| (&*it.name, &*it.value));
        let delivered = Delivered {
            method: delivery.method.word(),
            url: &delivery.url,
            headers: headers.collect(),
            body: &delivery.body,
        };
        let now = Duration::from_secs(self.clock.now());
        deliveries::check(rules, &delivered, now).map_err(Error::Key)
    }
}

/// The subscription that a call ends with.
async fn output(connection: &Connection, call: Call) -> Result<Secret, Error> {
    let outcome = connection.run(call, &mut NoopObserver).await?;
    match serde_json::from_str::<Map<String, Value>>(&outcome.output) {
        Ok(_) => Ok(Secret::new(outcome.output)),
        Err(_) => Err(Error::Answer("the subscription is not an object".to_owned())),
    }
}
