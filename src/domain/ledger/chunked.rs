//! A long list in chunks that its copies share. To copy it takes a pointer for each chunk, and a change copies the one chunk
//! that it is in: whoever reads the list as it was goes on, and whoever changes it waits for nobody.

use std::{ops::Index, sync::Arc};

/// Items of a chunk: a change copies so many, and a copy of the list as many fewer pointers.
const ITEMS: usize = 1 << 10;

/// A list. All chunks but the last are full.
#[derive(Debug, Clone)]
pub(super) struct Chunked<T>(Vec<Arc<Vec<T>>>);

impl<T> Default for Chunked<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> FromIterator<T> for Chunked<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut items = items.into_iter().peekable();
        let mut chunks = Vec::new();
        while items.peek().is_some() {
            let mut chunk = Vec::with_capacity(ITEMS);
            chunk.extend(items.by_ref().take(ITEMS));
            chunk.shrink_to_fit();
            chunks.push(Arc::new(chunk));
        }
        Self(chunks)
    }
}

impl<T> Chunked<T> {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        let last = self.0.last().map_or(0, |last| last.len());
        self.0.len().saturating_sub(1) * ITEMS + last
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The one at a place, if there is one.
    pub(super) fn get(&self, at: usize) -> Option<&T> {
        self.0.get(at / ITEMS)?.get(at % ITEMS)
    }

    /// All of them in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flat_map(|chunk| chunk.iter())
    }

    /// Gives each to `each`, with its place.
    pub(super) fn for_each<'c>(&'c self, mut each: impl FnMut(u32, &'c T)) {
        let mut at = 0;
        for chunk in &self.0 {
            for item in &**chunk {
                each(at, item);
                at += 1;
            }
        }
    }

    /// How many stand before a place, from `from` on: those of which it is so.
    pub(super) fn partition_point(&self, from: usize, is_before: impl Fn(&T) -> bool) -> usize {
        let (mut low, mut high) = (from, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if is_before(&self[middle]) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

impl<T: Copy> Chunked<T> {
    /// Puts `item` in the place of another, which it gives; `None`: nothing is there.
    pub(super) fn replace(&mut self, at: usize, item: T) -> Option<T> {
        let chunk = self.0.get_mut(at / ITEMS)?;
        chunk.get(at % ITEMS)?;
        Some(std::mem::replace(&mut Arc::make_mut(chunk)[at % ITEMS], item))
    }

    /// The same with `items` in the place of those of a range.
    pub(super) fn spliced(&self, range: std::ops::Range<usize>, items: impl IntoIterator<Item = T>) -> Self {
        let before = self.iter().take(range.start);
        let behind = self.iter().skip(range.end);
        before.copied().chain(items).chain(behind.copied()).collect()
    }

    /// How many chunks it has that `other` has not.
    #[cfg(test)]
    pub(super) fn chunks_beside(&self, other: &Self) -> usize {
        let is_shared = |chunk: &&Arc<Vec<T>>| other.0.iter().any(|shared| Arc::ptr_eq(chunk, shared));
        self.0.iter().filter(|chunk| !is_shared(chunk)).count()
    }
}

impl<T> Index<usize> for Chunked<T> {
    type Output = T;
    fn index(&self, at: usize) -> &T {
        &self.0[at / ITEMS][at % ITEMS]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_what_a_list_is(length in 0..3 * ITEMS, at in 0..3 * ITEMS, from in 0..3 * ITEMS, more in 0..2 * ITEMS) {
            let mut plain: Vec<usize> = (0..length).map(|item| 2 * item).collect();
            let mut list: Chunked<usize> = plain.iter().copied().collect();
            let before = list.clone();
            prop_assert_eq!(list.len(), plain.len());
            prop_assert_eq!(list.get(at), plain.get(at));
            prop_assert_eq!(list.replace(at, 1), plain.get(at).copied());
            prop_assert_eq!(list.chunks_beside(&before), usize::from(at < length));
            if let Some(item) = plain.get_mut(at) {
                *item = 1;
            }
            prop_assert!(list.iter().eq(&plain));
            let mut each = Vec::new();
            list.for_each(|place, item| each.push((place as usize, *item)));
            prop_assert!(each.into_iter().eq(plain.iter().copied().enumerate()));
            let from = from.min(length);
            prop_assert_eq!(before.partition_point(from, |item| *item < at), (at.div_ceil(2)).clamp(from, length));
            let range = from..length.min(from + 7);
            let spliced = list.spliced(range.clone(), 0..more);
            plain.splice(range, 0..more);
            prop_assert!(spliced.iter().eq(&plain));
        }
    }
}
