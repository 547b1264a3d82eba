//! kopswain: steers kops, from a VPC that Terraform made to a cluster that is ready.
//!
//! What is on the screen, and the file that draws it:
//!
//! ```text
//!  kopswain · prod.example.com                 123456789012 · us-east-1 · s3://example-state    ui/chrome.rs
//!  ✓ Account  ✓ VPC  ● Zones  ○ Subnets  ○ Control plane  ○ Nodes  ○ Access  ○ Review           ui/chrome.rs
//! ┌ Zones  1/4 ───────────────────────────────────┐┌ cluster_spec.yml ───────────────────┐       ui/widgets/pane.rs
//! │         Zone        NAT gateway   State       ││ ▌   subnets:                        │
//! │ › ✓ [x] us-east-1a  nat-0f19a9e0  ok          ││ ▌   - cidr: 172.20.16.0/24          │       left:  ui/wizard.rs
//! │   ✓ [x] us-east-1b  nat-0582c9ab  ok          ││ ▌     egress: nat-0f19a9e0          │              ui/widgets/table.rs
//! │   ✓ [ ] us-east-1c  nat-00d991e2  ok          ││ ▌     name: us-east-1a              │       right: ui/widgets/spec.rs
//! │ ───────────────────────────────────────────── ││ ▌     type: Private                 │              in step Subnets
//! │ Three zones keep etcd's quorum when one fails.││ ▌     zone: us-east-1a              │              ui/widgets/address_map.rs
//! └───────────────────────────────────────────────┘└─────────────────────────────────────┘
//!  space choose · enter next · esc back · tab other pane · ? help                               ui/chrome.rs, of app/keys.rs
//! ```
//!
//! The other screens stand in the same frame: the dry run in `ui/review.rs` (one line of its tree in `ui/tree.rs`),
//! kops at work in `ui/apply.rs`, the dashboard in `ui/watch.rs`; help and questions lie over it (`ui/overlay.rs`).
//! `ui/screen.rs` puts them together; colours are in `ui/theme.rs`, signs in `ui/signs.rs`.
//!
//! The same word stands in every layer: the review is decided in `app/review.rs` of what `core/review.rs` has read.
//! ARCHITECTURE.md is the map.

pub mod app;
pub mod cli;
pub mod core;
pub mod io;
pub mod ui;
