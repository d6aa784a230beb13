//! A Swin block (Liu et al., 2021): attention within windows, then an MLP, each behind a LayerNorm and a residual.

use candle_core::{Device, Result, Tensor};
use candle_nn::{LayerNorm, Linear, Module, VarBuilder, layer_norm, linear, linear_b, ops::softmax_last_dim};

use crate::model::config::AudioConfig;
use crate::model::kernels;
use crate::model::kernels::{Level, Storage, in_place, layers, read};

/// Added to the score of two tokens that a cyclic shift put side by side. The reference adds −100, whose exponential
/// is a subnormal float that slows every later product; −10⁴ makes it exactly zero, below −100's rounding.
const MASKED: f32 = -1e4;

/// Where a block stands in the tower.
#[derive(Debug, Clone, Copy)]
pub(super) struct BlockShape {
    pub(super) width: usize,
    /// Tokens along each axis.
    pub(super) grid: usize,
    pub(super) heads: usize,
    /// Tokens along a window's side.
    pub(super) window: usize,
    /// Cyclic shift before the windows are cut; 0 for none.
    pub(super) shift: usize,
}

/// `[batch, grid², width]` → the same shape.
pub(super) enum Block {
    /// One kernel for the whole block, in place, on the CPU.
    Packed(Box<kernels::PackedSwinBlock>),
    /// candle's operations, on any device.
    Plain(Box<PlainBlock>),
}

impl Block {
    pub(super) fn load(config: &AudioConfig, shape: BlockShape, storage: Storage, vb: VarBuilder) -> Result<Self> {
        let plain = PlainBlock::load(config, shape, vb.clone())?;
        match layers::level_for(vb.device()) {
            Some(level) => Ok(Block::Packed(Box::new(plain.pack(level, storage)?))),
            None => Ok(Block::Plain(Box::new(plain))),
        }
    }

    /// Takes the tokens, because it may change them in place.
    pub(super) fn forward(&self, tokens: Tensor) -> Result<Tensor> {
        match self {
            Block::Plain(block) => block.forward(&tokens),
            Block::Packed(block) => {
                let tokens = tokens.contiguous()?;
                in_place(&tokens, |values| block.forward(values))?;
                Ok(tokens)
            }
        }
    }
}

/// The block as the paper writes it.
pub(super) struct PlainBlock {
    windows: Windows,
    layernorm_before: LayerNorm,
    attention: Attention,
    layernorm_after: LayerNorm,
    intermediate: Linear,
    output: Linear,
    epsilon: f64,
}

impl PlainBlock {
    pub(super) fn load(config: &AudioConfig, shape: BlockShape, vb: VarBuilder) -> Result<Self> {
        let (width, epsilon) = (shape.width, config.layer_norm_eps);
        let middle = (config.mlp_ratio * width as f64) as usize;
        let windows = Windows { shape };
        Ok(PlainBlock {
            layernorm_before: layer_norm(width, epsilon, vb.pp("layernorm_before"))?,
            attention: Attention::load(shape, &windows, config.qkv_bias, vb.pp("attention"))?,
            layernorm_after: layer_norm(width, epsilon, vb.pp("layernorm_after"))?,
            intermediate: linear(width, middle, vb.pp("intermediate").pp("dense"))?,
            output: linear(middle, width, vb.pp("output").pp("dense"))?,
            windows,
            epsilon,
        })
    }

    fn forward(&self, tokens: &Tensor) -> Result<Tensor> {
        let windows = self.windows.cut(&self.layernorm_before.forward(tokens)?)?;
        let attended = self.windows.join(&self.attention.forward(&windows)?)?;
        let tokens = (tokens + attended)?;
        let middle = self.intermediate.forward(&self.layernorm_after.forward(&tokens)?)?.gelu_erf()?;
        tokens + self.output.forward(&middle)?
    }

