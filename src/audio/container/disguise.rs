//! Coded sound that a file passes off as plain samples, as it leaves DVD and CD rips and digital inputs. In: a run of
//! 16-bit samples, or samples of any kind once they are decoded: people compress such rips to FLAC. Out: the name of what it
//! really is. Played as samples it is noise, so it must not be heard as sound.
//!
//! References: ETSI TS 102 114, 5.3 (DTS); IEC 61937-1, 6 (bursts of coded sound in place of samples).

use std::io;

use symphonia::core::codecs::audio::AudioCodecId;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_ALAC, CODEC_ID_FLAC, CODEC_ID_PCM_S16BE, CODEC_ID_PCM_S16LE, CODEC_ID_PCM_S24BE, CODEC_ID_PCM_S24LE,
    CODEC_ID_PCM_S32BE, CODEC_ID_PCM_S32LE,
};
use symphonia::core::io::MediaSource;

use crate::audio::container::pcm::PcmRun;
use crate::audio::reader_error::Fault;
use crate::audio::source::read_at;
use crate::error::Stage;

/// Bytes that are looked at: several of the longest frames (16 KiB in DTS), also after a short pause.
const LOOKED_AT: usize = 128 << 10;

/// Bytes that are decoded before the first look.
const LEAST_LOOK: usize = 16 << 10;

/// Codecs that give the very samples that were put in.
const EXACT: [AudioCodecId; 8] = [
    CODEC_ID_FLAC,
    CODEC_ID_ALAC,
    CODEC_ID_PCM_S16LE,
    CODEC_ID_PCM_S16BE,
    CODEC_ID_PCM_S24LE,
    CODEC_ID_PCM_S24BE,
    CODEC_ID_PCM_S32LE,
    CODEC_ID_PCM_S32BE,
];

/// Times that a sync word must be met; plain samples have the same four bytes once in 16 GB.
const FEWEST_SYNCS: usize = 2;

/// Sync words as the samples with the low byte first have them.
const SYNCS: [([u8; 4], Coding); 5] = [
    // 16-bit words and 14-bit words, each in both orders.
    ([0xFE, 0x7F, 0x01, 0x80], Coding::Dts),
    ([0x7F, 0xFE, 0x80, 0x01], Coding::Dts),
    ([0xFF, 0x1F, 0x00, 0xE8], Coding::Dts),
    ([0x1F, 0xFF, 0xE8, 0x00], Coding::Dts),
    ([0x72, 0xF8, 0x1F, 0x4E], Coding::Burst),
];

#[derive(Debug, Clone, Copy)]
enum Coding {
    Dts,
    /// IEC 61937, whose third word says what follows.
    Burst,
}

/// What `run` really holds, if it is not samples.
pub(in crate::audio) fn coded_sound(source: &mut dyn MediaSource, run: &PcmRun) -> io::Result<Option<&'static str>> {
    if run.codec != CODEC_ID_PCM_S16LE && run.codec != CODEC_ID_PCM_S16BE {
        return Ok(None);
    }
    let len = usize::try_from(run.len).unwrap_or(usize::MAX).min(LOOKED_AT);
    let mut bytes = read_at(source, run.start, len)?;
    if run.codec == CODEC_ID_PCM_S16BE {
        bytes.chunks_exact_mut(2).for_each(|pair| pair.swap(0, 1));
    }
    Ok(coding_in(&bytes))
}

/// What samples of 16 bits with the low byte first really are.
fn coding_in(bytes: &[u8]) -> Option<&'static str> {
    SYNCS.iter().find_map(|(sync, coding)| {
        let mut found = bytes.chunks_exact(2).enumerate().map(|(pair, _)| 2 * pair);
        let mut found = found.by_ref().filter(|&at| bytes[at..].starts_with(sync));
        let first = found.next()?;
        (found.count() + 1 >= FEWEST_SYNCS).then(|| coding.name(&bytes[first..]))
    })
}

/// The fault of a file that says it holds samples and holds `coding`.
pub(in crate::audio) fn disguised(coding: &str, stage: Stage) -> Fault {
    let reason = format!(
        "says it holds PCM but holds {coding}, which cannot be decoded here and would be noise; \
         convert it to WAV or FLAC"
    );
    Fault::new(stage, reason)
}

/// Looks at the beginning of a sound in stereo for coded sound, as it is decoded.
#[derive(Debug)]
pub(in crate::audio) struct DisguiseWatch {
    bytes: Vec<u8>,
    /// How many of them have been looked at.
    seen: usize,
    is_over: bool,
}

impl DisguiseWatch {
    /// A watch over what a decoder of `codec` gives: only those that give the very samples can give coded sound.
    pub(in crate::audio) fn new(codec: AudioCodecId) -> Self {
        DisguiseWatch { bytes: Vec::new(), seen: 0, is_over: !EXACT.contains(&codec) }
    }

    /// What the samples so far, the next of which are in `planes`, really are.
    pub(in crate::audio) fn meet(&mut self, planes: &[Vec<f32>]) -> Option<&'static str> {
        let [left, right] = planes else { return None };
        if self.is_over {
            return None;
        }
        for sample in left.iter().zip(right).flat_map(|(left, right)| [*left, *right]) {
            // Casting saturates.
            self.bytes.extend(((sample * 32_768.0).round() as i16).to_le_bytes());
        }
        let len = self.bytes.len();
        // Not at each packet: every look is at all of them.
        if len < LOOKED_AT.min((2 * self.seen).max(LEAST_LOOK)) {
            return None;
        }
        self.seen = len;
        let coding = coding_in(&self.bytes);
        if len >= LOOKED_AT {
            (self.is_over, self.bytes) = (true, Vec::new());
        }
        coding
    }
}

impl Coding {
    fn name(self, frame: &[u8]) -> &'static str {
        match (self, frame.get(4).map(|kind| kind & 0x1F)) {
            (Coding::Dts, _) | (Coding::Burst, Some(11..=13)) => "DTS",
            (Coding::Burst, Some(1)) => "AC-3 (Dolby Digital)",
            (Coding::Burst, Some(21)) => "E-AC-3 (Dolby Digital Plus)",
            (Coding::Burst, _) => "coded sound of a digital output (IEC 61937)",
        }
    }
}
