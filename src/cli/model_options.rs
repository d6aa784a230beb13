//! The flags of commands that load a model: which one, and how it runs.

use auricle::model::device::Device;
use auricle::model::execution::{Execution, Precision};
use clap::{Args, ValueEnum};

/// The model that a command uses.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Model")]
pub(crate) struct ModelName {
    /// Model: starter, a folder, or a Hugging Face id such as laion/clap-htsat-fused [default: the library's own, else
    /// the one set with `auricle models use`, else starter, which is built in]
    #[arg(long, env = "AURICLE_MODEL", value_name = "NAME")]
    pub(crate) model: Option<String>,
}

/// The model that a command uses, and how it runs.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Model")]
pub(crate) struct ModelOptions {
    #[command(flatten)]
    name: ModelName,
    /// Device that runs the model [default: the GPU this build supports, else the CPU]
    #[arg(long, value_enum, value_name = "DEVICE")]
    device: Option<DeviceName>,
    /// Precision of the audio model on the CPU [default: f32]
    #[arg(long, value_enum, value_name = "PRECISION")]
    precision: Option<PrecisionName>,
}

impl ModelOptions {
    /// The model that was named.
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.model.as_deref()
    }

    /// How the model is to run.
    pub(crate) fn execution(&self) -> Execution {
        Execution {
            device: self.device.map(Device::from),
            precision: self.precision.map(Precision::from).unwrap_or_default(),
        }
    }
}

/// A device, as it is named on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DeviceName {
    /// The processor
    Cpu,
    /// The first NVIDIA GPU (needs a build with the feature cuda)
    Cuda,
    /// The Apple GPU (needs a build with the feature metal)
    Metal,
}

impl From<DeviceName> for Device {
    fn from(name: DeviceName) -> Self {
        match name {
            DeviceName::Cpu => Device::Cpu,
            DeviceName::Cuda => Device::Cuda,
            DeviceName::Metal => Device::Metal,
        }
    }
}

/// A precision, as it is named on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PrecisionName {
    /// Same results as the reference implementation
    F32,
    /// Nearly twice as fast for full-size models on processors with VNNI (others use f32); vectors stay close to those of
    /// f32 (measured cosine 0.999 or more), and the two can be mixed
    Int8,
}

impl From<PrecisionName> for Precision {
    fn from(name: PrecisionName) -> Self {
        match name {
            PrecisionName::F32 => Precision::F32,
            PrecisionName::Int8 => Precision::Int8,
        }
    }
}