    pub(super) fn pack(&self, level: Level, storage: Storage) -> Result<kernels::PackedSwinBlock> {
        let norm = layers::norm(level, &self.layernorm_before, self.epsilon)?;
        Ok(kernels::PackedSwinBlock {
            level,
            windows: self.windows.pack()?,
            attention: self.attention.pack(level, storage, norm)?,
            norm: layers::norm(level, &self.layernorm_after, self.epsilon)?,
            up: layers::linear(level, &self.intermediate, storage)?,
            down: layers::linear(level, &self.output, storage)?,
        })
    }
}

/// Cuts the grid into windows, shifted cyclically and zero-padded to whole windows, and puts it back together.
struct Windows {
    shape: BlockShape,
}

impl Windows {
    /// Windows along each axis.
    fn across(&self) -> usize {
        self.shape.grid.div_ceil(self.shape.window)
    }

    /// Tokens along each axis once padded.
    fn padded(&self) -> usize {
        self.across() * self.shape.window
    }

    /// `[batch, grid², width]` → `[batch, windows, window², width]`.
    fn cut(&self, tokens: &Tensor) -> Result<Tensor> {
        let (batch, _, width) = tokens.dims3()?;
        let BlockShape { grid, window, shift, .. } = self.shape;
        let across = self.across();
        let missing = self.padded() - grid;
        let mut image = tokens.reshape((batch, grid, grid, width))?;
        if missing > 0 {
            image = image.pad_with_zeros(1, 0, missing)?.pad_with_zeros(2, 0, missing)?;
        }
        if shift > 0 {
            image = image.roll(-(shift as i32), 1)?.roll(-(shift as i32), 2)?;
        }
        image.reshape(vec![batch, across, window, across, window, width])?.permute(vec![0, 1, 3, 2, 4, 5])?.reshape((
            batch,
            across * across,
            window * window,
            width,
        ))
    }

    /// The inverse of [`Windows::cut`].
    fn join(&self, windows: &Tensor) -> Result<Tensor> {
        let (batch, _, _, width) = windows.dims4()?;
        let BlockShape { grid, window, shift, .. } = self.shape;
        let across = self.across();
        let mut image = windows
            .reshape(vec![batch, across, across, window, window, width])?
            .permute(vec![0, 1, 3, 2, 4, 5])?
            .reshape((batch, self.padded(), self.padded(), width))?;
        if shift > 0 {
            image = image.roll(shift as i32, 1)?.roll(shift as i32, 2)?;
        }
        if self.padded() > grid {
            image = image.narrow(1, 0, grid)?.narrow(2, 0, grid)?;
        }
        image.reshape((batch, grid * grid, width))
    }

    /// `[windows, 1, window², window²]`: [`MASKED`] between tokens that were not neighbours before the shift.
    fn mask(&self, device: &Device) -> Result<Option<Tensor>> {
        let BlockShape { window, shift, .. } = self.shape;
        if shift == 0 {
            return Ok(None);
        }
        let side = self.padded();
        let region = |i: usize| usize::from(i >= side - window) + usize::from(i >= side - shift);
        let (across, tokens) = (self.across(), window * window);
        let count = across * across;
        let mut mask = Vec::with_capacity(count * tokens * tokens);
        for at in 0..count {
            let (top, left) = (at / across * window, at % across * window);
            let region_of = |t: usize| (region(top + t / window), region(left + t % window));
            for a in 0..tokens {
                mask.extend((0..tokens).map(|b| if region_of(a) == region_of(b) { 0.0 } else { MASKED }));
            }
        }
        Ok(Some(Tensor::from_vec(mask, (count, 1, tokens, tokens), device)?))
    }

