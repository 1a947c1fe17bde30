use super::*;

fn ask(want: u32, said: Option<Said>) -> Ask {
    Ask {
        origin: "https://example.com".into(),
        costs: [("writes".into(), 1)].into(),
        declared: vec![Declared { name: "writes".into(), calls: 100, window_ms: 60_000 }],
        want,
        said,
    }
}

fn said(windows: &[(&str, u32, u64)], tightest: Option<(Option<u32>, u32, u64)>) -> Option<Said> {
    let window = |(name, calls, window_ms): &(&str, u32, u64)| Declared {
        name: (*name).into(),
        calls: *calls,
        window_ms: *window_ms,
    };
    Some(Said { windows: windows.iter().map(window).collect(), tightest })
}

/// However many ask, wherever a window is laid: no more was given within it than the limit.
#[test]
fn no_window_has_more_than_its_limit() {
    let mut book = Book::default();
    let mut given = Vec::new();
    for step in 0..4000u64 {
        let now = 1_000_000 + step * 100;
        let grant = book.take(&ask(1 + (step % 7) as u32, None), now);
        // They may go at any moment that the leave is good for.
        given.extend((0..grant.count).map(|_| if step % 2 == 0 { now } else { grant.until_ms }));
    }
    given.sort_unstable();
    for (at, first) in given.iter().enumerate() {
        let within = given[at..].iter().take_while(|time| **time < first + 60_000).count();
        assert!(within <= 100, "{within} from {first} on");
    }
    // And not much less: 400 s have room for 600 at least.
    assert!(given.len() >= 550, "{}", given.len());
}

#[test]
fn what_the_service_says_counts_more_than_what_the_connector_declares() {
    let mut book = Book::default();
    assert_eq!(book.take(&ask(1, None), 1000).count, 1);
    let windows = [("burst_per_app", 10, 1000), ("writes_per_app", 5, 60_000)];
    let first = book.take(&ask(9, said(&windows, None)), 2000);
    // One was used before; a leave is good for as long as the shortest window.
    assert_eq!((first.count, first.until_ms), (4, 2000 + 1000));
    let full = book.take(&ask(1, None), 3000);
    assert_eq!((full.count, &*full.limit), (0, "writes"));
    // The one that was used first, rounded up to the next of 50 parts.
    assert_eq!(full.wait_ms, 3600 + 60_000 - 3000);
}

#[test]
fn a_refusal_stops_all_until_it_is_over() {
    let mut book = Book::default();
    let refused = said(&[("writes_x", 100, 60_000)], Some((Some(100), 0, 7000)));
    let full = book.take(&ask(5, refused), 10_000);
    assert_eq!((full.count, full.wait_ms, &*full.limit), (0, 7000, "writes"));
    assert_eq!(book.take(&ask(5, None), 16_999).wait_ms, 1);
    assert_eq!(book.take(&ask(5, None), 17_000).count, 5);
}
