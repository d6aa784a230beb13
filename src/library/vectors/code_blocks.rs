//! Any number of coded vectors: those of a long table lie in temporary files, block by block, and only the last in memory.
//!
//! What is in no list is held here, which of a library of ten million sounds without an index is gigabytes. A block that
//! cannot be written stays in memory.

use std::io::Write;

use crate::library::derived::mapped::MappedFile;
use crate::library::vectors::codes::{Code, CodedRows, Codes};

/// Rows a block: about 256 MB of them.
const BLOCK: usize = 1 << 19;

/// A table of coded vectors, `[rows, dim]`.
#[derive(Debug)]
pub(super) struct CodeBlocks {
    blocks: Vec<CodeBlock>,
    last: Codes,
    /// Rows a block.
    block: usize,
}

/// Rows that do not change any more.
#[derive(Debug)]
enum CodeBlock {
    /// The values lie in a file that has no name any more, with a step a row.
    Filed(MappedFile, Vec<f32>),
    /// There was no room for such a file.
    Held(Codes),
}

impl CodeBlocks {
    /// No vectors of `dim` values.
    pub(super) fn new(dim: usize) -> Self {
        CodeBlocks::of_blocks(dim, BLOCK)
    }

    fn of_blocks(dim: usize, block: usize) -> Self {
        CodeBlocks { blocks: Vec::new(), last: Codes::new(dim), block }
    }

    /// Appends a row.
    pub(super) fn push(&mut self, code: &Code) {
        self.last.push(code);
        if self.last.len() == self.block {
            let next = Codes::new(self.dim());
            let full = std::mem::replace(&mut self.last, next);
            self.blocks.push(CodeBlock::of(full));
        }
    }

    /// Row `row`.
    pub(super) fn code(&self, row: usize) -> Code {
        Code::from_row(self.row(row))
    }

    /// The codes and the step of row `row`.
    pub(super) fn row(&self, row: usize) -> (&[i8], f32) {
        self.rows(row / self.block).row(row % self.block)
    }

    /// Calls `take` with each of `rows`, which ascend, and its cosine with `query`, −1..=1.
    pub(super) fn cosines(&self, query: &Code, rows: impl Iterator<Item = usize>, mut take: impl FnMut(usize, f32)) {
        let mut rows = rows.peekable();
        while let Some(row) = rows.peek() {
            let first = row / self.block * self.block;
            let of_block = std::iter::from_fn(|| rows.next_if(|row| *row < first + self.block)).map(|row| row - first);
            self.rows(first / self.block).cosines(query, of_block, |row, cosine| take(first + row, cosine));
        }
    }

    /// Size in memory, in bytes, without what lies in files.
    pub(super) fn len_bytes(&self) -> usize {
        let bytes = |block: &CodeBlock| match block {
            CodeBlock::Filed(_, steps) => steps.len() * size_of::<f32>(),
            CodeBlock::Held(codes) => codes.len_bytes(),
        };
        self.blocks.iter().map(bytes).sum::<usize>() + self.last.len_bytes()
    }

    fn dim(&self) -> usize {
        self.last.dim()
    }

    /// The rows of block number `at`; the last ones come after all blocks.
    fn rows(&self, at: usize) -> CodedRows<'_> {
        match self.blocks.get(at) {
            Some(CodeBlock::Filed(file, steps)) => {
                CodedRows::new(self.dim(), bytemuck::cast_slice(file.bytes()), steps)
            }
            Some(CodeBlock::Held(codes)) => codes.rows(),
            None => self.last.rows(),
        }
    }
}

impl CodeBlock {
    fn of(codes: Codes) -> Self {
        let (values, steps) = codes.parts();
        let filed = tempfile::tempfile().and_then(|mut file| {
            file.write_all(bytemuck::cast_slice(values))?;
            MappedFile::of(&file)
        });
        match filed {
            Ok(file) => CodeBlock::Filed(file, steps.to_vec()),
            Err(error) => {
                tracing::warn!("{} MB of codes of vectors stay in memory: {error}", values.len() / 1_000_000);
                CodeBlock::Held(codes)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(row: usize) -> Code {
        Code::of(&[(row as f32).cos(), (row as f32).sin()])
    }

    #[test]
    fn rows_of_several_blocks_are_those_that_were_put_in() {
        let (mut blocks, mut plain) = (CodeBlocks::of_blocks(2, 8), Codes::new(2));
        for row in 0..30 {
            blocks.push(&code(row));
            plain.push(&code(row));
        }
        assert_eq!((blocks.last.len(), blocks.blocks.len()), (6, 3));
        assert!((0..30).all(|row| blocks.row(row) == plain.rows().row(row)));
        assert!(blocks.blocks.iter().all(|block| matches!(block, CodeBlock::Filed(..))));
        for wanted in [vec![], vec![3], vec![0, 7, 8, 23, 24, 29], vec![25], (0..30).collect()] {
            let (mut found, mut expected) = (Vec::new(), Vec::new());
            blocks.cosines(&code(5), wanted.iter().copied(), |row, cosine| found.push((row, cosine)));
            plain.cosines(&code(5), wanted.iter().copied(), |row, cosine| expected.push((row, cosine)));
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn codes_in_files_take_no_memory_but_their_steps() {
        let mut blocks = CodeBlocks::of_blocks(2, 8);
        (0..16).for_each(|row| blocks.push(&code(row)));
        assert_eq!(blocks.len_bytes(), 16 * size_of::<f32>());
    }
}
