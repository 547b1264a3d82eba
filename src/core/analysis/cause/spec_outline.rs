//! Which line of a spec holds which field: the block form of YAML that kops and this program write.

use std::ops::Range;

/// One key or list item of a spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OutlineNode<'a> {
    /// The key; empty for a list item.
    pub(super) key: &'a str,
    /// What follows the key or the dash on its line, without quotes.
    pub(super) value: &'a str,
    /// Its line, counted from 0.
    pub(super) line: usize,
    /// Where the lines that belong to it end.
    pub(super) end: usize,
    parent: Option<usize>,
    depth: usize,
}

/// Every key and list item of a spec, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct SpecOutline<'a> {
    nodes: Vec<OutlineNode<'a>>,
    lines: usize,
}

/// The index of a node.
pub(super) type At = usize;

impl<'a> SpecOutline<'a> {
    /// Reads the lines once; what is not of the block form belongs to the key above it.
    pub(super) fn new(spec: &'a str) -> Self {
        let mut outline = Self::default();
        let mut open: Vec<At> = Vec::new();
        // A block of text, such as a policy: deeper lines are not keys.
        let mut text: Option<usize> = None;
        for (line, whole) in spec.lines().enumerate() {
            outline.lines = line + 1;
            let content = whole.trim_start();
            let depth = whole.len() - content.len();
            if content.is_empty() || text.is_some_and(|indent| depth > indent) {
                continue;
            }
            text = None;
            if content.starts_with("---") && depth == 0 {
                outline.close(&mut open, 0, line);
                continue;
            }
            text = outline.take(&mut open, content, depth, line);
        }
        let lines = outline.lines;
        outline.close(&mut open, 0, lines);
        outline
    }

    // A dash opens an item one step inside its key although kops writes it in the key's own column.
    fn take(
        &mut self,
        open: &mut Vec<At>,
        content: &'a str,
        depth: usize,
        line: usize,
    ) -> Option<usize> {
        let mut rest = content;
        let mut depth = depth * 2;
        while let Some(item) = rest.strip_prefix("- ").or((rest == "-").then_some("")) {
            self.close(open, depth + 1, line);
            self.add(open, "", unquoted(item), line, depth + 1);
            depth += 4;
            rest = item.trim_start();
        }
        let bare = || rest.strip_suffix(':').map(|key| (key, ""));
        let (key, value) = rest.split_once(": ").or_else(bare)?;
        let key = unquoted(key.trim());
        let value = value.trim();
        if key.contains(' ') || key.is_empty() {
            return None;
        }
        self.close(open, depth, line);
        self.add(open, key, unquoted(value), line, depth);
        value.starts_with(['|', '>']).then_some(depth / 2)
    }

    fn add(&mut self, open: &mut Vec<At>, key: &'a str, value: &'a str, line: usize, depth: usize) {
        self.nodes.push(OutlineNode {
            key,
            value,
            line,
            end: line + 1,
            parent: open.last().copied(),
            depth,
        });
        open.push(self.nodes.len() - 1);
    }

    // Ends every open node that is as deep as the next one, or deeper.
    fn close(&mut self, open: &mut Vec<At>, depth: usize, line: usize) {
        while let Some(last) = open.last().copied() {
            match self.nodes.get_mut(last) {
                Some(node) if node.depth >= depth => node.end = line.max(node.line + 1),
                _ => return,
            }
            open.pop();
        }
    }

