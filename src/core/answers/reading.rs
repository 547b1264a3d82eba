//! Text → answers, with bounds on time and memory whatever the text is.

use std::collections::HashSet;
use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::{Access, Answers, PARAMETER};
use crate::core::text::untrusted::visible;

/// The longest answers file, in bytes.
pub const LONGEST: usize = 1 << 20;

// With anchors, a short text can stand for billions of values.
const LONGEST_WRITTEN_OUT: usize = 4 << 20;

// What a value counts beside its text.
const VALUE: usize = 8;

// Far more than kops's spec needs. The YAML reader's time grows with the square of the depth.
const DEEPEST: usize = 64;

/// Why a text is not an answers file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswersError {
    /// Where and what, in words of the YAML reader.
    #[error("{0}")]
    Form(String),
    #[error(
        "it is {0} bytes long, and an answers file has a few hundred lines; the limit is 1 MiB"
    )]
    TooLong(usize),
    #[error("its brackets are more than {DEEPEST} deep at line {0}; an answers file needs five")]
    TooDeep(usize),
}

impl Answers {
    /// Reads one YAML document of at most 1 MiB, or 4 MiB with its anchors written out; unknown keys, keys given twice
    /// and wrong types are errors that name them.
    pub fn parse(text: &str) -> Result<Self, AnswersError> {
        if text.len() > LONGEST {
            return Err(AnswersError::TooLong(text.len()));
        }
        affordable(text)?;
        serde_yaml::from_str(text).map_err(form)
    }

    /// Every image that they name and EC2 can be asked about, sorted, without repeats: what is behind a parameter of
    /// Systems Manager is not.
    pub fn images(&self) -> Vec<String> {
        let groups = self.instance_groups.iter().map(|group| &group.image);
        let mut named: Vec<String> = groups
            .chain([&self.control_plane.image])
            .flatten()
            .filter(|image| !image.starts_with(PARAMETER))
            .cloned()
            .collect();
        named.sort();
        named.dedup();
        named
    }

    /// The answers as YAML: the same answers give the same bytes.
    pub fn to_yaml(&self) -> String {
        serde_yaml::to_string(self).unwrap_or_default()
    }

    /// The same of a cluster that exists, whose key is not asked for: the path that stands where none was given is left out.
    pub fn to_yaml_of_cluster(&self) -> String {
        let given = self.access.ssh_public_key != Access::default().ssh_public_key;
        let mut value = serde_yaml::to_value(self).unwrap_or_default();
        let access = value.get_mut("access").filter(|_| !given);
        if let Some(access) = access.and_then(serde_yaml::Value::as_mapping_mut) {
            // The others stay in their order.
            access.shift_remove("sshPublicKey");
        }
        serde_yaml::to_string(&value).unwrap_or_default()
    }
}

/// Whether a YAML text can be read in bounded time and memory, and gives no key twice.
pub(in crate::core) fn affordable(text: &str) -> Result<(), AnswersError> {
    shallow(text)?;
    let mut left = LONGEST_WRITTEN_OUT;
    Counted { left: &mut left }
        .deserialize(serde_yaml::Deserializer::from_str(text))
        .map_err(form)?;
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "map_err gives a value")]
fn form(error: serde_yaml::Error) -> AnswersError {
    AnswersError::Form(error.to_string())
}

// Brackets inside quoted text or comments count too: nobody writes so many there either.
fn shallow(text: &str) -> Result<(), AnswersError> {
    let mut depth = 0_usize;
    for (at, line) in text.lines().enumerate() {
        for byte in line.bytes() {
            match byte {
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > DEEPEST {
                return Err(AnswersError::TooDeep(at + 1));
            }
        }
    }
    Ok(())
}

/// Reads any value and keeps none of it, but the text of a scalar for the map that it may be a key of.
struct Counted<'a> {
    left: &'a mut usize,
}

impl Counted<'_> {
    fn spend<E: Error>(&mut self, bytes: usize) -> Result<(), E> {
        *self.left = self.left.checked_sub(VALUE + bytes).ok_or_else(|| {
            E::custom("its anchors, written out, make it longer than 4 MiB; write less of it")
        })?;
        Ok(())
    }

    fn scalar<E: Error>(mut self, text: String) -> Result<String, E> {
        self.spend(text.len())?;
        Ok(text)
    }

    fn next(&mut self) -> Counted<'_> {
        Counted { left: self.left }
    }
}

impl<'de> DeserializeSeed<'de> for Counted<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_any(self)
    }
}

macro_rules! visit_scalars {
    ($($visit:ident: $type:ty,)*) => {
        $(fn $visit<E: Error>(self, value: $type) -> Result<String, E> {
            self.scalar(value.to_string())
        })*
    };
}

