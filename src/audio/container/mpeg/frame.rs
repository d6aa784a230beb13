//! The header of one frame of MPEG audio or ADTS. In: its first bytes. Out: how long the frame is and what is in it.
//!
//! References: ISO/IEC 11172-3, 2.4.2.3, with the "MPEG-2.5" extension; ISO/IEC 13818-7, 6.2.

/// Which of the two it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::audio) enum Framing {
    /// MPEG-1, -2 or -2.5 audio, layers I to III.
    Mpeg,
    /// AAC in ADTS frames.
    Adts,
}

/// What stays the same from frame to frame as long as a decoder can go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::audio) struct FrameFormat {
    /// Layer of MPEG audio, 1 to 3; of ADTS the profile, 0 to 3.
    pub(in crate::audio) layer: u32,
    /// Sample rate in Hz.
    pub(in crate::audio) rate_hz: u32,
    /// Channels; 0 where they are only told within the frames of ADTS.
    pub(in crate::audio) channels: u16,
    /// Whether it is MPEG-1, whose frames are twice as long.
    is_version_1: bool,
}

/// One frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    /// The bits of the header that stay the same through a stream.
    pub(super) kind: u32,
    /// Bytes of the frame, header included.
    pub(super) len: usize,
    /// What is in it.
    pub(super) format: FrameFormat,
    /// Bytes before its content: none for MPEG audio, whose decoder wants the header too.
    pub(super) header_len: usize,
}

impl FrameFormat {
    /// What is in the frame of MPEG audio that `frame` begins with.
    pub(in crate::audio) fn of_mpeg(frame: &[u8]) -> Option<Self> {
        Frame::parse(Framing::Mpeg, frame.first_chunk()?).map(|frame| frame.format)
    }

    /// Samples of each channel in a frame.
    pub(in crate::audio) fn frames(&self) -> u64 {
        match self.layer {
            _ if self.is_adts() => 1024,
            1 => 384,
            3 if !self.is_version_1 => 576,
            _ => 1152,
        }
    }

    fn is_adts(&self) -> bool {
        self.layer >= ADTS_PROFILES
    }

    /// Bytes of the side information of layer III, which a header of the whole stream leaves zero.
    pub(super) fn side_len(&self) -> usize {
        match (self.is_version_1, self.channels) {
            (true, 1) => 17,
            (true, _) => 32,
            (false, 1) => 9,
            (false, _) => 17,
        }
    }
}

/// Profiles of ADTS are counted from here, so that none is taken for a layer.
pub(in crate::audio) const ADTS_PROFILES: u32 = 16;

impl Frame {
    /// The frame whose header is `header`, if it is one.
    pub(super) fn parse(framing: Framing, header: &[u8; 8]) -> Option<Self> {
        match framing {
            Framing::Mpeg => Frame::parse_mpeg([header[0], header[1], header[2], header[3]]),
            Framing::Adts => Frame::parse_adts(header),
        }
    }

    fn parse_mpeg(header: [u8; 4]) -> Option<Self> {
        /// kbit/s by layer (I, II, III) for MPEG-1, then layer I and layers II and III for MPEG-2.
        const KBITS: [[u32; 15]; 5] = [
            [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
            [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
            [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
            [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
            [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
        ];
        const RATES_HZ: [u32; 3] = [44_100, 48_000, 32_000];
        let word = u32::from_be_bytes(header);
        let (version, layer) = ((word >> 19) & 3, 4 - ((word >> 17) & 3));
        if word >> 21 != 0x7FF || version == 1 || layer == 4 {
            return None;
        }
        let is_version_1 = version == 3;
        let row = match (is_version_1, layer) {
            (true, layer) => layer as usize - 1,
            (false, 1) => 3,
            (false, _) => 4,
        };
        let bits_per_second = 1000 * *KBITS[row].get(((word >> 12) & 15) as usize).filter(|&&kbits| kbits > 0)?;
        let halvings = [2, 0, 1, 0][version as usize];
        let rate_hz = RATES_HZ.get(((word >> 10) & 3) as usize)? >> halvings;
        let padding = (word >> 9) & 1;
        let len = match layer {
            1 => (12 * bits_per_second / rate_hz + padding) * 4,
            3 if !is_version_1 => 72 * bits_per_second / rate_hz + padding,
            _ => 144 * bits_per_second / rate_hz + padding,
        };
        // Sync, version, layer and rate; the bit rate, padding and stereo mode may change from frame to frame.
        let channels = if (word >> 6) & 3 == 3 { 1 } else { 2 };
        let format = FrameFormat { layer, rate_hz, channels, is_version_1 };
        Some(Frame { kind: word & 0xFFFE_0C00, len: len as usize, format, header_len: 0 })
    }

    fn parse_adts(header: &[u8; 8]) -> Option<Self> {
        /// Header without a checksum.
        const SHORTEST: usize = 7;
        /// By their index; 13 to 15 are reserved.
        const RATES_HZ: [u32; 13] =
            [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];
        /// Bytes of a checksum.
        const CHECKSUM: usize = 2;
        let is_synced = header[0] == 0xFF && header[1] & 0xF6 == 0xF0;
        let len = usize::from(header[3] & 3) << 11 | usize::from(header[4]) << 3 | usize::from(header[5] >> 5);
        let rate_hz = *RATES_HZ.get(usize::from((header[2] >> 2) & 15))?;
        if !is_synced || len < SHORTEST {
            return None;
        }
        let configuration = u16::from(header[2] & 1) << 2 | u16::from(header[3] >> 6);
        let channels = if configuration == 7 { 8 } else { configuration };
        let layer = ADTS_PROFILES + u32::from(header[2] >> 6);
        let format = FrameFormat { layer, rate_hz, channels, is_version_1: true };
        let header_len = SHORTEST + if header[1] & 1 == 0 { CHECKSUM } else { 0 };
        let kind = u32::from_be_bytes([header[0], header[1], header[2] & 0xFD, header[3] & 0xC0]);
        Some(Frame { kind, len, format, header_len: header_len.min(len) })
    }
}
