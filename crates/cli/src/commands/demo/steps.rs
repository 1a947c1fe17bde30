//! The steps of the demo, in order. Each checks what it gets.

use connector_auth::{Loopback, Page};
use connector_emulator::{Fault, FaultKind, Match, OutsidePin, SeedBoard};
use connector_host::contract::{CredentialSource, ErrorKind};
use connector_host::{Call, Error as HostError};
use serde_json::{Value, json};

use super::stage::{Stage, begin, expect, surprise};
use crate::app::App;
use crate::error::Error;
use crate::{authorize, output};

/// More than two pages of the largest size.
const MANY: usize = 600;

/// What the component is.
pub fn loaded(app: &App) -> Result<String, Error> {
    let mut instance = app.connector.instantiate()?;
    let (actions, triggers) = (instance.actions()?.len(), instance.triggers()?.len());
    let title = &app.connector.descriptor().title;
    Ok(format!("{title}: {actions} actions, {triggers} triggers; emulator started"))
}

/// The authorization code flow with every scope, then the connection test.
pub async fn connect(stage: &Stage) -> Result<(), Error> {
    let step = begin("connect");
    let loopback = Loopback::listen("http://127.0.0.1:0/").await?;
    stage.control.register_redirect_uri(loopback.uri().as_str());
    let scopes = all_scopes(&stage.app);
    let browser = reqwest::Client::builder().no_proxy().build();
    let browser = browser.map_err(|error| Error::Unexpected(format!("no browser: {error}")))?;
    let open = |url: &url::Url| drop(tokio::spawn(browser.get(url.clone()).send()));
    let arrived = authorize::in_browser(loopback, &stage.oauth, Some(&scopes), open).await?;
    let tokens = arrived.tokens.clone();
    arrived.show(Page::done("Connected")).await;
    let mut granted = tokens.scopes.clone().unwrap_or_default();
    granted.sort();
    let mut asked = scopes;
    asked.sort();
    expect(&granted, &asked)?;
    stage.connect(tokens)?;
    step.done(format!("{} scopes granted through the browser", granted.len()))?;

    let step = begin("test");
    let granted = Some(granted);
    let (outcome, _) = stage.call(Call::Test { granted }).await?;
    let tested: Value = serde_json::from_str(&outcome.output).unwrap_or_default();
    let account = &tested["account"];
    expect(&account["name"], "Studio Fern")?;
    expect(&tested["lacking"], &json!([]))?;
    step.done(format!("as {} ({}), nothing lacking", text(account, "name"), text(account, "type")))
}

fn all_scopes(app: &App) -> Vec<String> {
    let credentials = app.connector.descriptor().credentials.iter();
    let scopes = credentials.filter_map(|credential| match &credential.source {
        CredentialSource::Oauth2(oauth) => Some(&oauth.scopes),
        _ => None,
    });
    scopes.flatten().map(|scope| scope.id.clone()).collect()
}

/// Boards to choose from, all and filtered.
pub async fn choose(stage: &Stage) -> Result<(), Error> {
    let step = begin("choices");
    let choices = async |query: Option<&str>| {
        let call = Call::ActionChoices {
            id: "pins.create".into(),
            field: "board_id".into(),
            input: "{}".into(),
            query: query.map(str::to_owned),
        };
        stage.call(call).await.map(|(_, pages)| pages.concat())
    };
    let all = choices(None).await?;
    expect(all.len(), 6)?;
    let some = choices(Some("BOTANICAL")).await?;
    expect(titles(&some), ["Botanical prints"])?;
    step.done(format!("{} boards; with \"BOTANICAL\" only {}", all.len(), text(&some[0], "title")))
}

/// A board of our own.
pub async fn create_board(stage: &Stage) -> Result<String, Error> {
    let step = begin("create a board");
    let input = json!({"name": "Demo board", "privacy": "PUBLIC"});
    let board = stage.run("boards.create", input).await?;
    expect(&board["name"], "Demo board")?;
    let id = text(&board, "id").to_owned();
    step.done(format!("{}, id {id}", text(&board, "name")))?;
    Ok(id)
}

/// An image and a carousel. Answers with the id of the first.
pub async fn create_pins(stage: &Stage, board: &str) -> Result<String, Error> {
    let step = begin("create an image Pin");
    let input = json!({
        "board_id": board,
        "title": "Fern in a window",
        "alt_text": "A fern on a window sill",
        "media_source": {"source_type": "image_url", "url": "https://example.com/fern.jpg"},
    });
    let image = stage.run("pins.create", input).await?;
    expect(&image["title"], "Fern in a window")?;
    expect(&image["board_id"], board)?;
    let id = text(&image, "id").to_owned();
    step.done(format!("{}, id {id}", text(&image, "title")))?;

    let step = begin("create a carousel");
    let item =
        |name: &str| json!({"title": name, "url": format!("https://example.com/{name}.jpg")});
    let input = json!({
        "board_id": board,
        "title": "Three plants",
        "media_source": {
            "source_type": "multiple_image_urls",
            "items": [item("fern"), item("moss"), item("ivy")],
        },
    });
    let carousel = stage.run("pins.create", input).await?;
    let items = carousel["media"]["items"].as_array().map(Vec::len);
    expect(items, Some(3))?;
    step.done(format!("{} with 3 images", text(&carousel, "title")))?;
    Ok(id)
}

