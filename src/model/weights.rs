//! The tensors of a checkpoint, as f32, handed out by name and accounted for.
//!
//! Comes in: `model.safetensors` (one file or shards) or `pytorch_model.bin`, in f32, f16 or bf16. Goes out: a
//! [`VarBuilder`] over them, a digest of their names, shapes and values, and at the end the names nobody asked for.
//! A tensor is read when it is asked for and not kept, so that memory peaks at what the layers make of them; no file is
//! mapped. Any thread may ask.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

use candle_core::{DType, Device, Shape, Tensor, pickle::PthTensors};
use candle_nn::{Init, VarBuilder, var_builder::SimpleBackend};
use safetensors::tensor::{Dtype, Metadata};

use crate::error::{Error, ModelFailure, Result};
use crate::model::file::ModelFile;

/// Buffers and counters that a checkpoint may carry or leave out; the engine works them out itself.
const IGNORED_ENDINGS: [&str; 4] =
    ["embeddings.position_ids", "embeddings.token_type_ids", "relative_position_index", "num_batches_tracked"];

/// A safetensors header larger than this is a damaged file (the format's own limit is 100 MB).
const LARGEST_HEADER_BYTES: u64 = 100_000_000;

/// Every tensor of a checkpoint that the model may ask for.
#[derive(Clone)]
pub(super) struct Weights(Arc<Store>);

struct Store {
    files: Vec<TensorFile>,
    /// Where each tensor is: a place in `files`.
    places: BTreeMap<String, usize>,
    asked: Mutex<TensorRecord>,
}

/// What is known from the tensors that were handed out.
#[derive(Default)]
struct TensorRecord {
    /// Shape and hash of the values of each.
    seen: BTreeMap<String, (Vec<usize>, blake3::Hash)>,
    /// The first that could not be read, in words that candle's own errors have no place for.
    failure: Option<Error>,
}

/// One file of tensors.
enum TensorFile {
    Safetensors { file: ModelFile, data_start: u64, metadata: Metadata },
    Pickle { file: ModelFile, tensors: PthTensors },
}

impl Weights {
    /// Opens `files`: safetensors shards, or PyTorch files where the name ends in `.bin`.
    ///
    /// # Errors
    /// [`Error::ModelUnusable`] naming the file whose list of tensors cannot be read.
    pub(super) fn open(files: &[ModelFile]) -> Result<Self> {
        let files = files.iter().map(TensorFile::open).collect::<Result<Vec<_>>>()?;
        let names = |(place, file): (usize, &TensorFile)| file.names().into_iter().map(move |name| (name, place));
        let places = files.iter().enumerate().flat_map(names).filter(|(name, _)| !is_ignored(name)).collect();
        Ok(Weights(Arc::new(Store { files, places, asked: Mutex::default() })))
    }

