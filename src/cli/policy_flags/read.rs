use super::super::context::Stop;
use super::{PolicyArgs, messages};
use crate::policy::{
    DefaultOptions, ImagePolicy, OptionProblem, OptionReader, Options, PolicyOption, StrategyKind,
};

/// Reads the policy that the flags describe.
pub(super) fn policy(args: &PolicyArgs) -> Result<ImagePolicy, Stop> {
    let options = args.options();
    let (image, problems) = OptionReader::default().image(&options, &DefaultOptions::default());
    refuse_idle(args, &options, &problems)?;
    let is_beside_extract = OptionProblem::SuffixBesideExtract;
    if args.suffix.is_some() && args.extract_pattern.is_some() {
        return Err(messages::diagnostic(&is_beside_extract, args).into());
    }
    // With a suffix beside half an `extract`, the other half is what is missing.
    let mut problems = problems.iter();
    if let Some(problem) = problems.find(|problem| **problem != is_beside_extract) {
        return Err(messages::diagnostic(problem, args).into());
    }
    Ok(image.expect("invariant: options with which nothing is wrong are a policy"))
}

/// Refuses flags that would do nothing.
fn refuse_idle(
    args: &PolicyArgs,
    options: &Options,
    problems: &[OptionProblem],
) -> Result<(), Stop> {
    let mut idle = problems.iter().filter_map(|problem| match problem {
        OptionProblem::NoEffect { option, .. } => Some((*option, problem)),
        _ => None,
    });
    let has_current = args.current.is_some();
    let is_current_idle = has_current && options.strategy() == Ok(StrategyKind::Digest);
    match idle.next() {
        Some((option, problem)) if !is_current_idle || option < PolicyOption::Level => {
            return Err(messages::diagnostic(problem, args).into());
        }
        _ if is_current_idle => return Err(messages::idle_current().into()),
        _ => {}
    }
    for option in [PolicyOption::Level, PolicyOption::AllowDowngrade] {
        if options.written(option).is_some() && !has_current {
            return Err(messages::without_current(option).into());
        }
    }
    Ok(())
}
