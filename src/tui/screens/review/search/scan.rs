//! A search under way: some of the text at a time, from a place on and then around the end.

/// How much one step searches, in bytes: a step fits into a frame, whatever the size of the dry run.
const STEP: usize = 1 << 18;

/// What it costs to search something, however short it is, in bytes that could be searched instead.
const EACH: usize = 48;

/// What is still to be searched, and what was found, by places of the text.
#[derive(Clone, Debug)]
pub(super) struct Scan<T> {
    todo: Vec<T>,
    next: usize,
    /// Where in `todo` the places before the beginning start.
    around: usize,
    /// The indexes into `todo` of places that held something.
    held: Vec<usize>,
    /// Found from the beginning on, in order.
    ahead: Vec<T>,
    /// Found before the beginning, in order.
    behind: Vec<T>,
}

impl<T: Copy> Scan<T> {
    /// Looks at some places, then at those before them.
    pub(super) fn new(ahead: Vec<T>, behind: &[T]) -> Self {
        let around = ahead.len();
        let mut todo = ahead;
        todo.extend_from_slice(behind);
        Self {
            todo,
            next: 0,
            around,
            held: Vec::new(),
            ahead: Vec::new(),
            behind: Vec::new(),
        }
    }

    /// A search for more of the same words: only what held the shorter ones, and what was not searched, can hold it.
    pub(super) fn narrowed(self) -> Self {
        let rest = self.next..self.todo.len();
        let places = self.held.iter().copied().chain(rest);
        let (ahead, behind): (Vec<_>, Vec<_>) = places.partition(|at| *at < self.around);
        let places = |all: Vec<usize>| {
            let all = all.into_iter();
            all.filter_map(|at| self.todo.get(at).copied()).collect()
        };
        let (ahead, behind): (Vec<T>, Vec<T>) = (places(ahead), places(behind));
        Self::new(ahead, &behind)
    }

    /// Looks at the next places; `search` pushes what it finds and gives how many bytes it searched.
    pub(super) fn step(&mut self, mut search: impl FnMut(T, &mut Vec<T>) -> usize) {
        let mut room = STEP;
        while room > 0
            && let Some(place) = self.todo.get(self.next).copied()
        {
            let found = if self.next < self.around {
                &mut self.ahead
            } else {
                &mut self.behind
            };
            let before = found.len();
            let searched = search(place, found);
            if found.len() != before {
                self.held.push(self.next);
            }
            self.next += 1;
            room = room.saturating_sub(searched + EACH);
        }
    }

    /// Whether everything was searched.
    pub(super) fn is_done(&self) -> bool {
        self.next >= self.todo.len()
    }

    /// How much was found so far.
    pub(super) fn len(&self) -> usize {
        self.behind.len() + self.ahead.len()
    }

    /// What was found, by its place among all that was.
    pub(super) fn get(&self, at: usize) -> Option<T> {
        let ahead = at.checked_sub(self.behind.len());
        match ahead {
            Some(at) => self.ahead.get(at).copied(),
            None => self.behind.get(at).copied(),
        }
    }

    /// Where a place is among those found, or would be.
    pub(super) fn position<K: Ord>(&self, key: &K, of: impl Fn(T) -> K) -> Result<usize, usize> {
        let is_ahead = self.ahead.first().is_some_and(|first| of(*first) <= *key);
        let (part, before) = if is_ahead {
            (&self.ahead, self.behind.len())
        } else {
            (&self.behind, 0)
        };
        let found = part.binary_search_by(|place| of(*place).cmp(key));
        found.map(|at| at + before).map_err(|at| at + before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(scan: &Scan<usize>) -> Vec<usize> {
        (0..scan.len()).filter_map(|at| scan.get(at)).collect()
    }

    fn done(mut scan: Scan<usize>, bytes: usize, holds: impl Fn(usize) -> bool) -> Scan<usize> {
        while !scan.is_done() {
            scan.step(|place, found| {
                if holds(place) {
                    found.push(place);
                }
                bytes
            });
        }
        scan
    }

    #[test]
    fn what_is_found_is_in_order_wherever_the_search_begins() {
        for from in 0..=20 {
            let places = |range: std::ops::Range<usize>| range.collect::<Vec<usize>>();
            let scan = Scan::new(places(from..20), &places(0..from));
            let thirds = done(scan, STEP, |place| place % 3 == 0);
            assert_eq!(all(&thirds), [0, 3, 6, 9, 12, 15, 18]);
            assert_eq!(thirds.position(&9, |place| place), Ok(3));
            assert_eq!(thirds.position(&10, |place| place), Err(4));
            let sixths = done(thirds.narrowed(), STEP, |place| place % 6 == 0);
            assert_eq!(all(&sixths), [0, 6, 12, 18]);
        }
    }

    #[test]
    fn a_step_ends_after_so_many_bytes_and_a_narrower_search_takes_up_the_rest() {
        let mut scan = Scan::new((5..20).collect(), &[0, 1, 2, 3, 4]);
        let mut seen = Vec::new();
        scan.step(|place, found| {
            seen.push(place);
            found.push(place);
            STEP / 2
        });
        assert_eq!(seen, [5, 6]);
        assert!(!scan.is_done());
        let narrow = done(scan.narrowed(), 0, |place| place != 6);
        let expected: Vec<usize> = (0..20).filter(|place| *place != 6).collect();
        assert_eq!(all(&narrow), expected);
    }
}
