//! Things that name other things: an ad names its ad group, and belongs to its campaign.

use serde_json::{Map, Value};

use crate::call::Call;
use crate::reply::Refusal;
use crate::things::collection::Collection;
use crate::things::fake::Faker;
use crate::things::key::{Key, object};

/// The ids that a new thing takes over from those that it names. What it names in a neighbouring
/// collection (`ad_group_id`, in `ad_groups`) must be there.
pub fn inherited(
    collection: &'static Collection,
    item: &Value,
    faker: &Faker,
    call: &mut Call,
) -> Result<Map<String, Value>, Refusal> {
    let mut ids = Map::new();
    let parent = collection.path.rsplit_once('/').map_or("", |(parent, _)| parent);
    for (name, value) in object(item) {
        let named = name.strip_suffix("_id").zip(value.as_str());
        let neighbour = named.and_then(|(kind, _)| Collection::at(&format!("{parent}/{kind}s")));
        let (Some((kind, id)), Some(neighbour)) = (named, neighbour) else {
            continue;
        };
        let path = call.path_of(neighbour.path);
        let things = call.world.store.filled(neighbour, &path, faker);
        let Some(thing) = things.get(&Key::new(id)) else {
            let kind = kind.replace('_', " ");
            return Err(Refusal::invalid(format!("{name}: there is no {kind} '{id}'")));
        };
        ids.extend(object(thing).into_iter().filter(|(name, _)| name.ends_with("_id")));
    }
    Ok(ids)
}