/// A board with more Pins than fit on two pages.
pub async fn list(stage: &Stage) -> Result<(), Error> {
    let board = stage.control.add_board(&SeedBoard::new("Herbarium", MANY));
    let step = begin("list a big board");
    let pages = stage.list("board_pins.list", json!({"board_id": board})).await?;
    let sizes: Vec<usize> = pages.iter().map(Vec::len).collect();
    expect(sizes.iter().sum::<usize>(), MANY)?;
    expect(sizes.len(), 3)?;
    step.done(format!("{MANY} Pins on {} pages: {sizes:?}", sizes.len()))
}

/// Another title.
pub async fn update(stage: &Stage, pin: &str) -> Result<(), Error> {
    let step = begin("update the Pin");
    let input = json!({"pin_id": pin, "title": "Fern, repotted"});
    stage.run("pins.update", input).await?;
    let read = stage.run("pins.get", json!({"pin_id": pin})).await?;
    expect(&read["title"], "Fern, repotted")?;
    step.done(format!("is now {}", text(&read, "title")))
}

/// Three polls: nothing is new, one Pin is, nothing is.
pub async fn watch(stage: &Stage, board: &str) -> Result<(), Error> {
    let poll = async |cursor: Option<String>| {
        let call = Call::Poll {
            trigger: "board_pins.new".into(),
            config: json!({"board_id": board}).to_string(),
            cursor,
        };
        let (outcome, pages) = stage.call(call).await?;
        Ok::<_, Error>((outcome.cursor, pages.concat()))
    };
    let step = begin("first poll");
    let (cursor, events) = poll(None).await?;
    expect(events.len(), 0)?;
    step.done("takes stock of 2 Pins, is silent")?;

    let pin = OutsidePin {
        board_id: board.into(),
        title: Some("Added by somebody else".into()),
        ..OutsidePin::default()
    };
    let added = stage.control.add_pin(pin).ok_or_else(|| surprise("a board", board))?;
    let step = begin("second poll");
    let (cursor, events) = poll(cursor).await?;
    let ids: Vec<&str> = events.iter().map(|event| text(&event["data"], "id")).collect();
    expect(ids, [&added])?;
    step.done(format!("fires once: {}", text(&events[0]["data"], "title")))?;

    let step = begin("third poll");
    let (_, events) = poll(cursor).await?;
    expect(events.len(), 0)?;
    step.done("is silent")
}

/// A wrong input, refused before anything is sent.
pub async fn make_mistakes(stage: &Stage) -> Result<(), Error> {
    let step = begin("wrong input");
    let before = stage.requests();
    let input = json!({
        "board_id": "my board",
        "title": "x".repeat(101),
        "media_source": {"source_type": "multiple_image_urls", "items": [{"title": "no address"}]},
        "colour": "green",
    });
    let call = Call::Action { id: "pins.create".into(), input: input.to_string() };
    let error = match stage.call(call).await {
        Err(HostError::Connector(error)) if error.kind == ErrorKind::InvalidInput => error,
        Err(other) => return Err(other.into()),
        Ok((outcome, _)) => return Err(surprise("a refusal", outcome.output)),
    };
    let mut paths: Vec<&str> = error.fields.iter().map(|field| field.path.as_str()).collect();
    paths.sort_unstable();
    let wrong = ["board_id", "colour", "media_source.items", "media_source.items[0].url", "title"];
    expect(paths.as_slice(), wrong)?;
    expect(stage.requests(), before)?;
    step.done(format!("refused for {} reasons, nothing sent", paths.len()))?;
    output::lines(error.fields.iter().map(|it| format!("  {}: {}", it.path, it.message)))
}

/// A rate limit that is over after a second.
pub async fn wait(stage: &Stage, board: &str) -> Result<(), Error> {
    stage.control.fault(Fault {
        on: Match { method: Some("GET".into()), path: Some("/v5/boards/{board_id}".into()) },
        times: 1,
        kind: FaultKind::RateLimited { reset_s: 1 },
    });
    let step = begin("rate limit");
    let before = stage.requests();
    let read = stage.run("boards.get", json!({"board_id": board})).await?;
    expect(&read["name"], "Demo board")?;
    expect(stage.requests() - before, 2)?;
    step.done("waited out, then answered")
}

/// What was made is deleted, and gone.
pub async fn clean_up(stage: &Stage, board: &str, pin: &str) -> Result<(), Error> {
    let step = begin("delete the Pin");
    stage.run("pins.delete", json!({"pin_id": pin})).await?;
    gone(stage.run("pins.get", json!({"pin_id": pin})).await)?;
    step.done("and it is gone")?;
    let step = begin("delete the board");
    stage.run("boards.delete", json!({"board_id": board})).await?;
    gone(stage.run("boards.get", json!({"board_id": board})).await)?;
    step.done("and it is gone")
}

fn gone(result: Result<Value, Error>) -> Result<(), Error> {
    match result {
        Err(Error::Host(HostError::Connector(error))) if error.kind == ErrorKind::NotFound => {
            Ok(())
        }
        Err(other) => Err(other),
        Ok(found) => Err(surprise("nothing", found)),
    }
}

fn titles(choices: &[Value]) -> Vec<&str> {
    choices.iter().map(|choice| text(choice, "title")).collect()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}
