//! Tests of the directory of units.

use super::*;
use crate::domain::unit::{Member, UnitKind, tests::unit};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn a_unit_that_does_not_exist_yet_is_no_member() {
    let mut bay = unit("binhaiwan", "滨海湾新区", UnitKind::Park);
    bay.region_code = Some("441900404".into());
    bay.valid_from = Some(day("2017-10-01"));
    let mut all = unit("zhenjie", "各镇（街、园区）", UnitKind::Collective);
    all.membership = Some(Membership::Rule {
        region: "441900".into(),
        unit_kinds: [UnitKind::Park].into(),
    });
    let directory = UnitDirectory::new([bay, all]);
    let all = directory.resolve("各镇(街、园区)").unwrap();
    assert!(directory.expand(all, day("2017-09-30")).is_empty());
    assert_eq!(directory.expand(all, day("2017-10-01")).len(), 1);
    assert_eq!(
        directory
            .expand_during(
                all,
                Period {
                    from: day("2017-01-01"),
                    to: day("2017-12-31")
                }
            )
            .len(),
        1
    );
}

#[test]
fn the_members_of_a_day_are_whom_a_collective_stands_for_on_it() {
    let mut bay = unit("binhaiwan", "滨海湾新区", UnitKind::Park);
    bay.region_code = Some("441900404".into());
    bay.valid_from = Some(day("2017-10-01"));
    let mut old = unit("gaj", "公安局", UnitKind::Department);
    old.valid_to = Some(day("2017-10-03"));
    let mut ruled = unit("zhenjie", "各镇（街、园区）", UnitKind::Collective);
    ruled.membership = Some(Membership::Rule {
        region: "441900".into(),
        unit_kinds: [UnitKind::Park].into(),
    });
    let mut listed = unit("ygdw", "有关单位", UnitKind::Collective);
    let of = |code: &str, from: &str, to: &str| Member {
        code: code.parse().unwrap(),
        valid_from: from.parse().ok(),
        valid_to: to.parse().ok(),
    };
    listed.membership = Some(Membership::List {
        members: vec![
            of("gaj", "", "2017-09-29"),
            of("gaj", "2017-10-02", ""),
            of("binhaiwan", "2017-09-01", "2017-10-04"),
        ],
    });
    let directory = UnitDirectory::new([bay, old, ruled, listed]);
    for collective in ["zhenjie", "ygdw"] {
        let collective = directory.resolve(collective).unwrap();
        let mut ever = BTreeSet::new();
        for on in day("2017-09-25").iter_days().take(15) {
            let members = directory.members(collective, Some(on)).into_iter();
            let codes: BTreeSet<&UnitCode> = members.map(|member| &member.unit.code).collect();
            let meant: BTreeSet<&UnitCode> = directory.expand(collective, on).iter().map(|unit| &unit.code).collect();
            assert_eq!(codes, meant, "{on}");
            ever.extend(codes);
        }
        let members = directory.members(collective, None).into_iter();
        assert_eq!(members.map(|member| &member.unit.code).collect::<BTreeSet<_>>(), ever);
    }
    let listed = directory.resolve("ygdw").unwrap();
    assert_eq!(directory.members(listed, None).len(), 3);
    let with = directory.with_members(listed.code.clone(), day("2017-10-03"));
    assert_eq!(with, ["ygdw", "binhaiwan", "gaj"].map(|code| code.parse().unwrap()));
    assert_eq!(directory.with_members(with[2].clone(), day("2017-10-03")), with[2..]);
    assert!(directory.heirs(&with[2], day("2017-10-04")).is_empty());
    assert!(directory.members(directory.resolve("gaj").unwrap(), None).is_empty());
}
