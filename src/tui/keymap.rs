//! What a table of keys is made of: what the keys mean at a moment, what one does, and its word.

use strum::VariantArray;

use super::key::Key;

pub(crate) mod table;

/// What the keys mean at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, VariantArray)]
pub enum Context {
    /// A row of a step that is only read.
    Form,
    FormText,
    /// Typed, or picked from a list.
    FormListed,
    FormCidr,
    /// The CIDR of a subnet that a person set.
    FormCustomCidr,
    /// A cell of the network that is fixed in a cluster that exists.
    FormFixedCell,
    FormChoice,
    /// The same, set by a person where it would follow other answers.
    FormSetChoice,
    /// One of a few values, each with what it is in a list.
    FormChoiceListed,
    /// A zone, in or out.
    FormMark,
    /// The same where zones were set by a person.
    FormSetMark,
    /// One of several, such as a VPC.
    FormOne,
    FormPick,
    /// A subnet that is picked from those of its zone.
    FormSubnet,
    /// The name of an instance group: the row that stands for all of it.
    FormGroup,
    FormAct,
    Typing,
    Picking,
    /// Several are taken in or out.
    PickingSeveral,
    Spec,
    /// The address map beside the questions.
    Map,
    /// The spec beside a review.
    ReviewSpec,
    Waiting,
    Review,
    /// Of a cluster of the state store, where there are no steps.
    StoredWaiting,
    StoredReview,
    /// A dry run that differs from the approved one.
    Differing,
    /// A dry run from a file.
    DryRunFile,
    Detail,
    Raw,
    Finding,
    Approving,
    /// The name was typed, and what the approval depends on is still being read.
    Given,
    Apply,
    /// Nothing runs, and a person may resume.
    ApplyLeft,
    /// `--yes` failed.
    ApplyFailed,
    ApplyEnded,
    RollingUpdate,
    Dashboard,
    /// The run that made the cluster, shown on the dashboard.
    DashboardRun,
    /// A detail of the dashboard.
    DashboardDetail,
    /// The filter of the dashboard is typed.
    DashboardFilter,
    Home,
    /// The cursor is on a cluster of the state store.
    HomeCluster,
    /// A profile, region or state store is chosen at home.
    HomeChoosing,
    Help,
    Leaving,
    Detaching,
    /// Nothing is drawn, so nothing acts but the way out.
    TooSmall,
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    Left,
    Right,
    TurnBack,
    TurnOn,
    Choose,
    /// Back to what the answer is when nobody sets it.
    Clear,
    RemoveGroup,
    Undo,
    Next,
    Back,
    /// To the step of the wizard whose number was pressed.
    Jump,
    /// Shows less of the address map, and more of what is there.
    Zoom,
    OtherPane,
    Find,
    FindNext,
    FindBack,
    Raw,
    Detail,
    OnlyAction,
    OnlyCategory,
    OnlySeverity,
    /// Back to where a jump began.
    Return,
    NextUnread,
    Approve,
    Accept,
    Discard,
    Again,
    Copy,
    /// Goes to the answer that decides what is under the cursor.
    Fix,
    /// Opens answers or spec in the person's editor.
    OpenEditor,
    SaveMarkdown,
    SaveHtml,
    Console,
    Order,
    Export,
    Freeze,
    /// The run that made the cluster.
    Run,
    /// The commands of a run.
    Commands,
    /// What kops prints.
    Log,
    Dashboard,
    Help,
    Leave,
    Stay,
    Stop,
    Interrupt,
    GoOn,
    DeletePreview,
    /// What the cursor is on.
    Open,
    NewCluster,
    ReviewUpdate,
    EditCluster,
    ChooseProfile,
    ChooseRegion,
    ChooseStore,
    Suspend,
    /// Takes the mouse, or leaves it to the terminal.
    Mouse,
}

impl Action {
    /// How far it moves a cursor; a whole screen's worth is `page`.
    pub fn movement(self, page: isize) -> isize {
        match self {
            Self::Up => -1,
            Self::Down => 1,
            Self::PageUp => -page,
            Self::PageDown => page,
            Self::First => isize::MIN / 2,
            Self::Last => isize::MAX / 2,
            _ => 0,
        }
    }
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    pub keys: &'static [Key],
    /// The key's name as people read it.
    pub shown: &'static str,
    pub action: Action,
    /// What it does here, in one or two words.
    pub word: &'static str,
}
