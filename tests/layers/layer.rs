//! Which layer a file or a path belongs to, and which layers it may use.

/// The layers, and the command line on top of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layer {
    Core,
    /// State, keys and update of the screens.
    Tui,
    /// What draws: the views of the screens, widgets and theme.
    View,
    Io,
    Cli,
}

/// The folders and files of `tui` that draw.
const DRAW: [&str; 3] = ["view", "widgets", "theme"];

impl Layer {
    pub(crate) const ALL: [Self; 5] = [Self::Core, Self::Tui, Self::View, Self::Io, Self::Cli];

    /// A folder of the layer.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Tui => "tui",
            Self::View => "tui/view",
            Self::Io => "io",
            Self::Cli => "cli",
        }
    }

    /// The layers that this one may use, itself included.
    pub(crate) fn may_use(self) -> &'static [Self] {
        match self {
            Self::Core => &[Self::Core],
            Self::Tui => &[Self::Core, Self::Tui],
            Self::View => &[Self::Core, Self::Tui, Self::View],
            Self::Io => &[Self::Core, Self::Tui, Self::Io],
            Self::Cli => &Self::ALL,
        }
    }

    /// The layer of a path's segments after `crate`.
    pub(crate) fn of_module(module: &[String]) -> Option<Self> {
        match module.first()?.as_str() {
            "core" => Some(Self::Core),
            "tui" if module.iter().any(|name| DRAW.contains(&name.as_str())) => Some(Self::View),
            "tui" => Some(Self::Tui),
            "io" => Some(Self::Io),
            "cli" => Some(Self::Cli),
            _ => None,
        }
    }
}
