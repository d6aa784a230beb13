//! The CPU's fast path: packed weights and fused layers on plain f32 slices.
//!
//! Each layer of the model files chooses once, at load, between a layer here (CPU) and candle's plain operations (any
//! device, and the oracle of the tests). One generic microkernel is compiled for AVX-512, AVX2 with FMA, NEON and
//! portable code, and chosen at run time; the environment variable `AURICLE_KERNELS` forces one of them by name
//! (`avx512`, `avx2`, `neon`, `portable`) or switches the whole path off (`plain`).
//!
//! Every output value is computed by one fixed sequence of operations, whatever rows and threads are around it: results
//! have the same bits alone, in a batch, and at any thread count. PackedLinear layers can also be packed in int8 (`int8`, `dot`).
//! All SIMD and all `unsafe` of the model are here. What it will not do: know of checkpoints, tensors' names or devices.
#![allow(unsafe_code)]

pub(in crate::model) mod layers;
mod panel;
mod block;
mod attention;
mod dot;
mod encoder;
mod fusion;
mod gemm;
mod int8;
mod isa;
mod linear;
mod math;
mod norm;
mod packed;
mod rows;
mod swin;
mod team;

#[cfg(test)]
mod tests;

pub(in crate::model) use crate::model::kernels::dot::Int8Dot;
pub(in crate::model) use crate::model::kernels::encoder::{LayerMemory, PackedEncoderLayer};
pub(in crate::model) use crate::model::kernels::fusion::{PackedBranch, PackedFusion};
pub(in crate::model) use crate::model::kernels::isa::Level;
pub(in crate::model) use crate::model::kernels::linear::{Activation, PackedLinear};
pub(in crate::model) use crate::model::kernels::norm::PackedNorm;
pub(in crate::model) use crate::model::kernels::packed::{HalfTable, Storage};
pub(in crate::model) use crate::model::kernels::rows::{fill, in_place, mix, read};
pub(in crate::model) use crate::model::kernels::swin::{PackedAttention, PackedSwinBlock, WindowLayout};
pub(in crate::model) use crate::model::kernels::team::with_team;