    /// The order in which [`Windows::cut`] lays the tokens, and the mask, for the kernel.
    fn pack(&self) -> Result<kernels::WindowLayout> {
        let (grid, tokens) = (self.shape.grid, self.shape.window * self.shape.window);
        let places = Tensor::arange(1f32, (grid * grid + 1) as f32, &Device::Cpu)?.reshape((1, grid * grid, 1))?;
        let order = read(&self.cut(&places)?, <[f32]>::to_vec)?;
        let mask = self.mask(&Device::Cpu)?.map(|mask| read(&mask, <[f32]>::to_vec)).transpose()?;
        Ok(kernels::WindowLayout::new(grid * grid, tokens, &order, mask.as_deref()))
    }
}

/// Multi-head self-attention within windows, with a learned bias for each relative position.
struct Attention {
    heads: usize,
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    /// Relative position bias, `[1, heads, window², window²]`.
    position_bias: Tensor,
    /// The shift mask, `[windows, 1, window², window²]`.
    mask: Option<Tensor>,
}

impl Attention {
    fn load(shape: BlockShape, windows: &Windows, with_bias: bool, vb: VarBuilder) -> Result<Self> {
        let (width, inner) = (shape.width, vb.pp("self"));
        Ok(Attention {
            heads: shape.heads,
            query: linear_b(width, width, with_bias, inner.pp("query"))?,
            key: linear_b(width, width, with_bias, inner.pp("key"))?,
            value: linear_b(width, width, with_bias, inner.pp("value"))?,
            output: linear(width, width, vb.pp("output").pp("dense"))?,
            position_bias: relative_position_bias(shape, &inner)?,
            mask: windows.mask(vb.device())?,
        })
    }

    /// `[batch, windows, tokens, width]` → the same shape.
    fn forward(&self, windows: &Tensor) -> Result<Tensor> {
        let (batch, count, tokens, width) = windows.dims4()?;
        let head_dim = width / self.heads;
        let split = |x: Tensor| {
            // [batch, windows, tokens, width] → [batch · windows, heads, tokens, head_dim]
            x.reshape((batch * count, tokens, self.heads, head_dim))?.transpose(1, 2)?.contiguous()
        };
        let query = split(self.query.forward(windows)?)?;
        let key = split(self.key.forward(windows)?)?;
        let value = split(self.value.forward(windows)?)?;
        let scores = (query.matmul(&key.t()?)? / (head_dim as f64).sqrt())?;
        let mut scores =
            scores.reshape((batch, count, self.heads, tokens, tokens))?.broadcast_add(&self.position_bias)?;
        if let Some(mask) = &self.mask {
            scores = scores.broadcast_add(mask)?;
        }
        let weights = softmax_last_dim(&scores)?.reshape((batch * count, self.heads, tokens, tokens))?;
        let context = weights.matmul(&value)?.transpose(1, 2)?.reshape((batch, count, tokens, width))?;
        self.output.forward(&context)
    }

    fn pack(&self, level: Level, storage: Storage, norm: kernels::PackedNorm) -> Result<kernels::PackedAttention> {
        let (_, _, tokens, _) = self.position_bias.dims4()?;
        let qkv = [&self.query, &self.key, &self.value];
        let qkv = layers::side_by_side(level, &qkv, storage)?;
        let output = layers::linear(level, &self.output, storage)?;
        read(&self.position_bias, |bias| kernels::PackedAttention::new(self.heads, tokens, norm, qkv, output, bias))
    }
}

