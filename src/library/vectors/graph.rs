//! A navigable small-world graph that is searched and never changed, as flat arrays.
//!
//! `build` makes it. A node is a row of a table of codes, which is always handed in. A search begins at the nearest of some
//! rows that are all compared, a sixteenth of the table: where sounds come in clusters, as they do, going downhill through
//! the upper layers of HNSW ends in one of them, and no breadth leads out of it again.

use std::collections::BinaryHeap;

use fixedbitset::FixedBitSet;

use crate::library::vectors::codes::{Code, Codes};
use crate::library::vectors::top_k::{Nearest, ScoredRow};

/// Candidates kept for each row that a search begins at, and rows that it begins at, at least.
const CANDIDATES_AN_ENTRY_POINT: usize = 2;
const LEAST_ENTRY_POINTS: usize = 4;

/// The graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Graph {
    /// Rows above HNSW's base layer, ascending, at least one: where a search may begin.
    upper: Vec<u32>,
    links: Links,
}

/// Neighbours of each row: those of row i are `targets[starts[i]..starts[i + 1]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Links {
    starts: Vec<u32>,
    targets: Vec<u32>,
}

impl Links {
    /// The links of rows with these neighbours; `None` if there are more than 2^32 in all.
    pub(super) fn of(neighbours: &[Vec<u32>]) -> Option<Self> {
        let mut links = Links { starts: vec![0], targets: Vec::with_capacity(neighbours.iter().map(Vec::len).sum()) };
        for targets in neighbours {
            links.targets.extend_from_slice(targets);
            links.starts.push(u32::try_from(links.targets.len()).ok()?);
        }
        Some(links)
    }

    fn of_row(&self, row: usize) -> &[u32] {
        &self.targets[self.starts[row] as usize..self.starts[row + 1] as usize]
    }

    /// Whether these are links between `rows` rows.
    fn are_sound(&self, rows: usize) -> bool {
        self.starts.len() == rows + 1
            && self.starts.is_sorted()
            && self.starts[0] == 0
            && self.starts[rows] as usize == self.targets.len()
            && self.targets.iter().all(|target| (*target as usize) < rows)
    }

    fn len_bytes(&self) -> usize {
        (self.starts.capacity() + self.targets.capacity()) * size_of::<u32>()
    }
}

impl Graph {
    /// Puts a graph together; `None` unless there is an entry and every link and entry is a row.
    pub(super) fn new(upper: Vec<u32>, links: Links) -> Option<Self> {
        let rows = links.starts.len().checked_sub(1)?;
        let last = *upper.last()? as usize;
        let sound = last < rows && upper.is_sorted_by(|a, b| a < b) && links.are_sound(rows);
        sound.then_some(Graph { upper, links })
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.links.starts.len() - 1
    }

    /// Size in memory, in bytes.
    pub(super) fn len_bytes(&self) -> usize {
        self.links.len_bytes() + self.upper.capacity() * size_of::<u32>()
    }

    /// About the `breadth` rows nearest to `query` or more, among those that are `allowed`. All rows are walked through, the
    /// others are only not kept, so that a filter costs steps but no results.
    pub(super) fn search(&self, codes: &Codes, query: &Code, breadth: usize, allowed: &FixedBitSet) -> Nearest {
        let entry_points = self.entry_points(codes, query, breadth);
        let mut seen = FixedBitSet::with_capacity(self.len());
        let mut nearest = Nearest::new(breadth);
        for entry in &entry_points {
            seen.insert(entry.row);
            if allowed.contains(entry.row) {
                nearest.push(*entry);
            }
        }
        let mut open = BinaryHeap::from(entry_points);
        while let Some(node) = open.pop() {
            if nearest.is_full() && node.cosine < nearest.farthest() {
                break;
            }
            let rows = self.links.of_row(node.row).iter().map(|row| *row as usize);
            codes.cosines(query, rows.filter(|row| !seen.put(*row)), |row, cosine| {
                if !nearest.is_full() || cosine > nearest.farthest() {
                    open.push(ScoredRow { cosine, row });
                    if allowed.contains(row) {
                        nearest.push(ScoredRow { cosine, row });
                    }
                }
            });
        }
        nearest
    }

