//! What the service sent by itself, and the pure functions of the contract about it.

use crate::connection::Connection;
use crate::contract::Delivery;
use crate::contract::webhooks::{Acknowledgement, Webhook};
use crate::error::Error;
use crate::guard::guarded;
use crate::secret::Secret;

impl Connection {
    /// All webhooks of the connector, with the rules by which their signatures are checked.
    pub async fn webhooks(&self) -> Result<Vec<Webhook>, Error> {
        guarded(async { self.connector.instance_for(&self.party).await?.webhooks() }).await
    }

    /// What to answer the service at once. The connector gets the delivery without the secrets that
    /// the host knows. `subscription` is absent as long as nobody knows which it is.
    pub async fn acknowledge(
        &self,
        webhook: &str,
        subscription: Option<&Secret>,
        delivery: Delivery,
    ) -> Result<Acknowledgement, Error> {
        guarded(async {
            let delivery = self.redactor(None).await.delivery(delivery);
            let subscription = subscription.map(|it| it.expose().to_owned());
            let mut instance = self.connector.instance_for(&self.party).await?;
            instance.acknowledge(webhook, subscription.as_ref(), &delivery)
        })
        .await
    }

    /// The ids of the accounts that a delivery to a shared address is for, as a connection test gives
    /// them.
    pub async fn accounts(&self, webhook: &str, delivery: Delivery) -> Result<Vec<String>, Error> {
        guarded(async {
            let delivery = self.redactor(None).await.delivery(delivery);
            self.connector.instance_for(&self.party).await?.accounts(webhook, &delivery)
        })
        .await
    }
}
