//! Which device runs the model: the choice, in words that errors can repeat, and how much a device is given at once.
//!
//! In: a wish, or none. Out: candle's device. It loads nothing, and no tensor is made here.

use std::fmt;

use candle_core::Device as CandleDevice;
use candle_core::utils::{cuda_is_available, metal_is_available};

use crate::error::{Refusal, Result};

/// Views that a GPU runs as one batch. A view of the published models takes some 50 MB of activations, so that this fits
/// a GPU of 4 GB; larger batches no longer make one busier.
const GPU_VIEWS: usize = 32;

/// A kind of device that can run the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// The processor: packed weights and our own kernels.
    Cpu,
    /// The first NVIDIA GPU, in a build with the feature `cuda`.
    Cuda,
    /// The Apple GPU, in a build with the feature `metal`.
    Metal,
}

impl Device {
    /// The name of the device and of the feature that a build needs for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Device::Cpu => "cpu",
            Device::Cuda => "cuda",
            Device::Metal => "metal",
        }
    }

    /// Whether this build can drive such a device; the machine may still lack it.
    pub(crate) fn is_built_in(self) -> bool {
        match self {
            Device::Cpu => true,
            Device::Cuda => cuda_is_available(),
            Device::Metal => metal_is_available(),
        }
    }

    fn open(self) -> Result<CandleDevice> {
        if !self.is_built_in() {
            return Err(Refusal::DeviceNotBuilt { device: self.name() }.into());
        }
        let opened = match self {
            Device::Cpu => Ok(CandleDevice::Cpu),
            Device::Cuda => CandleDevice::new_cuda(0),
            Device::Metal => CandleDevice::new_metal(0),
        };
        opened.map_err(|error| Refusal::DeviceUnusable { device: self.name(), source: error.into() }.into())
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Opens `wanted`; without a wish the GPU this build is for, or else the CPU.
///
/// # Errors
/// [`Error::Request`](crate::error::Error::Request) if the build or the machine lacks the device that was asked for.
pub(super) fn open(wanted: Option<Device>) -> Result<CandleDevice> {
    if let Some(device) = wanted {
        return device.open();
    }
    let Some(gpu) = [Device::Cuda, Device::Metal].into_iter().find(|device| device.is_built_in()) else {
        return Ok(CandleDevice::Cpu);
    };
    gpu.open().or_else(|error| {
        tracing::warn!("{}; the model runs on the CPU", error.with_causes());
        Ok(CandleDevice::Cpu)
    })
}

/// How many of `views` the audio tower takes at once on `device`. On the CPU each view runs by itself, as many at a time
/// as there are threads.
pub(super) fn views_a_batch(device: &CandleDevice, views: usize) -> usize {
    if device.is_cpu() { 1 } else { views.clamp(1, GPU_VIEWS) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn the_cpu_can_always_be_opened() {
        assert!(Device::Cpu.is_built_in());
        assert!(open(Some(Device::Cpu)).unwrap().is_cpu());
    }

    #[test]
    fn a_device_this_build_lacks_is_refused_by_name() {
        for device in [Device::Cuda, Device::Metal].into_iter().filter(|device| !device.is_built_in()) {
            let error = open(Some(device)).unwrap_err();
            assert!(matches!(error, Error::Request(Refusal::DeviceNotBuilt { .. })), "{error}");
            assert!(error.to_string().contains(device.name()), "{error}");
        }
    }

    #[test]
    fn the_cpu_takes_views_one_by_one() {
        assert_eq!([0, 1, 100].map(|views| views_a_batch(&CandleDevice::Cpu, views)), [1, 1, 1]);
    }
}
