//! Fills an account.

use std::sync::Arc;

use super::media::{Image, Media};
use super::{Id, Pin, Text, Words, World};
use crate::auth::scramble;
use crate::clock::Moment;
use crate::seed::{Seed, SeedBoard};

/// When the first seeded thing was made: 2024-01-08T08:00:00.
const BEGIN: Moment = Moment(1_704_700_800_000_000);
const SUBJECTS: [&str; 8] =
    ["Fern", "Moss", "Ivy", "Orchid", "Maple leaf", "Pampas grass", "Succulent", "Eucalyptus"];
const SETTINGS: [&str; 7] =
    ["on a shelf", "in clay", "by the window", "in shade", "with brass", "on linen", "after rain"];

/// How far apart seeded things are, in seconds: 100 000 pins span 16 months.
const STEP_S: i64 = 420;

/// Makes the account that the seed describes.
pub fn world(seed: &Seed, first_id: u64, now: Moment) -> World {
    let mut world =
        World::new(seed.username.clone(), seed.business_name.clone(), seed.monthly_views, first_id);
    for (index, board) in seed.boards.iter().enumerate() {
        let described = index.is_multiple_of(2);
        let description = described.then(|| format!("{}, collected by us", board.name));
        let made = world.latest.max(BEGIN).plus_s(STEP_S);
        let id = self::board(&mut world, board, description, made);
        pins(&mut world, id, board.pins, now);
    }
    world
}

/// Makes a board with its sections, and gives its id.
pub fn board(
    world: &mut World,
    board: &SeedBoard,
    description: Option<String>,
    made: Moment,
) -> Id {
    let id = world.add_board(board.name.clone(), description, board.privacy, made);
    for name in &board.sections {
        world.add_section(id, name.clone());
    }
    id
}

/// Puts so many pins on a board, a third of them in its sections. Each is newer
/// than what is there, though never newer than now; every seventh has
/// microseconds in its time. Does nothing when there is no such board.
pub fn pins(world: &mut World, board: Id, count: usize, now: Moment) {
    let Some(found) = world.boards.get(&board) else {
        return;
    };
    let sections: Vec<Id> = found.sections.keys().copied().collect();
    let shared: Text = Arc::from("From our studio.");
    let alt_text: Text = Arc::from("A plant");
    for _ in 0..count {
        let number = world.pins.len();
        let noise = scramble(number as u64);
        let fraction = match number.is_multiple_of(7) {
            true => (noise % 999_999 + 1) as i64,
            false => 0,
        };
        let next = Moment(world.latest.seconds() * 1_000_000).plus_s(STEP_S);
        let title = format!(
            "{} {} {number}",
            SUBJECTS[number % SUBJECTS.len()],
            SETTINGS[number % SETTINGS.len()]
        );
        let words = Words {
            title: (number % 11 != 10).then(|| title.into()),
            description: (!number.is_multiple_of(3)).then(|| shared.clone()),
            link: (!number.is_multiple_of(4))
                .then(|| format!("https://studiofern.example/p/{number}").into()),
            alt_text: number.is_multiple_of(5).then(|| alt_text.clone()),
            dominant_color: Some(format!("#{:06x}", noise & 0xff_ffff).into()),
        };
        let section = (!sections.is_empty() && number.is_multiple_of(3))
            .then(|| sections[number / 3 % sections.len()]);
        let pin = Pin {
            id: world.new_id(),
            created: Moment(next.0 + fraction).min(now),
            board,
            section,
            words,
            parent: None,
            media: Media::Image { images: Image(noise) },
            ai_disclosures: None,
        };
        world.add_pin(pin);
    }
}
