//! The account of what was lost or mended while a sound was read. In: the single events, with their place. Out: one
//! short text for [`Blocks::partial`](crate::audio::Blocks::partial). It decides nothing about going on or giving up.

/// Events told one by one; of the rest only the number.
const MOST_EVENTS: usize = 8;

/// Packets in a row that could not be decoded.
struct PacketGap {
    from_seconds: f64,
    packets: u64,
    cause: String,
}

/// What was lost or mended so far.
#[derive(Default)]
pub(super) struct Damage {
    events: Vec<String>,
    untold: u64,
    skipped: Option<PacketGap>,
    not_finite: u64,
    text: String,
}

impl Damage {
    /// A packet at `seconds` could not be decoded.
    pub(super) fn packet_lost(&mut self, seconds: f64, cause: &str) {
        let skipped = self.skipped.get_or_insert_with(|| PacketGap {
            from_seconds: seconds,
            packets: 0,
            cause: cause.to_owned(),
        });
        skipped.packets += 1;
        self.retell();
    }

    /// A packet was decoded: a run of lost ones is over.
    pub(super) fn packet_decoded(&mut self) {
        if let Some(skipped) = self.skipped.take() {
            self.add(skipped.tell());
        }
    }

    /// Something else happened that the reader should know.
    pub(super) fn add(&mut self, event: String) {
        if self.events.len() < MOST_EVENTS {
            self.events.push(event);
        } else {
            self.untold += 1;
        }
        self.retell();
    }

    /// `samples` samples were NaN, infinite or larger than any sound.
    pub(super) fn not_finite(&mut self, samples: u64) {
        if samples > 0 {
            self.not_finite += samples;
            self.retell();
        }
    }

    /// The whole account; `None` for a sound without fault.
    pub(super) fn text(&self) -> Option<&str> {
        (!self.text.is_empty()).then_some(self.text.as_str())
    }

    fn retell(&mut self) {
        let mut told = self.events.clone();
        told.extend(self.skipped.as_ref().map(PacketGap::tell));
        if self.untold > 0 {
            told.push(format!("{} more places were damaged", self.untold));
        }
        if self.not_finite > 0 {
            told.push(format!(
                "{} samples were not finite or beyond any sound and were replaced by silence",
                self.not_finite
            ));
        }
        self.text = told.join("; ");
    }
}

impl PacketGap {
    fn tell(&self) -> String {
        let counted = match self.packets {
            1 => "1 packet was".to_owned(),
            packets => format!("{packets} packets in a row were"),
        };
        format!("at {:.2} s {counted} undecodable and left out ({})", self.from_seconds, self.cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_packets_in_a_row_are_one_event_and_many_events_are_counted() {
        let mut damage = Damage::default();
        assert_eq!(damage.text(), None);
        damage.packet_lost(1.5, "bad block");
        damage.packet_lost(1.5, "bad block");
        damage.packet_decoded();
        damage.not_finite(3);
        let expected = "at 1.50 s 2 packets in a row were undecodable and left out (bad block); \
                        3 samples were not finite or beyond any sound and were replaced by silence";
        assert_eq!(damage.text(), Some(expected));
        for _ in 0..9 {
            damage.add("x".to_owned());
        }
        assert!(damage.text().is_some_and(|text| text.contains("2 more places were damaged")), "{:?}", damage.text());
    }
}