    /// A hash of the name, shape and f32 values of every tensor that was asked for; the same for any file format and
    /// dtype that holds them.
    pub(super) fn digest(&self) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new();
        for (name, (shape, hash)) in &self.asked().seen {
            hasher.update(name.as_bytes()).update(format!("{shape:?}").as_bytes()).update(hash.as_bytes());
        }
        hasher.finalize()
    }

    /// How many numbers the tensors hold that were asked for.
    pub(super) fn parameters(&self) -> usize {
        self.asked().seen.values().map(|(shape, _)| shape.iter().product::<usize>()).sum()
    }

    /// The tensors as candle's layers ask for them, moved to `device` one at a time.
    pub(super) fn var_builder(&self, device: &Device) -> VarBuilder<'static> {
        VarBuilder::from_backend(Box::new(self.clone()), DType::F32, device.clone())
    }

    /// Names that were never asked for: a checkpoint of another architecture.
    pub(super) fn unexpected(&self) -> Vec<String> {
        let asked = self.asked();
        self.0.places.keys().filter(|name| !asked.seen.contains_key(*name)).cloned().collect()
    }

    /// Why a tensor could not be handed out, if its file was the reason.
    pub(super) fn failure(&self) -> Option<Error> {
        self.asked().failure.take()
    }

    fn asked(&self) -> MutexGuard<'_, TensorRecord> {
        self.0.asked.lock().expect("no holder of this lock panics")
    }

    fn place(&self, name: &str) -> candle_core::Result<&TensorFile> {
        match self.0.places.get(name) {
            Some(place) => Ok(&self.0.files[*place]),
            None => candle_core::bail!("tensor {name} is missing"),
        }
    }

    fn read(&self, name: &str) -> Result<Tensor> {
        let source = &self.0.files[self.0.places[name]];
        let (shape, values) = source.read(name)?;
        let path = source.path();
        if values.iter().any(|value| !value.is_finite()) {
            return Err(damaged(path, format!("tensor {name} holds values that are not finite")));
        }
        let hash = hash_of(&values);
        let tensor = Tensor::from_vec(values, shape.as_slice(), &Device::Cpu)
            .map_err(|e| damaged(path, format!("tensor {name} does not fill its shape")).caused_by(e))?;
        self.asked().seen.insert(name.to_string(), (shape, hash));
        Ok(tensor)
    }
}

impl SimpleBackend for Weights {
    fn get(&self, shape: Shape, name: &str, _: Init, dtype: DType, device: &Device) -> candle_core::Result<Tensor> {
        let actual = self.place(name)?.shape(name);
        if actual != shape.dims() {
            candle_core::bail!("tensor {name} has shape {actual:?}, but config.json asks for {shape:?}");
        }
        self.get_unchecked(name, dtype, device)
    }

    fn get_unchecked(&self, name: &str, dtype: DType, device: &Device) -> candle_core::Result<Tensor> {
        self.place(name)?;
        match self.read(name) {
            Ok(tensor) => tensor.to_dtype(dtype)?.to_device(device),
            Err(error) => {
                self.asked().failure.get_or_insert(error);
                candle_core::bail!("tensor {name} cannot be read")
            }
        }
    }

    fn contains_tensor(&self, name: &str) -> bool {
        self.0.places.contains_key(name)
    }
}

impl TensorFile {
    fn open(file: &ModelFile) -> Result<Self> {
        let (file, path) = (file.clone(), file.path());
        let is_pickle = path.extension().is_some_and(|e| e == "bin" || e == "pt" || e == "pth");
        if !is_pickle {
            let (data_start, metadata) = read_header(&file)?;
            return Ok(TensorFile::Safetensors { file, data_start, metadata });
        }
        let tensors = PthTensors::new(path, None)
            .map_err(|e| damaged(path, "this is not a PyTorch weights file that can be read").caused_by(e))?;
        Ok(TensorFile::Pickle { file, tensors })
    }

    fn path(&self) -> &Path {
        match self {
            TensorFile::Safetensors { file, .. } | TensorFile::Pickle { file, .. } => file.path(),
        }
    }

    fn names(&self) -> Vec<String> {
        match self {
            TensorFile::Safetensors { metadata, .. } => metadata.offset_keys(),
            TensorFile::Pickle { tensors, .. } => tensors.tensor_infos().keys().cloned().collect(),
        }
    }

    /// The shape of a tensor that is here.
    fn shape(&self, name: &str) -> Vec<usize> {
        match self {
            TensorFile::Safetensors { metadata, .. } => metadata.info(name).map(|info| info.shape.clone()),
            TensorFile::Pickle { tensors, .. } => {
                tensors.tensor_infos().get(name).map(|info| info.layout.dims().to_vec())
            }
        }
        .expect("the name comes from this file")
    }

