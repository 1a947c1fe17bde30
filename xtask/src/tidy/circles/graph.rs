use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Who refers to whom.
pub struct Graph<'a> {
    next: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Graph<'a> {
    pub fn new(arrows: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut next: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for (from, to) in arrows {
            next.entry(from).or_default().insert(to);
        }
        Self { next }
    }

    /// The sets of those that all reach each other, where that is more than one.
    pub fn circles(&self) -> Vec<BTreeSet<&'a str>> {
        let reached: BTreeMap<_, _> =
            self.next.keys().map(|from| (*from, self.reached(from))).collect();
        let mut done = BTreeSet::new();
        let mut circles = Vec::new();
        for (from, to) in &reached {
            let back = |other: &&&str| reached.get(**other).is_some_and(|way| way.contains(from));
            let circle: BTreeSet<_> = to.iter().filter(back).copied().collect();
            if circle.len() > 1 && !done.contains(from) {
                done.extend(circle.iter().copied());
                circles.push(circle);
            }
        }
        circles
    }

    /// The shortest way around among these, from its first by name on.
    pub fn shortest(&self, members: &BTreeSet<&'a str>) -> Vec<&'a str> {
        members
            .iter()
            .filter_map(|start| self.way_around(start))
            .min_by_key(Vec::len)
            .unwrap_or_default()
    }

    fn reached(&self, from: &str) -> BTreeSet<&'a str> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<_> = self.next(from).collect();
        while let Some(one) = open.pop() {
            if reached.insert(one) {
                open.extend(self.next(one));
            }
        }
        reached
    }

    fn way_around(&self, start: &'a str) -> Option<Vec<&'a str>> {
        let mut ways = VecDeque::from([vec![start]]);
        let mut seen = BTreeSet::new();
        while let Some(way) = ways.pop_front() {
            for next in self.next(way.last()?) {
                if next == start {
                    return Some(way);
                }
                if seen.insert(next) {
                    ways.push_back([way.as_slice(), &[next]].concat());
                }
            }
        }
        None
    }

    fn next(&self, from: &str) -> impl Iterator<Item = &'a str> {
        self.next.get(from).into_iter().flatten().copied()
    }
}
