//! A navigable small-world graph that is searched and never changed, as flat arrays.
//!
//! `build` makes it, `sealed` stores it. A node is a row of a table of codes, which is always handed in.

use std::collections::BinaryHeap;

use fixedbitset::FixedBitSet;

use super::codes::{Code, Codes};
use super::scored::{Nearest, Scored};

/// The graph: every row is a node of the base layer, ever fewer are nodes of the layers above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Graph {
    entry: u32,
    base: Links,
    /// From the lowest to the highest.
    upper: Vec<Layer>,
}

/// A layer of some rows only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layer {
    /// Its rows, ascending.
    rows: Vec<u32>,
    links: Links,
}

/// Neighbours of each node of a layer: those of node i are `targets[starts[i]..starts[i + 1]]`, rows all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Links {
    starts: Vec<u32>,
    targets: Vec<u32>,
}

impl Links {
    /// The links of nodes with these neighbours; `None` if there are more than 2^32 in all.
    pub(super) fn of(neighbours: &[Vec<u32>]) -> Option<Self> {
        let mut links = Links { starts: vec![0], targets: Vec::with_capacity(neighbours.iter().map(Vec::len).sum()) };
        for targets in neighbours {
            links.targets.extend_from_slice(targets);
            links.starts.push(u32::try_from(links.targets.len()).ok()?);
        }
        Some(links)
    }

    fn of_node(&self, node: usize) -> &[u32] {
        &self.targets[self.starts[node] as usize..self.starts[node + 1] as usize]
    }

    /// Whether these are links between `nodes` nodes to rows below `rows`.
    fn are_sound(&self, nodes: usize, rows: usize) -> bool {
        self.starts.len() == nodes + 1
            && self.starts.is_sorted()
            && self.starts[0] == 0
            && self.starts[nodes] as usize == self.targets.len()
            && self.targets.iter().all(|target| (*target as usize) < rows)
    }

    fn len_bytes(&self) -> usize {
        (self.starts.capacity() + self.targets.capacity()) * size_of::<u32>()
    }
}

impl Layer {
    /// The layer of `rows`, ascending, with the links of each.
    pub(super) fn new(rows: Vec<u32>, links: Links) -> Self {
        Layer { rows, links }
    }

    /// The neighbours of `row`; none if it is not in the layer.
    fn of_row(&self, row: u32) -> &[u32] {
        self.rows.binary_search(&row).map_or(&[], |node| self.links.of_node(node))
    }
}

impl Graph {
    /// Puts layers together; `None` unless every link and the entry are rows.
    pub(super) fn new(entry: u32, base: Links, upper: Vec<Layer>) -> Option<Self> {
        let rows = base.starts.len().checked_sub(1)?;
        let upper_is_sound = upper
            .iter()
            .all(|layer| layer.rows.is_sorted_by(|a, b| a < b) && layer.links.are_sound(layer.rows.len(), rows));
        let sound = (entry as usize) < rows && base.are_sound(rows, rows) && upper_is_sound;
        sound.then_some(Graph { entry, base, upper })
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.base.starts.len() - 1
    }

    /// Size in memory, in bytes.
    pub(super) fn len_bytes(&self) -> usize {
        let upper = |layer: &Layer| layer.links.len_bytes() + layer.rows.capacity() * size_of::<u32>();
        self.base.len_bytes() + self.upper.iter().map(upper).sum::<usize>()
    }

    /// About the `breadth` rows nearest to `query` among those that are `allowed`. All rows are walked through, the
    /// others are only not kept, so that a filter costs steps but no results.
    pub(super) fn search(&self, codes: &Codes, query: &Code, breadth: usize, allowed: &FixedBitSet) -> Nearest {
        let entry = self.descend(codes, query);
        let mut seen = FixedBitSet::with_capacity(self.len());
        seen.insert(entry.row);
        let mut nearest = Nearest::new(breadth);
        let mut open = BinaryHeap::from([entry]);
        if allowed.contains(entry.row) {
            nearest.push(entry);
        }
        while let Some(node) = open.pop() {
            if nearest.is_full() && node.cosine < nearest.farthest() {
                break;
            }
            let rows = self.base.of_node(node.row).iter().map(|row| *row as usize);
            codes.cosines(query, rows.filter(|row| !seen.put(*row)), |row, cosine| {
                if !nearest.is_full() || cosine > nearest.farthest() {
                    open.push(Scored { cosine, row });
                    if allowed.contains(row) {
                        nearest.push(Scored { cosine, row });
                    }
                }
            });
        }
        nearest
    }

    /// The nearest row that going downhill from the entry finds in the upper layers.
    fn descend(&self, codes: &Codes, query: &Code) -> Scored {
        let mut best = Scored { cosine: f32::NEG_INFINITY, row: self.entry as usize };
        codes.cosines(query, std::iter::once(best.row), |_, cosine| best.cosine = cosine);
        for layer in self.upper.iter().rev() {
            loop {
                let before = best.row;
                let row = u32::try_from(before).expect("a row of the graph is a u32");
                let rows = layer.of_row(row).iter().map(|row| *row as usize);
                codes.cosines(query, rows, |row, cosine| {
                    if cosine > best.cosine {
                        best = Scored { cosine, row };
                    }
                });
                if best.row == before {
                    break;
                }
            }
        }
        best
    }

    /// The graph as one list of numbers, which [`Graph::from_numbers`] reads.
    pub(super) fn to_numbers(&self) -> Vec<u32> {
        let layers = u32::try_from(self.upper.len()).expect("a graph has few layers");
        let mut numbers = vec![self.entry, layers];
        numbers.extend(self.base.starts.iter().chain(&self.base.targets));
        for layer in &self.upper {
            numbers.push(u32::try_from(layer.rows.len()).expect("a row of the graph is a u32"));
            numbers.extend(layer.rows.iter().chain(&layer.links.starts).chain(&layer.links.targets));
        }
        numbers
    }

    /// The graph over `rows` rows that was written as `numbers`; `None` if that is none.
    pub(super) fn from_numbers(mut numbers: &[u32], rows: usize) -> Option<Self> {
        let head = numbers.split_off(..2)?;
        let base = read_links(&mut numbers, rows)?;
        let mut upper = Vec::new();
        for _ in 0..head[1] {
            let len = *numbers.split_off_first()? as usize;
            let rows = numbers.split_off(..len)?.to_vec();
            upper.push(Layer { rows, links: read_links(&mut numbers, len)? });
        }
        if numbers.is_empty() { Graph::new(head[0], base, upper) } else { None }
    }
}

fn read_links(numbers: &mut &[u32], nodes: usize) -> Option<Links> {
    let starts = numbers.split_off(..nodes.checked_add(1)?)?.to_vec();
    let targets = numbers.split_off(..*starts.last()? as usize)?.to_vec();
    Some(Links { starts, targets })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, proptest};

    use super::*;

    fn sample() -> Graph {
        let base = Links::of(&[vec![1, 2], vec![0], vec![0, 1]]).unwrap();
        let upper = vec![Layer::new(vec![0, 2], Links::of(&[vec![2], vec![0]]).unwrap())];
        Graph::new(2, base, upper).unwrap()
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
            at in 0usize..25, number in prop::sample::select(vec![0, 1, 2, 3, 7, u32::MAX]), seed in any::<i8>(),
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
