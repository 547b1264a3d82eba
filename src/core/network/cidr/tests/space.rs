use ipnet::Ipv4Net;
use proptest::prelude::*;

use super::cidr;
use crate::core::network::cidr::space::Space;
use crate::core::network::cidr::{overlap, prefix_for, size};

#[test]
fn sizes_are_counted_in_whole_blocks() {
    let prefixes: Vec<_> = [0, 1, 2, 16, 17, 256, 257, u32::MAX]
        .into_iter()
        .map(prefix_for)
        .collect();
    assert_eq!(prefixes, [32, 32, 31, 28, 27, 24, 23, 0]);
    assert_eq!((size(32), size(24), size(0)), (1, 256, 1 << 32));
}

fn any_net() -> impl Strategy<Value = Ipv4Net> {
    (0u32..1 << 10, 22u8..=32).prop_map(|(low, prefix)| {
        Ipv4Net::new((0x0a00_0000 | low).into(), prefix)
            .unwrap()
            .trunc()
    })
}

proptest! {
    // Against the plain count, address by address, of a VPC small enough to count.
    #[test]
    fn free_space_is_every_address_that_nothing_takes(
        cidrs in prop::collection::vec(any_net(), 1..3),
        taken in prop::collection::vec(any_net(), 0..8),
        prefix in 20u8..=32,
    ) {
        let space = Space::new(&cidrs).without(taken.clone());
        let is_free = |net: &Ipv4Net| cidrs.iter().any(|own| own.contains(net))
            && !taken.iter().any(|other| overlap(*other, *net));
        let free = space.free();
        for cidr in &cidrs {
            for address in cidr.trunc().subnets(32).unwrap() {
                let listed = free.iter().any(|net| net.contains(&address));
                prop_assert_eq!(listed, is_free(&address), "{}", address);
            }
        }
        let expected = cidrs.iter()
            .filter(|own| own.prefix_len() <= prefix)
            .flat_map(|own| own.subnets(prefix).unwrap())
            .find(is_free);
        prop_assert_eq!(space.find(prefix, |_| true), expected);
    }
}

#[test]
fn a_space_as_wide_as_ipv4_and_as_small_as_one_address_is_searched() {
    let all = Space::new(&[cidr("0.0.0.0/0")]).without([cidr("0.0.0.0/1")]);
    assert_eq!(all.find(16, |_| true), Some(cidr("128.0.0.0/16")));
    assert_eq!(all.free(), [cidr("128.0.0.0/1")]);
    let last = Space::new(&[cidr("255.255.255.255/32")]);
    assert_eq!(last.find(32, |_| true), Some(cidr("255.255.255.255/32")));
    assert_eq!(last.free_addresses(), 1);
    assert!(last.is_free(cidr("255.255.255.255/32")));
    assert_eq!(last.without([cidr("255.0.0.0/8")]).largest(), None);
}

fn blocks() -> impl proptest::strategy::Strategy<Value = Vec<Ipv4Net>> {
    use proptest::prelude::*;
    let block = (0_u32..1 << 16, 16_u8..=28).prop_map(|(at, prefix)| {
        let first = (0x0a00_0000 | (at << 4)).into();
        Ipv4Net::new(first, prefix).unwrap().trunc()
    });
    prop::collection::vec(block, 1..12)
}

proptest::proptest! {
    #[test]
    fn taking_one_by_one_and_looking_into_a_range_is_as_the_whole(taken in blocks(), cidrs in blocks(), range in blocks()) {
        let mut one_by_one = Space::new(&cidrs);
        for net in &taken {
            one_by_one.take(*net);
        }
        let space = Space::new(&cidrs).without(taken);
        proptest::prop_assert_eq!(&one_by_one, &space);
        for range in range {
            let wanted: Vec<Ipv4Net> = space
                .free()
                .into_iter()
                .filter(|free| overlap(range, *free))
                .map(|free| if range.contains(&free) { free } else { range })
                .collect();
            proptest::prop_assert_eq!(space.free_within(range), wanted);
        }
    }
}
