//! The tensors of a checkpoint, as f32, handed out by name and accounted for.
//!
//! Comes in: `model.safetensors` (one file or shards) or `pytorch_model.bin`, in f32, f16 or bf16. Goes out: a
//! [`VarBuilder`] over them, a digest of their names, shapes and values, and at the end the names nobody asked for.
//! Files are read tensor by tensor, so that memory peaks at the weights themselves and no file is mapped.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex};

use candle_core::{DType, Device, Shape, Tensor, pickle::PthTensors};
use candle_nn::{Init, VarBuilder, var_builder::SimpleBackend};
use rayon::prelude::*;
use safetensors::tensor::{Dtype, Metadata};

use crate::error::{Error, Result, Stage};

/// Buffers and counters that a checkpoint may carry or leave out; the engine works them out itself.
const IGNORED_ENDINGS: [&str; 4] =
    ["embeddings.position_ids", "embeddings.token_type_ids", "relative_position_index", "num_batches_tracked"];

/// A safetensors header larger than this is a damaged file (the format's own limit is 100 MB).
const LARGEST_HEADER_BYTES: u64 = 100_000_000;

/// Every tensor of a checkpoint that the model may ask for.
#[derive(Clone)]
pub(super) struct Weights(Arc<Store>);

struct Store {
    tensors: BTreeMap<String, Tensor>,
    digest: blake3::Hash,
    asked: Mutex<BTreeSet<String>>,
}

/// One tensor read, with the hash of its values.
struct Loaded {
    name: String,
    tensor: Tensor,
    hash: blake3::Hash,
}

impl Weights {
    /// Reads `files`: safetensors shards, or PyTorch files where the name ends in `.bin`.
    ///
    /// # Errors
    /// [`Error::Data`] naming the file and the tensor that cannot be read.
    pub(super) fn read(files: &[impl AsRef<Path>]) -> Result<Self> {
        let mut loaded = Vec::new();
        for file in files {
            let file = file.as_ref();
            let is_pickle = file.extension().is_some_and(|e| e == "bin" || e == "pt" || e == "pth");
            loaded.extend(if is_pickle { read_pickle(file)? } else { read_safetensors(file)? });
        }
        loaded.sort_by(|a, b| a.name.cmp(&b.name));
        let mut hasher = blake3::Hasher::new();
        for item in &loaded {
            hasher.update(item.name.as_bytes()).update(format!("{:?}", item.tensor.dims()).as_bytes());
            hasher.update(item.hash.as_bytes());
        }
        let tensors = loaded.into_iter().map(|item| (item.name, item.tensor)).collect();
        Ok(Weights(Arc::new(Store { tensors, digest: hasher.finalize(), asked: Mutex::default() })))
    }

    /// A hash of every tensor's name, shape and f32 values; the same for any file format and dtype that holds them.
    pub(super) fn digest(&self) -> &blake3::Hash {
        &self.0.digest
    }

    /// The tensors as candle's layers ask for them, moved to `device` one at a time.
    pub(super) fn var_builder(&self, device: &Device) -> VarBuilder<'static> {
        VarBuilder::from_backend(Box::new(self.clone()), DType::F32, device.clone())
    }

    /// Names that were never asked for: a checkpoint of another architecture.
    pub(super) fn unexpected(&self) -> Vec<String> {
        let asked = self.0.asked.lock().expect("no holder of this lock panics");
        self.0.tensors.keys().filter(|name| !asked.contains(*name)).cloned().collect()
    }
}

impl SimpleBackend for Weights {
    fn get(&self, shape: Shape, name: &str, _: Init, dtype: DType, device: &Device) -> candle_core::Result<Tensor> {
        let tensor = self.get_unchecked(name, dtype, device)?;
        if tensor.shape() != &shape {
            candle_core::bail!("tensor {name} has shape {:?}, but config.json asks for {shape:?}", tensor.shape());
        }
        Ok(tensor)
    }

    fn get_unchecked(&self, name: &str, dtype: DType, device: &Device) -> candle_core::Result<Tensor> {
        let Some(tensor) = self.0.tensors.get(name) else {
            candle_core::bail!("tensor {name} is missing");
        };
        self.0.asked.lock().expect("no holder of this lock panics").insert(name.to_string());
        tensor.to_dtype(dtype)?.to_device(device)
    }

    fn contains_tensor(&self, name: &str) -> bool {
        self.0.tensors.contains_key(name)
    }
}

