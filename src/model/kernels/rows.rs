//! The way from candle's tensors to plain slices and back, and the memory that threads work in.

use std::cell::RefCell;

use candle_core::{CpuStorage, InplaceOp1, Layout, Result, Shape, Storage, Tensor};

use crate::model::kernels::packed::Aligned;

/// Floats between the beginnings of scratch slices are a multiple of this: a cache line.
const LINE: usize = 16;

thread_local! {
    static SCRATCH: RefCell<Aligned> = RefCell::default();
}

/// Lends this thread's scratch memory, cut into slices of the given lengths; what they hold is left from before.
/// `work` must not wait for other tasks: another task of the same thread would find the memory lent out.
pub(super) fn with_scratch<const N: usize, T>(lens: [usize; N], work: impl FnOnce([&mut [f32]; N]) -> T) -> T {
    SCRATCH.with_borrow_mut(|memory| {
        let total: usize = lens.iter().map(|len| len.next_multiple_of(LINE)).sum();
        if memory.values().len() < total {
            *memory = Aligned::zeroed(total);
        }
        let mut rest = memory.values();
        work(lens.map(|len| {
            let (slice, left) = std::mem::take(&mut rest).split_at_mut(len.next_multiple_of(LINE));
            rest = left;
            &mut slice[..len]
        }))
    })
}

/// A place that several tasks write to, each its own part.
#[derive(Clone, Copy)]
pub(super) struct Shared(*mut f32);

// SAFETY: whoever writes through it promises, in `at`, that no other task touches the same part.
unsafe impl Send for Shared {}
// SAFETY: as for `Send`.
unsafe impl Sync for Shared {}

impl Shared {
    pub(super) fn new(values: &mut [f32]) -> Self {
        Shared(values.as_mut_ptr())
    }

    /// The address of element `index`, to be used only inside the slice it was made from, while that is borrowed, and
    /// only where no other task reads or writes.
    pub(super) fn at(self, index: usize) -> *mut f32 {
        self.0.wrapping_add(index)
    }

    /// `len` elements from `index` on.
    ///
    /// # Safety
    /// They must be inside the slice it was made from, still borrowed, and no other task may touch them meanwhile.
    pub(super) unsafe fn part<'a>(self, index: usize, len: usize) -> &'a mut [f32] {
        // SAFETY: the caller's promise.
        unsafe { std::slice::from_raw_parts_mut(self.0.add(index), len) }
    }
}

/// Changes the values of `tensor`, f32 and contiguous on the CPU, in place. Nobody else may still need them.
pub(in crate::model) fn in_place(tensor: &Tensor, change: impl FnMut(&mut [f32])) -> Result<()> {
    tensor.inplace_op1(&InPlace(RefCell::new(change)))
}

struct InPlace<F>(RefCell<F>);

impl<F: FnMut(&mut [f32])> InplaceOp1 for InPlace<F> {
    fn name(&self) -> &'static str {
        "kernel"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let (CpuStorage::F32(values), Some((start, end))) = (storage, layout.contiguous_offsets()) else {
            candle_core::bail!("a kernel takes contiguous f32 values");
        };
        (self.0.borrow_mut())(&mut values[start..end]);
        Ok(())
    }
}

/// Lends the values of `tensor`, f32 on the CPU.
pub(in crate::model) fn read<T>(tensor: &Tensor, work: impl FnOnce(&[f32]) -> T) -> Result<T> {
    let tensor = tensor.contiguous()?;
    let (storage, layout) = tensor.storage_and_layout();
    match (&*storage, layout.contiguous_offsets()) {
        (Storage::Cpu(CpuStorage::F32(values)), Some((start, end))) => Ok(work(&values[start..end])),
        _ => candle_core::bail!("a kernel takes f32 values on the CPU"),
    }
}

/// A new tensor of `shape` on the CPU, filled by `work` from the values of `input`.
pub(in crate::model) fn fill(
    input: &Tensor,
    shape: impl Into<Shape>,
    work: impl FnOnce(&[f32], &mut [f32]),
) -> Result<Tensor> {
    let shape = shape.into();
    let mut output = vec![0f32; shape.elem_count()];
    read(input, |values| work(values, &mut output))?;
    Tensor::from_vec(output, shape, input.device())
}

/// A new tensor of the shape of `one`, each item filled by `work` from that item of `one` and of `other`.
pub(in crate::model) fn mix(one: &Tensor, other: &Tensor, work: impl Fn(&[f32], &[f32], &mut [f32])) -> Result<Tensor> {
    let item = one.elem_count() / one.dim(0)?;
    read(other, |other| {
        fill(one, one.shape(), |one, mixed| {
            let items = one.chunks_exact(item).zip(other.chunks_exact(item));
            mixed.chunks_exact_mut(item).zip(items).for_each(|(mixed, (one, other))| work(one, other, mixed));
        })
    })?
}
