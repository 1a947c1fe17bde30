//! The account itself.

use serde_json::json;

use crate::call::Call;
use crate::reply::{Refusal, Reply};
use crate::world::media::Image;

/// `user_account/get`
pub fn get(call: &mut Call) -> Result<Reply, Refusal> {
    let world = &call.world;
    Ok(Reply::ok(&json!({
        "id": world.account,
        "username": world.username,
        "business_name": world.business_name,
        "account_type": "BUSINESS",
        "about": "",
        "website_url": format!("https://{}.example/", world.username),
        "profile_image": Image(world.account.0).at("600x600_R"),
        "board_count": world.boards.len(),
        "pin_count": world.pins.len(),
        "follower_count": 214,
        "following_count": 38,
        "monthly_views": world.monthly_views,
    })))
}