/// The table `[(2 · window − 1)², heads]` spread over all pairs of tokens: `[1, heads, window², window²]`.
fn relative_position_bias(shape: BlockShape, vb: &VarBuilder) -> Result<Tensor> {
    let (window, reach) = (shape.window, 2 * shape.window - 1);
    let table = vb.get((reach * reach, shape.heads), "relative_position_bias_table")?;
    let tokens = window * window;
    let place = |from: usize, to: usize| {
        let rows = from / window + window - 1 - to / window;
        let columns = from % window + window - 1 - to % window;
        (rows * reach + columns) as u32
    };
    let index: Vec<u32> = (0..tokens).flat_map(|a| (0..tokens).map(move |b| place(a, b))).collect();
    let index = Tensor::from_vec(index, tokens * tokens, vb.device())?;
    table.index_select(&index, 0)?.t()?.reshape(vec![1, shape.heads, tokens, tokens])?.contiguous()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, any, prop_oneof, proptest};
    use rayon::ThreadPoolBuilder;

    use super::*;
    use crate::model::random;

    fn windows(grid: usize, window: usize, shift: usize) -> Windows {
        Windows { shape: BlockShape { width: 3, grid, heads: 1, window, shift } }
    }

    #[test]
    fn joining_undoes_cutting_with_shift_and_padding() {
        for (grid, window, shift) in [(8, 4, 0), (8, 4, 2), (6, 4, 2), (4, 4, 0)] {
            let tokens = Tensor::rand(-1f32, 1.0, (2, grid * grid, 3), &Device::Cpu).unwrap();
            let windows = windows(grid, window, shift);
            let back = windows.join(&windows.cut(&tokens).unwrap()).unwrap();
            assert_eq!(back.to_vec3::<f32>().unwrap(), tokens.to_vec3::<f32>().unwrap());
        }
    }

    #[test]
    fn the_mask_separates_what_the_shift_wrapped_around() {
        let mask = windows(8, 4, 2).mask(&Device::Cpu).unwrap().unwrap().squeeze(1).unwrap();
        let mask = mask.to_vec3::<f32>().unwrap();
        assert!(mask[0].iter().flatten().all(|v| *v == 0.0), "the first window wraps nowhere");
        let last = &mask[3];
        assert_eq!((last[0][1], last[0][2], last[0][8]), (0.0, MASKED, MASKED));
        assert!(windows(8, 4, 0).mask(&Device::Cpu).unwrap().is_none());
    }

    proptest! {
        #![proptest_config(random::cases(24))]

        #[test]
        fn the_kernel_equals_the_plain_operations_at_every_level_and_thread_count(
            (windows_across, window, missing) in (1usize..4, 2usize..9, 0usize..2),
            (heads, head_dim, views) in (1usize..4, 1usize..40, 1usize..4),
            (is_shifted, mlp_ratio) in (any::<bool>(), 1usize..5),
            (seed, magnitude) in (any::<u64>(), prop_oneof![Just(1f32), Just(3e3), Just(1e-5), Just(1e-39)]),
        ) {
            let (grid, width) = (windows_across * window - missing, heads * head_dim);
            let shift = if is_shifted && windows_across > 1 { window / 2 } else { 0 };
            let config = AudioConfig { mlp_ratio: mlp_ratio as f64, ..AudioConfig::default() };
            let shape = BlockShape { width, grid, heads, window, shift };
            let plain = PlainBlock::load(&config, shape, random::weights()).unwrap();
            let tokens = random::values(views * grid * grid * width, seed, magnitude);
            let input = Tensor::from_slice(&tokens, (views, grid * grid, width), &Device::Cpu).unwrap();
            let expected = read(&plain.forward(&input).unwrap(), <[f32]>::to_vec).unwrap();
            // Over a few values that nearly agree, LayerNorm multiplies rounding by up to 1 / √epsilon.
            let tolerance = if width < 16 { 1e-4 } else { 1e-5 };
            for level in Level::available() {
                let block = plain.pack(level, Storage::F32).unwrap();
                // One thread takes whole windows; of sixteen, each takes parts of a layer.
                let on = |threads: usize| {
                    let mut values = tokens.clone();
                    let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                    pool.install(|| block.forward(&mut values));
                    values
                };
                let actual = on(1);
                assert_eq!(on(16), actual, "{} at 16 threads", level.name());
                let distance = random::distance(&actual, &expected);
                assert!(distance < tolerance, "{}: off by {distance}", level.name());
                let mut alone = tokens[..grid * grid * width].to_vec();
                block.forward(&mut alone);
                assert_eq!(alone, actual[..alone.len()], "{} alone", level.name());
            }
        }
    }
}
