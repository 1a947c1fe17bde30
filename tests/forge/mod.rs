//! Checkpoints and cursors that the connector did not write, with the right sum.

use serde_json::{Value, json};

/// Numbers as good as any, the same in each run.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides.max(1)
    }
}

/// Puts something else at one place of a value, or within a text that is JSON itself.
fn spoil(value: &mut Value, dice: &mut Dice) {
    let size = match value {
        Value::Object(members) => members.len(),
        Value::Array(items) => items.len(),
        _ => 0,
    };
    if size > 0 && dice.roll(6) > 0 {
        let place = dice.roll(size);
        match value {
            Value::Object(members) if dice.roll(8) == 0 => {
                let name = members.keys().nth(place).cloned().expect("it is there");
                members.remove(&name);
            }
            Value::Object(members) => {
                spoil(members.values_mut().nth(place).expect("it is there"), dice);
            }
            Value::Array(items) if dice.roll(8) == 0 => {
                items.remove(place);
            }
            Value::Array(items) => spoil(&mut items[place], dice),
            _ => {}
        }
        return;
    }
    if let Some(mut inner) =
        value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok())
        && dice.roll(3) > 0
    {
        spoil(&mut inner, dice);
        *value = inner.to_string().into();
        return;
    }
    let others = [
        json!(null),
        json!(3),
        json!(-1),
        json!(u64::MAX),
        json!(1e300),
        json!(true),
        json!(""),
        json!("x"),
        json!("é.…"),
        json!([]),
        json!({}),
        json!([null]),
        json!({ "ok": 3 }),
        json!("2147483647"),
        json!("-2147483648"),
        json!("boards.list"),
        json!("leads.received/receive"),
        json!("https://api.pinterest.com/v5/../x"),
        json!("{"),
        json!("9999-12-31"),
    ];
    *value = others[dice.roll(others.len())].clone();
}

/// As the connector sums up what it writes down.
pub fn sealed(tag: &str, json: &str) -> String {
    let sum = json.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{tag}:{sum:016x}:{json}")
}

pub fn spoiled(text: &str, dice: &mut Dice) -> Option<String> {
    let (tag, rest) = text.split_once(':')?;
    let mut value: Value = serde_json::from_str(rest.split_once(':')?.1).ok()?;
    for _ in 0..=dice.roll(3) {
        spoil(&mut value, dice);
    }
    Some(sealed(tag, &value.to_string()))
}
