//! Whole bytes → the same with a few mistakes, as transfers, cards and other programs make them.

use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::sample::{Index, select};

/// Numbers at which lengths and counts go wrong.
const ODD_NUMBERS: [u32; 10] = [0, 1, 2, 0x7F, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF];

/// Mistakes in one input, at most.
const MOST_MISTAKES: usize = 6;

/// Bytes that are taken out, doubled or put in at once, at most.
const MOST_BYTES: usize = 200;

#[derive(Debug, Clone)]
enum Mistake {
    Bit(Index, u8),
    Byte(Index, u8),
    Number(Index, u32, bool),
    CutOff(Index),
    TakenOut(Index, usize),
    Doubled(Index, usize),
    PutIn(Index, Vec<u8>),
    ToldFrom(Index, usize, Vec<u8>),
}

/// One of `seeds` with a few mistakes.
pub(crate) fn of(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let others = seeds.clone();
    (select(seeds), vec(mistake(others), 1..=MOST_MISTAKES)).prop_map(|(mut bytes, mistakes)| {
        mistakes.iter().for_each(|mistake| make(mistake, &mut bytes));
        bytes
    })
}

fn mistake(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Mistake> {
    let at = any::<Index>;
    prop_oneof![
        4 => (at(), 0u8..8).prop_map(|(at, bit)| Mistake::Bit(at, bit)),
        4 => (at(), any::<u8>()).prop_map(|(at, byte)| Mistake::Byte(at, byte)),
        4 => (at(), select(ODD_NUMBERS.to_vec()), any::<bool>()).prop_map(|(at, number, end)| Mistake::Number(at, number, end)),
        1 => at().prop_map(Mistake::CutOff),
        2 => (at(), 1..MOST_BYTES).prop_map(|(at, len)| Mistake::TakenOut(at, len)),
        2 => (at(), 1..MOST_BYTES).prop_map(|(at, len)| Mistake::Doubled(at, len)),
        2 => (at(), vec(any::<u8>(), 1..MOST_BYTES)).prop_map(|(at, bytes)| Mistake::PutIn(at, bytes)),
        1 => (at(), 1..MOST_BYTES, select(seeds)).prop_map(|(at, len, other)| Mistake::ToldFrom(at, len, other)),
        1 => at().prop_map(|at| Mistake::PutIn(at, vec![0])),
    ]
}

fn make(mistake: &Mistake, bytes: &mut Vec<u8>) {
    if bytes.is_empty() {
        return;
    }
    let len = bytes.len();
    match mistake {
        Mistake::Bit(at, bit) => bytes[at.index(len)] ^= 1 << bit,
        Mistake::Byte(at, byte) => bytes[at.index(len)] = *byte,
        Mistake::Number(at, number, big_endian) => {
            let four = if *big_endian { number.to_be_bytes() } else { number.to_le_bytes() };
            let place = at.index(len);
            bytes[place..].iter_mut().zip(four).for_each(|(byte, new)| *byte = new);
        }
        Mistake::CutOff(at) => bytes.truncate(at.index(len)),
        Mistake::TakenOut(at, count) => {
            let place = at.index(len);
            bytes.drain(place..len.min(place + count));
        }
        Mistake::Doubled(at, count) => {
            let place = at.index(len);
            let twice = bytes[place..len.min(place + count)].to_vec();
            bytes.splice(place..place, twice);
        }
        Mistake::PutIn(at, new) => {
            let place = at.index(len);
            bytes.splice(place..place, new.iter().copied());
        }
        Mistake::ToldFrom(at, count, other) => {
            let place = at.index(len);
            let from = at.index(other.len().max(1)).min(other.len());
            bytes.splice(place..place, other[from..other.len().min(from + count)].iter().copied());
        }
    }
}