fn is_ignored(name: &str) -> bool {
    IGNORED_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

fn read_safetensors(path: &Path) -> Result<Vec<Loaded>> {
    let (data_start, metadata) = read_header(path)?;
    let mut names: Vec<String> = metadata.offset_keys();
    names.retain(|name| !is_ignored(name));
    let read_one = |name: String| {
        let info = metadata.info(&name).expect("the name comes from this metadata");
        let (start, end) = info.data_offsets;
        let bytes = read_range(path, data_start + start as u64, end - start)
            .map_err(|e| damaged(path, format!("tensor {name} cannot be read")).caused_by(e))?;
        let values = to_f32(info.dtype, &bytes).map_err(|e| damaged(path, format!("tensor {name}: {e}")))?;
        finish(path, name, values, &info.shape)
    };
    names.into_par_iter().map(read_one).collect()
}

/// The header, and where the data begins; checked against the file's length, so that a cut-off download is named.
fn read_header(path: &Path) -> Result<(u64, Metadata)> {
    let unreadable = |e: std::io::Error| damaged(path, "the header cannot be read").caused_by(e);
    let mut file = File::open(path).map_err(|e| Error::file(path, Stage::Model, "cannot be opened").caused_by(e))?;
    let mut length = [0u8; 8];
    file.read_exact(&mut length).map_err(unreadable)?;
    let length = u64::from_le_bytes(length);
    if length > LARGEST_HEADER_BYTES {
        return Err(damaged(path, "this is not a safetensors file"));
    }
    let mut header = vec![0u8; length as usize];
    file.read_exact(&mut header).map_err(unreadable)?;
    let metadata: Metadata =
        serde_json::from_slice(&header).map_err(|e| damaged(path, "the header is not valid").caused_by(e))?;
    let expected = 8 + length + metadata.data_len() as u64;
    let actual = file.metadata().map_err(unreadable)?.len();
    if actual != expected {
        let reason = format!("the file has {actual} bytes, its header says {expected}; download it again");
        return Err(damaged(path, reason));
    }
    Ok((8 + length, metadata))
}

fn read_range(path: &Path, start: u64, len: usize) -> std::io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = vec![0u8; len];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn to_f32(dtype: Dtype, bytes: &[u8]) -> Result<Vec<f32>, String> {
    let halves = || bytes.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]]));
    match dtype {
        Dtype::F32 => Ok(bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()),
        Dtype::F16 => Ok(halves().map(|bits| half::f16::from_bits(bits).to_f32()).collect()),
        Dtype::BF16 => Ok(halves().map(|bits| half::bf16::from_bits(bits).to_f32()).collect()),
        other => Err(format!("its type {other:?} is not f32, f16 or bf16")),
    }
}

fn read_pickle(path: &Path) -> Result<Vec<Loaded>> {
    let file = PthTensors::new(path, None)
        .map_err(|e| damaged(path, "this is not a PyTorch weights file that can be read").caused_by(e))?;
    let mut names: Vec<String> = file.tensor_infos().keys().filter(|name| !is_ignored(name)).cloned().collect();
    names.sort();
    let read_one = |name: String| {
        let unreadable = |e| damaged(path, format!("tensor {name} cannot be read")).caused_by(e);
        let Some(tensor) = file.get(&name).map_err(unreadable)? else {
            return Err(damaged(path, format!("tensor {name} cannot be read")));
        };
        if !matches!(tensor.dtype(), DType::F32 | DType::F16 | DType::BF16) {
            return Err(damaged(path, format!("tensor {name}: its type is not f32, f16 or bf16")));
        }
        let shape = tensor.dims().to_vec();
        let values = tensor.to_dtype(DType::F32).and_then(|t| t.flatten_all()?.to_vec1()).map_err(unreadable)?;
        finish(path, name, values, &shape)
    };
    names.into_iter().map(read_one).collect()
}

fn finish(path: &Path, name: String, values: Vec<f32>, shape: &[usize]) -> Result<Loaded> {
    if values.iter().any(|v| !v.is_finite()) {
        return Err(damaged(path, format!("tensor {name} holds values that are not finite")));
    }
    let mut hasher = blake3::Hasher::new();
    for chunk in values.chunks(1 << 14) {
        let bytes: Vec<u8> = chunk.iter().flat_map(|v| v.to_le_bytes()).collect();
        hasher.update(&bytes);
    }
    let tensor = Tensor::from_vec(values, shape, &Device::Cpu)
        .map_err(|e| damaged(path, format!("tensor {name} does not fill its shape")).caused_by(e))?;
    Ok(Loaded { name, tensor, hash: hasher.finalize() })
}

fn damaged(path: &Path, reason: impl Into<String>) -> Error {
    Error::file(path, Stage::Model, reason)
}
