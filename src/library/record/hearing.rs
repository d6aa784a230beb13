//! What is heard of sounds with several channels: it decides about vectors as much as the bytes do.

use std::fmt;

/// Which channels of a sound have vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Hearing {
    /// All, mixed to one.
    #[default]
    Mix,
    /// The one with this number, counted from 1.
    Only(u32),
    /// The mix for the whole, and each channel for the moments.
    Split,
}

impl Hearing {
    /// The hearing of that name in the catalogue; `None` for a name that is none.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "mix" => Some(Hearing::Mix),
            "split" => Some(Hearing::Split),
            number => number.parse().ok().filter(|number| *number > 0).map(Hearing::Only),
        }
    }

    /// What this comes to for a sound of `channels` channels: of an only one, all ways hear the same.
    pub fn of_channels(self, channels: u32) -> Self {
        match self {
            Hearing::Only(1) | Hearing::Split if channels <= 1 => Hearing::Mix,
            hearing => hearing,
        }
    }
}

/// As the catalogue and JSON have it: `mix`, `split` or the channel's number.
impl fmt::Display for Hearing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Hearing::Mix => f.write_str("mix"),
            Hearing::Only(number) => write!(f, "{number}"),
            Hearing::Split => f.write_str("split"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_and_an_only_channel_is_its_own_mix() {
        for hearing in [Hearing::Mix, Hearing::Split, Hearing::Only(12)] {
            assert_eq!(Hearing::from_name(&hearing.to_string()), Some(hearing));
        }
        assert_eq!(["0", "", "both", "-1"].map(Hearing::from_name), [None; 4]);
        let cases =
            [(Hearing::Split, Hearing::Mix), (Hearing::Only(1), Hearing::Mix), (Hearing::Only(2), Hearing::Only(2))];
        cases.iter().for_each(|(asked, expected)| assert_eq!(asked.of_channels(1), *expected));
        assert_eq!(Hearing::Split.of_channels(2), Hearing::Split);
    }
}
