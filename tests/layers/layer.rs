//! Which layer a file or a path belongs to, and which layers it may use.

/// The four layers, and the command line on top of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layer {
    Core,
    App,
    Ui,
    Io,
    Cli,
}

impl Layer {
    pub(crate) const ALL: [Self; 5] = [Self::Core, Self::App, Self::Ui, Self::Io, Self::Cli];

    /// The word in folders and paths.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::App => "app",
            Self::Ui => "ui",
            Self::Io => "io",
            Self::Cli => "cli",
        }
    }

    /// The layers that this one may use, itself included.
    pub(crate) fn may_use(self) -> &'static [Self] {
        match self {
            Self::Core => &[Self::Core],
            Self::App => &[Self::Core, Self::App],
            Self::Ui => &[Self::Core, Self::App, Self::Ui],
            Self::Io => &[Self::Core, Self::App, Self::Io],
            Self::Cli => &Self::ALL,
        }
    }

    /// The layer whose word this is.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.word() == word)
    }

    /// The layer of a file under `src/`; none for `lib.rs` and `main.rs`.
    pub(crate) fn of_file(path: &str) -> Option<Self> {
        let first = path.strip_prefix("src/")?.split('/').next()?;
        Self::of_word(first.trim_end_matches(".rs"))
    }
}