    /// The node at an index.
    pub(super) fn node(&self, at: At) -> Option<&OutlineNode<'a>> {
        self.nodes.get(at)
    }

    /// A node, and those that it is inside of, the innermost first.
    pub(super) fn with_those_above(&self, at: At) -> impl Iterator<Item = At> + '_ {
        std::iter::successors(Some(at), |at| self.node(*at)?.parent)
    }

    /// The keys or items directly inside a node; those of every document when there is none.
    pub(super) fn inside(&self, parent: Option<At>) -> impl Iterator<Item = At> + '_ {
        let all = self.nodes.iter().enumerate();
        all.filter(move |(_, node)| node.parent == parent)
            .map(|(at, _)| at)
    }

    /// The key with this name directly inside a node.
    pub(super) fn child(&self, parent: At, key: &str) -> Option<At> {
        self.inside(Some(parent))
            .find(|at| self.node(*at).is_some_and(|node| node.key == key))
    }

    /// The key at the end of a path from a node.
    pub(super) fn path(&self, from: At, keys: &[&str]) -> Option<At> {
        keys.iter().try_fold(from, |at, key| self.child(at, key))
    }

    /// The lines of a node, counted from 0.
    pub(super) fn lines(&self, at: At) -> Option<Range<usize>> {
        self.node(at).map(|node| node.line..node.end)
    }

    /// The nodes that begin on a line.
    pub(super) fn at_line(&self, line: usize) -> impl Iterator<Item = At> + '_ {
        let from = self.nodes.partition_point(|node| node.line < line);
        let to = self.nodes.partition_point(|node| node.line <= line);
        from..to
    }

    /// The value of a key directly inside a node.
    pub(super) fn value(&self, parent: At, key: &str) -> Option<&'a str> {
        Some(self.node(self.child(parent, key)?)?.value)
    }

    /// The items of the list under a key.
    pub(super) fn items(&self, list: At) -> impl Iterator<Item = At> + '_ {
        self.inside(Some(list))
            .filter(|at| self.node(*at).is_some_and(|node| node.key.is_empty()))
    }

    /// The item of a list with this name, else with this number, counted from 0.
    pub(super) fn item(&self, list: At, label: &str) -> Option<At> {
        let mut named = self.items(list);
        let named = named.find(|item| self.value(*item, "name") == Some(label));
        named.or_else(|| self.items(list).nth(label.parse().ok()?))
    }
}

fn unquoted(text: &str) -> &str {
    let within = |quote| text.strip_prefix(quote)?.strip_suffix(quote);
    within('"').or_else(|| within('\'')).unwrap_or(text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const SPEC: &str = "kind: Cluster\nspec:\n  policies:\n    node: |\n      a: b\n      - c\n  access:\n  - 10.0.0.0/8\n  - ::/0\n  subnets:\n  - cidr: 10.0.0.0/24\n    name: a\n  - name: b\n---\nkind: InstanceGroup\nmetadata:\n  name: \"nodes\"\n";

    #[test]
    fn each_field_has_its_lines() {
        let outline = SpecOutline::new(SPEC);
        let lines: Vec<_> = outline
            .nodes
            .iter()
            .map(|node| (node.key, node.value, node.line, node.end))
            .collect();
        assert_eq!(
            lines,
            [
                ("kind", "Cluster", 0, 1),
                ("spec", "", 1, 13),
                ("policies", "", 2, 6),
                ("node", "|", 3, 6),
                ("access", "", 6, 9),
                ("", "10.0.0.0/8", 7, 8),
                ("", "::/0", 8, 9),
                ("subnets", "", 9, 13),
                ("", "cidr: 10.0.0.0/24", 10, 12),
                ("cidr", "10.0.0.0/24", 10, 11),
                ("name", "a", 11, 12),
                ("", "name: b", 12, 13),
                ("name", "b", 12, 13),
                ("kind", "InstanceGroup", 14, 15),
                ("metadata", "", 15, 17),
                ("name", "nodes", 16, 17),
            ]
        );
    }

    #[test]
    fn paths_lead_to_fields() {
        let outline = SpecOutline::new(SPEC);
        let spec = 1;
        let subnets = outline.child(spec, "subnets").unwrap();
        let names: Vec<_> = outline
            .items(subnets)
            .map(|item| outline.value(item, "name").unwrap())
            .collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(outline.path(spec, &["policies", "node"]), Some(3));
        assert_eq!(outline.path(spec, &["policies", "master"]), None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_an_outline_within_it(text in "([ -]{0,6}[a-z:|>\"-]{0,6}\n){0,30}") {
            let outline = SpecOutline::new(&text);
            for node in &outline.nodes {
                proptest::prop_assert!(node.line < node.end && node.end <= text.lines().count());
            }
        }
    }
}