impl<'de> Visitor<'de> for Counted<'_> {
    type Value = String;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("any value")
    }

    visit_scalars! {
        visit_bool: bool,
        visit_i64: i64,
        visit_u64: u64,
        visit_i128: i128,
        visit_u128: u128,
        visit_f64: f64,
        visit_str: &str,
    }

    fn visit_unit<E: Error>(self) -> Result<String, E> {
        self.scalar(String::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<String, A::Error> {
        self.spend(0)?;
        while items.next_element_seed(self.next())?.is_some() {}
        Ok(String::new())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<String, A::Error> {
        self.spend(0)?;
        let mut seen = HashSet::new();
        while let Some(key) = entries.next_key_seed(self.next())? {
            entries.next_value_seed(self.next())?;
            if let Some(twice) = seen.replace(key) {
                return Err(A::Error::custom(format!(
                    "the key `{}` is given twice",
                    visible(&twice)
                )));
            }
        }
        Ok(String::new())
    }

    fn visit_enum<A: EnumAccess<'de>>(mut self, tagged: A) -> Result<String, A::Error> {
        self.spend(0)?;
        let (_, value) = tagged.variant_seed(self.next())?;
        value.newtype_variant_seed(self.next())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn refused(text: &str) -> String {
        let began = Instant::now();
        let why = Answers::parse(text).unwrap_err().to_string();
        assert!(began.elapsed() < Duration::from_secs(30), "{why}");
        why
    }

    #[test]
    fn bombs_are_refused_soon() {
        let laughs: Vec<_> = (1..30)
            .map(|at| format!("a{at}: &a{at} [{}]\n", format!("*a{},", at - 1).repeat(9)))
            .collect();
        let laughs = format!("a0: &a0 lol\n{}", laughs.concat());
        let anchored = format!(
            "a: &a {:?}\nb: [{}]\n",
            "x".repeat(400_000),
            "*a,".repeat(100_000)
        );
        let wide = format!(
            "a: &a [{}]\nb: [{}]\n",
            "1,".repeat(100_000),
            "*a,".repeat(100_000)
        );
        for bomb in [laughs, anchored, wide] {
            let why = refused(&bomb);
            assert!(
                why.contains("longer than 4 MiB") || why.contains("repetition limit"),
                "{why}"
            );
        }
    }

    #[test]
    fn depth_and_length_are_bounded() {
        for open in ["[", "{a: ", "- "] {
            let why = refused(&format!("overrides: {{cluster: {}", open.repeat(1 << 18)));
            assert!(why.len() < 300, "{why}");
        }
        assert!(refused(&"[".repeat(1 << 19)).contains("more than 64 deep at line 1"));
        let indented: Vec<_> = (0..1_400)
            .map(|at| format!("{}a:\n", " ".repeat(at)))
            .collect();
        assert!(refused(&indented.concat()).contains("recursion limit"));
        assert_eq!(
            refused(&"#".repeat(LONGEST + 1)),
            "it is 1048577 bytes long, and an answers file has a few hundred lines; the limit is 1 MiB"
        );
    }

    #[test]
    fn a_key_given_twice_is_named_wherever_it_is() {
        for (text, key) in [
            ("vpc: a\nregion: b\nvpc: c\n", "vpc"),
            ("controlPlane: {count: 1, count: 3}\n", "count"),
            (
                "instanceGroups: [{name: a, machineType: b, min: 1, max: 1, labels: {\"a\\e\": x, \"a\\e\": y}}]",
                "a\\u{1b}",
            ),
            (
                "overrides: {cluster: {kubelet: {maxPods: 1, maxPods: 2}}}\n",
                "maxPods",
            ),
        ] {
            let why = refused(text);
            assert!(
                why.contains(&format!("the key `{key}` is given twice")),
                "{why}"
            );
        }
    }

    #[test]
    fn of_a_cluster_that_exists_no_key_is_written_that_nobody_gave() {
        let mut answers = Answers::default();
        let line = "  sshPublicKey: ~/.ssh/id_ed25519.pub\n";
        let whole = answers.to_yaml();
        assert!(whole.contains(line), "{whole}");
        assert_eq!(answers.to_yaml_of_cluster(), whole.replace(line, ""));
        assert_eq!(
            Answers::parse(&answers.to_yaml_of_cluster()).unwrap(),
            answers
        );
        answers.access.ssh_public_key = "~/.ssh/mine.pub".to_owned();
        assert_eq!(answers.to_yaml_of_cluster(), answers.to_yaml());
    }

    #[test]
    fn anchors_that_help_are_read() {
        let text = "instanceGroups:\n- &group {name: a, machineType: t3.large, min: 1, max: 2}\naccess:\n  ssh: &who [10.0.0.0/8]\n  api: *who\n";
        let read = Answers::parse(text).unwrap();
        assert_eq!(read.access.api, read.access.ssh);
        assert!(!Answers::parse("").unwrap_err().to_string().is_empty());
    }
}