    /// Shape and values of a tensor that is here.
    fn read(&self, name: &str) -> Result<(Vec<usize>, Vec<f32>)> {
        let values = match self {
            TensorFile::Safetensors { file, data_start, metadata } => {
                let info = metadata.info(name).expect("the name comes from this file");
                let (start, end) = info.data_offsets;
                let problem = |reason: String| damaged(file.path(), format!("tensor {name}{reason}"));
                read_values(file, data_start + start as u64, end - start, info.dtype)
                    .map_err(|e| problem(" cannot be read".into()).caused_by(e))?
                    .ok_or_else(|| problem(format!(": {:?} is not f32, f16 or bf16", info.dtype)))?
            }
            TensorFile::Pickle { file, tensors } => read_pickled(file.path(), tensors, name)?,
        };
        Ok((self.shape(name), values))
    }
}

fn is_ignored(name: &str) -> bool {
    IGNORED_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// The header, and where the data begins; checked against the file's length, so that a cut-off download is named.
fn read_header(file: &ModelFile) -> Result<(u64, Metadata)> {
    let path = file.path();
    let unreadable = |e: std::io::Error| damaged(path, "the header cannot be read").caused_by(e);
    let actual = file.len_bytes().map_err(|e| Error::model_file(path, ModelFailure::Unreadable).caused_by(e))?;
    let mut length = [0u8; 8];
    file.read_at(0, &mut length).map_err(unreadable)?;
    let length = u64::from_le_bytes(length);
    if length > LARGEST_HEADER_BYTES {
        return Err(damaged(path, "this is not a safetensors file"));
    }
    let mut header = vec![0u8; length as usize];
    file.read_at(8, &mut header).map_err(unreadable)?;
    let metadata: Metadata =
        serde_json::from_slice(&header).map_err(|e| damaged(path, "the header is not valid").caused_by(e))?;
    let expected = 8 + length + metadata.data_len() as u64;
    if actual != expected {
        let reason = format!("the file has {actual} bytes, its header says {expected}; download it again");
        return Err(damaged(path, reason));
    }
    Ok((8 + length, metadata))
}

/// `None` for a type that no CLAP has.
fn read_values(file: &ModelFile, start: u64, len_bytes: usize, dtype: Dtype) -> std::io::Result<Option<Vec<f32>>> {
    if dtype == Dtype::F32 {
        let mut values = vec![0f32; len_bytes / 4];
        file.read_at(start, bytemuck::cast_slice_mut(&mut values))?;
        if cfg!(target_endian = "big") {
            values.iter_mut().for_each(|value| *value = f32::from_bits(value.to_bits().swap_bytes()));
        }
        return Ok(Some(values));
    }
    let mut bytes = vec![0u8; len_bytes];
    file.read_at(start, &mut bytes)?;
    let halves = bytes.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]]));
    Ok(match dtype {
        Dtype::F16 => Some(halves.map(|bits| half::f16::from_bits(bits).to_f32()).collect()),
        Dtype::BF16 => Some(halves.map(|bits| half::bf16::from_bits(bits).to_f32()).collect()),
        _ => None,
    })
}

fn read_pickled(path: &Path, tensors: &PthTensors, name: &str) -> Result<Vec<f32>> {
    let unreadable = |e| damaged(path, format!("tensor {name} cannot be read")).caused_by(e);
    let Some(tensor) = tensors.get(name).map_err(unreadable)? else {
        return Err(damaged(path, format!("tensor {name} cannot be read")));
    };
    if !matches!(tensor.dtype(), DType::F32 | DType::F16 | DType::BF16) {
        return Err(damaged(path, format!("tensor {name}: its type is not f32, f16 or bf16")));
    }
    tensor.to_dtype(DType::F32).and_then(|t| t.flatten_all()?.to_vec1()).map_err(unreadable)
}

/// Of the values as little-endian bytes.
fn hash_of(values: &[f32]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    if cfg!(target_endian = "little") {
        return hasher.update_rayon(bytemuck::cast_slice(values)).finalize();
    }
    values.iter().for_each(|value| {
        hasher.update(&value.to_le_bytes());
    });
    hasher.finalize()
}

fn damaged(path: &Path, reason: impl Into<ModelFailure>) -> Error {
    Error::model_file(path, reason)
}
