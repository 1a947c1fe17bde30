//! The list in memory, and the connector as a library: thousands of schedules in seconds. It pages
//! in every way that Pinterest may: on from an item or from a number of items, with and without an
//! empty page at the end.

use fastrand::Rng;
use pinterest_connector::Connector;
use pinterest_connector::catalog::Listing as Shape;
use pinterest_connector::contract::steps::Guest as _;
use pinterest_connector::contract::{
    Chunk, Context, Error, Method, Range, Reply, Request, Response, Saved, Step, triggers,
};
use serde_json::{Value, json};
use url::Url;

use super::listing::{Item, Listing};
use super::schedule::World;
use super::subject::{NOW, Reading, Subject};

pub struct Served {
    page: usize,
    /// A page begins after a number of items, and not after an item.
    counts_items: bool,
    /// The last item comes with a bookmark, to an empty page.
    ends_empty: bool,
    /// The file that was downloaded.
    file: String,
}

impl Served {
    pub fn new(rng: &mut Rng) -> Served {
        let page = rng.usize(1..5);
        let (counts_items, ends_empty) = (rng.bool(), rng.bool());
        Served { page, counts_items, ends_empty, file: String::new() }
    }

    /// A page of the list, and where the next one begins.
    fn page(&self, subject: &Subject, listing: &Listing, bookmark: Option<&str>) -> Value {
        let begin = bookmark.map(|text| text.parse::<u64>().expect("one of ours"));
        let items = &listing.items;
        let first = match begin {
            None => 0,
            Some(count) if self.counts_items => (count as usize).min(items.len()),
            Some(place) => items.partition_point(|item| item.place <= place),
        };
        let page: Vec<&Item> = items[first..].iter().take(self.page).collect();
        let next = first + page.len();
        let more = next < items.len() || self.ends_empty && !page.is_empty();
        let bookmark = page.last().filter(|_| more).map(|last| match self.counts_items {
            true => next.to_string(),
            false => last.place.to_string(),
        });
        json!({ "items": things(subject, page), "bookmark": bookmark })
    }
}

fn things<'a>(subject: &Subject, items: impl IntoIterator<Item = &'a Item>) -> Vec<Value> {
    let thing = |item: &Item| subject.thing(&item.key, item.state, item.counts);
    items.into_iter().map(thing).collect()
}

impl World for Served {
    fn start(
        &mut self,
        subject: &Subject,
        config: &str,
        cursor: Option<String>,
    ) -> Result<Step, Error> {
        let trigger = subject.trigger.id.to_owned();
        let (config, settings) = (config.to_owned(), "{}".to_owned());
        let (call, now) = ("poll".to_owned(), NOW.to_owned());
        let context = Context { call, now, locale: None, wanted: None, extensions: Vec::new() };
        <Connector as triggers::Guest>::start(trigger, config, settings, cursor, context)
    }

    fn resume(&mut self, checkpoint: Vec<u8>, reply: Reply) -> Result<Step, Error> {
        Connector::resume(checkpoint, reply)
    }

    fn answer(&mut self, subject: &Subject, listing: &Listing, request: &Request) -> Reply {
        let url = Url::parse(&request.url).expect("a request goes to a URL");
        let field = |wanted: &str| {
            url.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
        };
        let all = || things(subject, &listing.items);
        let answer = match (subject.reading, subject.trigger.action.listing) {
            (Reading::File, _) if request.save => {
                let rows = listing.items.iter().map(|item| format!("Ada,{}\n", item.key));
                self.file = format!("FULL_NAME,EMAIL\n{}", rows.collect::<String>());
                let (status, headers) = (200, Vec::new());
                return Reply::Saved(Saved { status, headers, blob: "file".to_owned() });
            }
            (Reading::File, _) if request.method == Method::Post => json!({"leads_export_id": "1"}),
            (Reading::File, _) => {
                json!({"export_status": "FINISHED", "download_url": "https://example.com/1.csv"})
            }
            (Reading::Days, _) => {
                let day = field("date").expect("a day is asked for");
                let is_final = listing.items.iter().any(|item| item.key == day);
                json!({ "conversion_metrics_ready": is_final, "non_conversion_metrics_ready": true })
            }
            (Reading::Thing, _) => all().pop().unwrap_or_else(|| subject.thing("", 0, false)),
            (Reading::List, Shape::Items(name)) => json!({ name: all() }),
            (Reading::List, Shape::Array) => all().into(),
            (Reading::List, _) => self.page(subject, listing, field("bookmark").as_deref()),
        };
        let (status, headers) = (200, Vec::new());
        Reply::Response(Response { status, headers, body: answer.to_string().into_bytes() })
    }

    fn read(&mut self, _range: &Range) -> Reply {
        let data = self.file.clone().into_bytes();
        Reply::Chunk(Chunk { size: data.len() as u64, data, name: None })
    }

    fn places(&self) -> bool {
        true
    }

    fn counts_items(&self) -> bool {
        self.counts_items
    }
}
