//! kopswain: steers kops, from a VPC that Terraform made to a cluster that is ready.
//!
//! What is on the screen, and the file that draws it:
//!
//! ```text
//!  kopswain · prod.example.com                 123456789012 · us-east-1 · s3://example-state    tui/view/chrome.rs
//!  ✓ Account  ✓ VPC  ● Zones  ○ Subnets  ○ Control plane  ○ Nodes  ○ Access  ○ Review           tui/view/chrome.rs
//! ┌ Zones  1/4 ───────────────────────────────────┐┌ cluster_spec.yml ───────────────────┐       tui/widgets/pane.rs
//! │         Zone        NAT gateway   State       ││ ▌   subnets:                        │
//! │ › ✓ [x] us-east-1a  nat-0f19a9e0  ok          ││ ▌   - cidr: 172.20.16.0/24          │       left:  tui/screens/wizard/view.rs
//! │   ✓ [x] us-east-1b  nat-0582c9ab  ok          ││ ▌     egress: nat-0f19a9e0          │              tui/widgets/table.rs
//! │   ✓ [ ] us-east-1c  nat-00d991e2  ok          ││ ▌     name: us-east-1a              │       right: tui/widgets/spec.rs
//! │ ───────────────────────────────────────────── ││ ▌     type: Private                 │              in step Subnets
//! │ Three zones keep etcd's quorum when one fails.││ ▌     zone: us-east-1a              │              tui/widgets/address_map.rs
//! └───────────────────────────────────────────────┘└─────────────────────────────────────┘
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
