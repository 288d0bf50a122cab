use crate::cli::limits::LimitArgs;
use crate::cli::output_format::OutputFormat;
use crate::cli::reports::ReportArgs;
use crate::cli::shards::ShardArgs;
use crate::policy::Level;
use crate::resolve::Intent;

/// What `lock` and `update` have in common.
pub(in crate::cli) struct LockRequest<'a> {
    pub(in crate::cli) intent: Intent,
    pub(in crate::cli) keep_going: bool,
    pub(in crate::cli) dry_run: bool,
    /// Whether the requests are only shown, and in which format.
    pub(in crate::cli) plan: Option<OutputFormat>,
    pub(in crate::cli) exit_code: bool,
    pub(in crate::cli) level: Option<Level>,
    pub(in crate::cli) limits: &'a LimitArgs,
    pub(in crate::cli) report: &'a ReportArgs,
    pub(in crate::cli) shard: &'a ShardArgs,
}

impl LockRequest<'_> {
    /// Returns the command that asks for this, without what does not bear on the pins: `update nginx --level patch`.
    pub(super) fn command(&self) -> String {
        let mut words = match &self.intent {
            Intent::Lock => vec!["lock".to_string()],
            Intent::Update { names } => {
                let mut words = vec!["update".to_string()];
                words.extend(names.iter().cloned());
                words
            }
            Intent::Precise { name, tag } => {
                vec![format!("update {name} --precise {tag}")]
            }
        };
        words.extend(self.level.map(|level| format!("--level {level}")));
        let newest = self.limits.exclude_newer.as_ref();
        words.extend(newest.map(|time| format!("--exclude-newer '{time}'")));
        words.extend(
            self.limits
                .accept_fewer_tags
                .then(|| "--accept-fewer-tags".into()),
        );
        words.join(" ")
    }
}