    /// The upper rows nearest to `query`.
    fn entry_points(&self, codes: &Codes, query: &Code, breadth: usize) -> Vec<ScoredRow> {
        let mut nearest = Nearest::new((breadth / CANDIDATES_AN_ENTRY_POINT).max(LEAST_ENTRY_POINTS));
        let rows = self.upper.iter().map(|row| *row as usize);
        codes.cosines(query, rows, |row, cosine| nearest.push(ScoredRow { cosine, row }));
        nearest.into_sorted()
    }

    /// The graph as one list of numbers, which [`Graph::from_numbers`] reads.
    pub(super) fn to_numbers(&self) -> Vec<u32> {
        let len = u32::try_from(self.upper.len()).expect("a row of the graph is a u32");
        let Graph { upper, links } = self;
        std::iter::once(&len).chain(upper).chain(&links.starts).chain(&links.targets).copied().collect()
    }

    /// The graph over `rows` rows that was written as `numbers`; `None` if that is none.
    pub(super) fn from_numbers(mut numbers: &[u32], rows: usize) -> Option<Self> {
        let len = *numbers.split_off_first()? as usize;
        let upper = numbers.split_off(..len)?.to_vec();
        let links = read_links(&mut numbers, rows)?;
        if numbers.is_empty() { Graph::new(upper, links) } else { None }
    }
}

fn read_links(numbers: &mut &[u32], rows: usize) -> Option<Links> {
    let starts = numbers.split_off(..rows.checked_add(1)?)?.to_vec();
    let targets = numbers.split_off(..*starts.last()? as usize)?.to_vec();
    Some(Links { starts, targets })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, proptest};

    use super::*;

    fn sample() -> Graph {
        Graph::new(vec![0, 2], Links::of(&[vec![1, 2], vec![0], vec![0, 1]]).unwrap()).unwrap()
    }

    #[test]
    fn clusters_that_no_link_joins_are_all_found() {
        // Row i is one of 20 close together in cluster i / 20, each linked to the next of its own cluster only.
        const CLUSTERS: usize = 30;
        let mut codes = Codes::new(CLUSTERS + 1);
        for row in 0..CLUSTERS * 20 {
            let mut vector = [0.0; CLUSTERS + 1];
            (vector[row / 20], vector[CLUSTERS]) = (1.0, 0.01 * (row % 20) as f32);
            codes.push(&Code::of(crate::embedding::Embedding::normalized(vector.to_vec()).unwrap().as_slice()));
        }
        let next: Vec<Vec<u32>> = (0..CLUSTERS as u32 * 20).map(|row| vec![row / 20 * 20 + (row + 1) % 20]).collect();
        let graph = Graph::new((0..CLUSTERS as u32).map(|i| i * 20 + 7).collect(), Links::of(&next).unwrap()).unwrap();
        let mut all = FixedBitSet::with_capacity(codes.len());
        all.insert_range(..);
        for (a, b) in [(3, 28), (17, 4)] {
            let mut query = [0.0; CLUSTERS + 1];
            (query[a], query[b]) = (0.8, 0.6);
            let found = graph.search(&codes, &Code::of(&query), 40, &all).into_sorted();
            assert!(found.iter().take(40).all(|scored| [a, b].contains(&(scored.row / 20))), "{found:?}");
        }
    }

    #[test]
    fn a_graph_comes_back_from_its_numbers_and_no_part_of_them_is_one() {
        let numbers = sample().to_numbers();
        assert_eq!(Graph::from_numbers(&numbers, 3), Some(sample()));
        for len in 0..numbers.len() {
            assert_eq!(Graph::from_numbers(&numbers[..len], 3), None, "{len}");
        }
        assert_eq!(Graph::from_numbers(&numbers, 2), None);
    }

    proptest! {
        #[test]
        fn whatever_is_taken_for_a_graph_can_be_searched(
            at in 0usize..12, number in prop::sample::select(vec![0, 1, 2, 3, 7, u32::MAX]), seed in any::<i8>(),
        ) {
            let mut numbers = sample().to_numbers();
            let at = at % numbers.len();
            numbers[at] = number;
            if let Some(graph) = Graph::from_numbers(&numbers, 3) {
                let mut codes = Codes::new(2);
                for row in [[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]] {
                    codes.push(&Code::of(&row));
                }
                let mut all = FixedBitSet::with_capacity(3);
                all.insert_range(..);
                let query = Code::of(&[1.0, f32::from(seed)]);
                assert!(graph.search(&codes, &query, 3, &all).into_sorted().len() <= 3);
            }
        }
    }
}
