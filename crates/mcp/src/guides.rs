//! What a model should know before it begins, as resources: how this server takes and gives things.

/// A guide: its name, its title, and its text.
pub struct Guide {
    pub name: &'static str,
    pub title: &'static str,
    pub text: &'static str,
}

/// All of them.
pub const GUIDES: [Guide; 4] = [
    Guide {
        name: "ids",
        title: "Where ids come from",
        text: "Fields that want an id also take the exact name of the thing, in any case, or an address \
               pasted from the browser, also within lists and objects. find_ids \
               lists ids with their names for a field; what narrows it, such as an account, is given in \
               `arguments`. A name that several things have is refused with their ids. Answers of lists \
               have the ids of all that they list.",
    },
    Guide {
        name: "money-and-time",
        title: "Money and dates",
        text: "Amounts whose field says so are millionths of the currency's unit: for 50 give 50000000. \
               Answers show both, as in `50.00 (50000000 millionths)`. An amount that is too small to be \
               meant is refused. Times in answers are RFC 3339 in UTC unless `full` was asked for. Tools \
               that take two dates, as YYYY-MM-DD, also take `period` instead: today, yesterday, last_7_days, \
               this_week, last_month, this_quarter and the like. Weeks begin on Monday; what begins with this \
               ends today, all else before.",
    },
    Guide {
        name: "answers",
        title: "Short and full answers",
        text: "Answers leave out what is empty, and in lists what is false, show one address of a picture and the largest of many \
               counts, and end after about 10 kB: `next` then holds the argument to go on with. `fields` \
               names the members to answer with, `max_items` says how many items, `full` leaves the answer \
               as the service gave it. What was just written may take a few seconds to be in lists and \
               searches: get it by its id. A change that has to do with money is read again, and \
               `read back` tells what it then is; `undo` is the call that takes a change back.",
    },
    Guide {
        name: "asking-first",
        title: "What is asked first",
        text: "What deletes or costs money is not done at the first call: it answers with a preview of what \
               changes, from what to what. Show that to the person. After a yes make the same call with the \
               preview's `confirm`, within ten minutes; other arguments need a new preview. A client that can \
               ask the person by itself does so, and then one call is enough.",
    },
];

/// The address of a guide.
pub fn address(connector: &str, guide: &str) -> String {
    format!("guide://{connector}/{guide}")
}

/// The guide at an address.
pub fn find(connector: &str, wanted: &str) -> Option<&'static Guide> {
    GUIDES.iter().find(|guide| address(connector, guide.name) == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_its_guide_and_no_other() {
        for guide in &GUIDES {
            let found = find("shop", &address("shop", guide.name)).unwrap();
            assert_eq!(found.name, guide.name);
        }
        assert!(find("other", &address("shop", "ids")).is_none());
        assert!(find("shop", "guide://shop/none").is_none());
    }
}
