//! The reads of Auto Scaling and EC2 about a watched cluster, as effects.

use super::EffectTask;
use crate::tui::effect::CloudRequest;

impl EffectTask {
    pub(super) async fn read_cloud(self, asked: CloudRequest) {
        let _ = asked;
    }
}
