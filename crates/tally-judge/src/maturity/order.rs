//! What comes before what: needs first, else by a key. Never loops: where needs go in a circle, one of them is cut and
//! named.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::Item;

/// An order of some items.
pub(super) struct Ordered {
    /// Places in the list of items, first to last.
    pub(super) places: Vec<usize>,
    /// Needs that were not kept: the item, and the one that it would have waited for.
    pub(super) cut: Vec<(usize, usize)>,
}

/// Puts the items at `places` in order: what an item needs comes before it, and of those that wait for nothing the
/// lowest level comes first, then the smallest effort, then the id. Needs outside of `places` do not count.
///
/// In a circle of needs the one is cut that leads back when dependents are followed from the lowest id on, so that the
/// lowest id of a circle that stands alone comes first. O(n log n) for n items and needs together.
pub(super) fn order(items: &[Item], places: &[usize]) -> Ordered {
    let mut sorted = places.to_vec();
    sorted.sort_by(|left, right| items[*left].id.cmp(&items[*right].id));
    let nodes: BTreeMap<&str, usize> =
        sorted.iter().enumerate().map(|(node, place)| (items[*place].id.as_str(), node)).collect();
    let mut dependents: Vec<Vec<usize>> = vec![Vec::new(); sorted.len()];
    for (node, place) in sorted.iter().enumerate() {
        let needs: BTreeSet<usize> = items[*place].needs.iter().filter_map(|need| nodes.get(need.as_str()).copied()).collect();
        for need in needs {
            dependents[need].push(node);
        }
    }
    let cut = circles(&dependents);
    let keys: Vec<_> = sorted.iter().map(|place| (items[*place].level, items[*place].effort)).collect();
    let order = by_key(&dependents, &cut, &keys);
    Ordered {
        places: order.into_iter().map(|node| sorted[node]).collect(),
        cut: cut.into_iter().map(|(node, need)| (sorted[node], sorted[need])).collect(),
    }
}

/// The needs (node, need) that close a circle when dependents are walked depth first. Without recursion: a chain may be
/// as long as the model.
fn circles(dependents: &[Vec<usize>]) -> BTreeSet<(usize, usize)> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Not,
        OnPath,
        Done,
    }
    let mut seen = vec![Seen::Not; dependents.len()];
    let mut cut = BTreeSet::new();
    for start in 0..dependents.len() {
        if seen[start] != Seen::Not {
            continue;
        }
        seen[start] = Seen::OnPath;
        let mut path = vec![(start, 0)];
        while let Some((node, nth)) = path.last_mut() {
            let need = *node;
            let Some(&next) = dependents[need].get(*nth) else {
                seen[need] = Seen::Done;
                path.pop();
                continue;
            };
            *nth += 1;
            match seen[next] {
                Seen::Not => {
                    seen[next] = Seen::OnPath;
                    path.push((next, 0));
                }
                Seen::OnPath => {
                    cut.insert((next, need));
                }
                Seen::Done => {}
            }
        }
    }
    cut
}

/// Takes the least of those that wait for nothing any more. Nodes are numbered by id, which so decides last.
fn by_key<K: Ord + Copy>(dependents: &[Vec<usize>], cut: &BTreeSet<(usize, usize)>, keys: &[K]) -> Vec<usize> {
    let kept = |need: usize| dependents[need].iter().copied().filter(move |node| !cut.contains(&(*node, need)));
    let mut waits = vec![0_usize; keys.len()];
    for node in (0..keys.len()).flat_map(kept) {
        waits[node] += 1;
    }
    let free = |node: usize| Reverse((keys[node], node));
    let mut ready: BinaryHeap<_> = (0..keys.len()).filter(|node| waits[*node] == 0).map(free).collect();
    let mut order = Vec::with_capacity(keys.len());
    while let Some(Reverse((_, node))) = ready.pop() {
        order.push(node);
        for next in kept(node) {
            waits[next] -= 1;
            if waits[next] == 0 {
                ready.push(free(next));
            }
        }
    }
    order
}
