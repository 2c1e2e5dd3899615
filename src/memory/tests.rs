//! What readers keep while ledgers are brought forward.

use super::*;

#[test]
fn a_ledger_is_brought_forward_while_it_is_read() {
    let (ledgers, plan): (_, PlanId) = (LedgerCache::new(usize::MAX), "p".parse().unwrap());
    let columns = Arc::new(Columns::new(Vec::new(), &[]).unwrap());
    let of = |sealed: i64| {
        let place = LogPosition {
            sealed,
            ..LogPosition::default()
        };
        let columns = columns.clone();
        Arc::new(CachedLedger { place, columns })
    };
    assert!(ledgers.put(&plan, of(1), std::slice::from_ref(&plan), ledgers.log()));
    let read = ledgers.get(&plan, Timeframe::Now).unwrap();
    ledgers.bring_forward(&plan, &read, of(3));
    assert_eq!(read.place.sealed, 1, "a reader keeps what he has");
    assert_eq!(ledgers.get(&plan, Timeframe::Now).unwrap().place.sealed, 3);
    // Somebody who is late.
    ledgers.bring_forward(&plan, &read, of(2));
    assert_eq!(ledgers.get(&plan, Timeframe::Now).unwrap().place.sealed, 3);
    let other = ledgers.get(&plan, Timeframe::Now).unwrap();
    ledgers.begin_anew();
    ledgers.bring_forward(&plan, &other, of(4));
    assert!(
        ledgers.get(&plan, Timeframe::Now).is_none(),
        "what was read of another log nobody is given"
    );
}
