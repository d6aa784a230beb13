//! How a model is run: on which device, and how exactly.
//!
//! In: wishes. Out: what the kernels store weights as. It loads nothing.

use std::fmt;

use candle_core::Device as CandleDevice;

use crate::model::device::Device;
use crate::model::kernels::{Int8Dot, Storage, layers};

/// How a model is to be run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Execution {
    /// What runs it; without a wish the GPU this build is for, or else the CPU.
    pub device: Option<Device>,
    /// How exactly the audio tower computes.
    pub precision: Precision,
}

/// How exactly the audio tower computes. Words are always embedded in f32, and vectors of both kinds may be mixed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Precision {
    /// Equal to the reference.
    #[default]
    F32,
    /// Linear layers in eight bits, on a CPU that multiplies those faster (VNNI); elsewhere f32. Wherever it was measured,
    /// vectors had a cosine of 0.999 or more to those of f32.
    Int8,
}

impl Precision {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Precision::F32 => "f32",
            Precision::Int8 => "int8",
        }
    }

    /// What an audio tower whose linear layers are held as `storage` computes in.
    pub(super) fn of(storage: Storage) -> Self {
        match storage {
            Storage::Float(_) => Precision::F32,
            Storage::Int8(_) => Precision::Int8,
        }
    }

    /// What the kernels on `device` hold the audio tower's linear layers as.
    pub(super) fn storage(self, device: &CandleDevice) -> Storage {
        if self == Precision::F32 {
            return Storage::F32;
        }
        let dot = layers::level_for(device).and_then(Int8Dot::of);
        dot.map(Storage::Int8).unwrap_or_else(|| {
            tracing::warn!("int8 is not faster than f32 on this device, so that f32 is used");
            Storage::F32
        })
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
