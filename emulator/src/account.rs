//! The account itself.

use serde_json::json;

use crate::call::Call;
use crate::media::{Address, Image};
use crate::reply::{Refusal, Reply};

/// `user_account/get`
pub fn get(call: &mut Call) -> Result<Reply, Refusal> {
    let world = &call.world;
    let Image(portrait) = Image(crate::auth::scramble(world.ad_account.0));
    Ok(Reply::ok(&json!({
        "id": world.ad_account.0.wrapping_mul(3).to_string(),
        "username": world.username,
        "business_name": world.business_name,
        "account_type": "BUSINESS",
        "about": "",
        "website_url": format!("https://{}.example/", world.username),
        "profile_image": Address { size: "600x600_R", image: portrait },
        "board_count": world.boards.len(),
        "pin_count": world.pins.len(),
        "follower_count": 214,
        "following_count": 38,
        "monthly_views": world.monthly_views,
    })))
}
