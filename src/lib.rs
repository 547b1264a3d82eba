//! kopswain: steers kops, from a VPC that Terraform made to a cluster that is ready.
//!
//! What is on the screen, and the file that draws it:
//!
//! ```text
//!  kopswain · prod.example.com                 123456789012 · us-east-1 · s3://example-state    tui/view/chrome.rs
//!  1✓ Cluster  2● Network  3○ Control plane  4○ Nodes  5○ Access  6○ Review                    tui/view/chrome.rs
//! ┌ VPC  1/1 ────┐┌ Network  2/12 · platform ───────────────────────────────────────────┐       tui/widgets/pane.rs
//! │   ● platform ││ Zone          › [x] us-east-1a    [x] us-east-1b    [ ] us-east-1c  │       tui/screens/wizard/view/network.rs
//! │     NAT 3/3  ││ public          172.20.0.0/24     172.20.1.0/24     172.20.2.0/24   │       and the folder network beside it
//! │              ││ NAT gateway    ✓203.0.113.10     ✓203.0.113.11     ✓203.0.113.12    │
//! │              ││ + private       172.20.16.0/24    172.20.17.0/24    reserved        │       other steps: tui/screens/wizard/view.rs
//! └──────────────┘└─────────────────────────────────────────────────────────────────────┘
//! ┌ Address map ─────────────────────────────────┐┌ cluster_spec.yml ───────────────────┐       left:  tui/widgets/address_map.rs
//! │ ▓▓▓▓██░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ ││ ▌   - cidr: 172.20.16.0/24          │       right: tui/widgets/spec.rs
//! └──────────────────────────────────────────────┘└─────────────────────────────────────┘
//!  space choose · enter next · esc back · tab switch pane · ? help                              tui/view/chrome.rs, of tui/keys.rs
//! ```
//!
//! A screen has one folder in `tui/screens`: its state, `keys.rs`, `update.rs` and `view.rs`. `tui/view.rs` puts the frame, the
//! screen and what lies over it together; colours are in `tui/theme.rs`, signs in `tui/widgets/signs.rs`.
//!
//! Each screen shows what a part of `core` means: the review what `core/kops/dry_run.rs` reads and `core/analysis` finds.
//! ARCHITECTURE.md says how data flows, and where to change what.

pub mod cli;
pub mod core;
pub mod io;
pub mod tui;
